//! The line to the writer: everything that can change anything waits in one bounded queue.

use crate::{answer::Answer, trouble::Trouble};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use ximu_journal::StoreError;
use ximu_procedure::wire::SignedCommand;

/// Commands that may wait for the writer. At the load of reliability.md's promise 2 (50 a second) this is 20 seconds
/// of it; whoever comes then is told to come again.
pub const COMMANDS_WAITING_MAX: usize = 1_024;

/// What the writer is asked.
pub(crate) enum Message {
    /// Decide and record a command.
    Give {
        /// The command.
        signed: Box<SignedCommand>,
        /// Where its answer goes.
        reply: SyncSender<Result<Answer, Trouble>>,
    },
    /// Keep a cosigned checkpoint.
    Cosigned {
        /// Leaves it covers.
        size: u64,
        /// The signed note.
        note: String,
        /// Where the store's answer goes.
        reply: SyncSender<Result<Kept, StoreError>>,
    },
    /// Look at the clock now, and say when everything due is done.
    Tick {
        /// Where to say so.
        reply: SyncSender<()>,
    },
    /// Stop for good, with the stable code of the reason.
    Stop(&'static str),
    /// The office closes.
    Close,
}

/// What became of a cosigned checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept {
    /// It is durable.
    Yes,
    /// It came too late: a CLOSE was decided without it ([`crate::board::Inner::raise_floor`]).
    TooLate,
}

/// A place at the line. Cloning gives another.
#[derive(Clone)]
pub(crate) struct Line(pub(crate) SyncSender<Message>);

impl Line {
    /// Gives a command and waits for its answer.
    pub(crate) fn give(&self, signed: SignedCommand) -> Result<Answer, Trouble> {
        let (reply, answer) = sync_channel(1);
        match self.0.try_send(Message::Give { signed: Box::new(signed), reply }) {
            Ok(()) => answer.recv().unwrap_or(Err(Trouble::Closing)),
            Err(TrySendError::Full(_)) => Err(Trouble::Busy),
            Err(TrySendError::Disconnected(_)) => Err(Trouble::Closing),
        }
    }

    /// Has a cosigned checkpoint kept. Durable on return.
    pub(crate) fn cosigned(&self, size: u64, note: &str) -> Result<Kept, StoreError> {
        let (reply, answer) = sync_channel(1);
        let message = Message::Cosigned { size, note: note.into(), reply };
        self.0.send(message).map_err(|_| StoreError::Stopped)?;
        answer.recv().unwrap_or(Err(StoreError::Stopped))
    }

    /// Has the writer look at the clock; returns when everything due is done.
    pub(crate) fn tick(&self) {
        let (reply, done) = sync_channel(1);
        if self.0.send(Message::Tick { reply }).is_ok() {
            // An error says that the office closes: then nothing is due.
            let _ = done.recv();
        }
    }

    /// Stops the writer for good.
    pub(crate) fn stop(&self, why: &'static str) {
        // An error says that it has ended already.
        let _ = self.0.send(Message::Stop(why));
    }

    /// Ends the writer's thread.
    pub(crate) fn close(&self) {
        // As above.
        let _ = self.0.send(Message::Close);
    }
}
