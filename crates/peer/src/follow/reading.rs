//! Whole bodies, read in threads of their own: whoever gives one slowly keeps nothing else back that a follower does.

use std::io::Read;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread;
use ximu_basics::{Hash, PartyId};
use ximu_client::{ClientError, centre::Uploader};
use ximu_procedure::{Tender, wire::command::SealedRecord};

use super::{BREATH, Follower};
use crate::{bodies::Body, conditions::Unmet, source::Source};

/// How many bodies of one log are read at a time; those of one procedure are read one after the other.
pub(super) const READINGS_MAX: usize = 8;

/// A body that is being read.
pub(super) struct Reading {
    pub(super) commitment: Hash,
    found: Receiver<Result<Body, Unmet>>,
}

/// How a reading stands.
pub(super) enum Look {
    /// It goes on.
    Reads,
    /// It has ended so.
    Found(Result<Body, Unmet>),
    /// Its thread has ended without a word.
    Broke,
}

impl Reading {
    /// Looks at it for a moment, so that what is quick is done in one step.
    pub(super) fn look(&self) -> Look {
        match self.found.recv_timeout(BREATH) {
            Ok(found) => Look::Found(found),
            Err(RecvTimeoutError::Timeout) => Look::Reads,
            Err(RecvTimeoutError::Disconnected) => Look::Broke,
        }
    }
}

impl<S: Source> Follower<S> {
    /// Begins to read a body, from the host or else from the keeper of second copies; `None` when there is no thread.
    pub(super) fn read_whole(
        &self,
        tender: &Tender,
        bidder: &PartyId,
        submitted: &SealedRecord,
    ) -> Option<Reading> {
        let (origin, procedure) = (self.origin.clone(), tender.rules.id.clone());
        let host = self.source.body(&procedure, &submitted.commitment);
        let name = tender.rules.custody.clone();
        let bidder = bidder.clone();
        let keeper = self.peer.other(&name);
        let (holder, clock) = (self.holder.clone(), self.peer.clock());
        let submitted = submitted.clone();
        let commitment = submitted.commitment;
        let work = move || {
            // Whoever is asked second is asked by the clock of then: the first may have been slow.
            let whole = host(&holder.asking(&procedure, clock.now())).map_err(|error| error.to_string());
            let host = match read(&submitted, whole) {
                Ok(body) => return Ok(body),
                Err(found) => found,
            };
            let copy = || -> Result<Box<dyn Read>, String> {
                let unknown = || "no address of it in the configuration".to_owned();
                let told = |error: ClientError| error.to_string();
                let keeper = keeper.ok_or_else(unknown)?.map_err(told)?;
                let asking = holder.asking_keeper(&procedure, &commitment, clock.now());
                let who = Uploader { key: &asking.key, signature: &asking.signature };
                let copy = keeper.body(&origin, &procedure, &commitment, who, asking.at).map_err(told)?;
                Ok(Box::new(copy))
            };
            let unmet = |found| Unmet::BodyMissing { bidder, host, keeper: format!("{name}: {found}") };
            read(&submitted, copy()).map_err(unmet)
        };
        let (say, found) = sync_channel(1);
        // Nobody waits for its end: it is bounded in time, and what nobody looks at any more is dropped.
        let thread = thread::Builder::new().name("read a body".to_owned());
        thread.spawn(move || drop(say.send(work()))).ok()?;
        Some(Reading { commitment, found })
    }
}

fn read(submitted: &SealedRecord, whole: Result<Box<dyn Read>, String>) -> Result<Body, String> {
    let other = || "other bytes than were submitted, or too few, or too slowly".to_owned();
    Body::read(submitted, &mut whole?).ok_or_else(other)
}
