//! The facade: everything web and command line can ask of a centre.

use crate::{
    answer::{Answer, DocumentHead, PublicEntry, ReceiptState, UploadHead, Uploaded},
    board::Board,
    bundle,
    clock::Clock,
    committee::{self, Asking},
    config::OfficeConfig,
    disclosed, entries, library,
    line::{COMMANDS_WAITING_MAX, Line},
    outside::{Custody, Witnesses},
    papers, published, publisher, receipts,
    seats::{self, Door, Rooms},
    shared::{Listener, Shared, SharedParts},
    signer::Signer,
    start::{self, OpenError, Started},
    state::State,
    strangers::Strangers,
    trouble::Trouble,
    uploads,
    view::{CosignedView, Health, PublisherHealth, View, WriterHealth},
    writer::{Entropy, OpenStore, Writer},
};
use std::{
    collections::BTreeMap,
    fs::File,
    io::Read,
    sync::{Arc, Mutex, PoisonError, mpsc::sync_channel},
    thread::{self, JoinHandle},
    time::Duration,
};
use ximu_basics::{Hash, PartyId, ProcedureId, PublicKey};
use ximu_journal::FailPoints;
use ximu_procedure::wire::{
    evaluation::Sitting,
    waiting::{SeatAsk, SeatVouch, WaitingRoom, WaitingSeat},
};
use ximu_procedure::{authenticate, wire::SignedCommand};
use ximu_tlog::note::Note;
use ximu_vault::Vault;

/// What an office works with. All of it is given, so that tests play it in memory.
pub struct Parts {
    /// Opens the store; called again after a failed write.
    pub open_store: OpenStore,
    /// Blobs and name records.
    pub vault: Vault,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Randomness, for the seeds of sealed classes.
    pub entropy: Entropy,
    /// The witnesses of the policy.
    pub witnesses: Arc<dyn Witnesses>,
    /// The keepers of second copies.
    pub custody: Arc<dyn Custody>,
    /// Steps at which a test makes the office fail: those of [`crate::failpoint`] and of the published files.
    pub fail: FailPoints,
}

/// One centre at work. All calls may run at the same time from any thread; each blocks its caller only.
pub struct Office {
    shared: Arc<Shared>,
    board: Arc<Board>,
    line: Line,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Office {
    /// Opens a data directory: checks what it holds, reads it, and starts to work.
    ///
    /// # Errors
    /// Every [`OpenError`]; nothing was served or signed then.
    pub fn open(config: OfficeConfig, parts: Parts) -> Result<Office, OpenError> {
        let Parts { mut open_store, vault, clock, entropy, witnesses, custody, fail } = parts;
        let signer = Signer::new(&config.origin, &config.centre_key)
            .ok_or_else(|| OpenError::Origin { found: config.origin.clone() })?;
        let shared = SharedParts { config, signer, clock, witnesses, custody, vault, fail };
        let started = start::start(&shared, open_store()?)?;
        let Started { store, loaded, tree, tiles, cosigned, policy } = started;
        let view = first_view(&loaded.state, cosigned.as_ref(), policy.as_ref());
        let shared = Arc::new(Shared::new(shared, view));
        shared.open_readers(&*store)?;
        *shared.tree.write().unwrap_or_else(PoisonError::into_inner) = tree;
        *shared.index.write().unwrap_or_else(PoisonError::into_inner) = loaded.index;
        let board = Arc::new(Board::default());
        board.lock().size = loaded.state.world.size;
        let (sender, messages) = sync_channel(COMMANDS_WAITING_MAX);
        let line = Line(sender);
        let writer = Writer {
            shared: shared.clone(),
            board: board.clone(),
            open_store,
            store: Some(store),
            entropy,
            state: loaded.state,
            health: WriterHealth::Good,
            seen: None,
            cosigned: cosigned.map_or(0, |(size, _)| size),
            retry: false,
            strangers: Strangers::new(),
            askers: Strangers::new(),
            complained: BTreeMap::new(),
        };
        writer.pin_policy();
        let office = Office { shared: shared.clone(), board: board.clone(), line, threads: Mutex::default() };
        office.spawn("writer", move || writer.run(&messages))?;
        let line = office.line.clone();
        office.spawn("publisher", move || publisher::run(&shared, &board, &line, tiles))?;
        // What became due while the centre was down is done before anybody is served.
        office.line.tick();
        Ok(office)
    }

    /// Gives a command: blocks until it is decided and durable. Repeating a command repeats its answer.
    ///
    /// # Errors
    /// [`Trouble`], when there is no answer; nothing was promised then.
    pub fn give(&self, signed: SignedCommand) -> Result<Answer, Trouble> {
        // What cannot be authenticated never reaches the writer. What was recorded before is answered again, also
        // when its author's key has been replaced since.
        match authenticate(&self.shared.view().world, &signed) {
            Ok(_) => self.line.give(signed),
            Err(rejection) => {
                receipts::answer_again(&self.shared, &signed.id())?.ok_or(Trouble::Rejected(rejection))
            }
        }
    }

    /// The newest view.
    #[must_use]
    pub fn view(&self) -> Arc<View> {
        self.shared.view()
    }

    /// How the office does.
    #[must_use]
    pub fn health(&self) -> Health {
        self.shared.view().health
    }

    /// The log's origin.
    #[must_use]
    pub fn origin(&self) -> &str {
        self.shared.signer.origin()
    }

    /// The centre's public key.
    #[must_use]
    pub fn centre_key(&self) -> &PublicKey {
        self.shared.signer.public()
    }

    /// Calls `listener` with every new view, from the thread that made it. It must return at once and must not call
    /// the office.
    pub fn on_change(&self, listener: Listener) {
        self.shared.listen(listener);
    }

    /// Waits until `wanted` finds something in the view, at most `timeout`.
    pub fn wait<T>(&self, timeout: Duration, wanted: impl FnMut(&Arc<View>) -> Option<T>) -> Option<T> {
        self.shared.wait(timeout, wanted)
    }

    /// Waits until a cosigned checkpoint of at least `size` leaves is published; its note.
    #[must_use]
    pub fn wait_cosigned(&self, size: u64, timeout: Duration) -> Option<String> {
        self.shared.wait(timeout, |view| {
            view.cosigned.as_ref().filter(|cosigned| cosigned.size >= size).map(|found| found.note.clone())
        })
    }

    /// Where the proof of a recorded command stands.
    ///
    /// # Errors
    /// [`Trouble::Unreadable`].
    pub fn receipt(&self, id: &Hash) -> Result<ReceiptState, Trouble> {
        receipts::state(&self.shared, id)
    }

    /// Waits until the proof is ready, or nothing is known of the id, or `timeout` is over; the state then.
    ///
    /// # Errors
    /// [`Trouble::Unreadable`].
    pub fn wait_receipt(&self, id: &Hash, timeout: Duration) -> Result<ReceiptState, Trouble> {
        let found = self.shared.wait(timeout, |_| match receipts::state(&self.shared, id) {
            Ok(ReceiptState::WaitsForBeat { .. } | ReceiptState::WaitsForCosignatures) => None,
            done @ (Ok(ReceiptState::Unknown | ReceiptState::Ready(_)) | Err(_)) => Some(done),
        });
        found.unwrap_or_else(|| receipts::state(&self.shared, id))
    }

    /// Takes a ciphertext; on return it is on two disks. Idempotent.
    ///
    /// # Errors
    /// [`Trouble`]; the same upload may be sent again.
    pub fn upload(&self, head: &UploadHead, body: &mut dyn Read) -> Result<Uploaded, Trouble> {
        uploads::upload(&self.shared, head, body)
    }

    /// Takes a document from an officer. Idempotent.
    ///
    /// # Errors
    /// [`Trouble`].
    pub fn put_document(&self, head: &DocumentHead, body: &mut dyn Read) -> Result<(), Trouble> {
        library::put_document(&self.shared, head, body)
    }

    /// A document that a published procedure names.
    ///
    /// # Errors
    /// [`Trouble::NotFound`], [`Trouble::Vault`].
    pub fn document(&self, hash: &Hash) -> Result<File, Trouble> {
        library::document(&self.shared, hash)
    }

    /// Takes a name record: canonical JSON whose SHA-256 is a name commitment of the register. Its address.
    ///
    /// # Errors
    /// [`Trouble`].
    pub fn put_record(&self, bytes: &[u8]) -> Result<Hash, Trouble> {
        library::put_record(&self.shared, bytes)
    }

    /// A name record by its commitment, as its exact bytes. Names of bidders are given out only from the CLOSE on
    /// that names them.
    ///
    /// # Errors
    /// [`Trouble::NotFound`], also for a name that is not public yet; [`Trouble::Vault`].
    pub fn record(&self, address: &Hash) -> Result<Vec<u8>, Trouble> {
        library::record(&self.shared, address)
    }

    /// The names of those who wait for their admission, for whoever may admit them.
    ///
    /// # Errors
    /// [`Trouble::NotFound`] for everybody else; [`Trouble::Vault`].
    pub fn waiting_parties(&self, asking: &Asking) -> Result<BTreeMap<PartyId, String>, Trouble> {
        library::waiting(&self.shared, asking)
    }

    /// The public entries of a procedure from number `from` on, at most [`entries::ENTRIES_PER_READ_MAX`]; empty when
    /// there are none yet.
    ///
    /// # Errors
    /// [`Trouble::NotFound`] for an unknown procedure, [`Trouble::Unreadable`].
    pub fn entries(&self, procedure: &ProcedureId, from: u32) -> Result<Vec<PublicEntry>, Trouble> {
        entries::read(&self.shared, procedure, from)
    }

    /// Waits until a procedure has an entry of number `from`, at most `timeout`; then like [`Office::entries`].
    ///
    /// # Errors
    /// Those of [`Office::entries`].
    pub fn wait_entries(
        &self,
        procedure: &ProcedureId,
        from: u32,
        timeout: Duration,
    ) -> Result<Vec<PublicEntry>, Trouble> {
        entries::wait(&self.shared, procedure, from, timeout)
    }

    /// The hidden operations of a closed procedure: JSON lines `{"operation","order","slot"}`.
    ///
    /// # Errors
    /// [`Trouble::NotFound`] before CLOSE and for an unknown procedure alike, [`Trouble::Unreadable`].
    pub fn operations(&self, procedure: &ProcedureId) -> Result<String, Trouble> {
        disclosed::operations(&self.shared, procedure)
    }

    /// What a committee has done, as far as the one who asks may read it.
    ///
    /// # Errors
    /// [`Trouble::NotFound`] for whoever may not, and for what does not exist; [`Trouble::Unreadable`].
    pub fn sitting(&self, procedure: &ProcedureId, asking: Option<&Asking>) -> Result<Sitting, Trouble> {
        committee::sitting(&self.shared, procedure, asking)
    }

    /// The ciphertext of the documents of a bid, for a member of the committee that reads them or a holder, and its length in
    /// bytes.
    ///
    /// # Errors
    /// [`Trouble::NotFound`] for whoever may not, and for what does not exist; [`Trouble::Vault`].
    pub fn body(
        &self,
        procedure: &ProcedureId,
        commitment: &Hash,
        asking: &Asking,
    ) -> Result<(std::fs::File, u64), Trouble> {
        papers::body(&self.shared, procedure, commitment, asking)
    }

    /// The header of such a ciphertext.
    ///
    /// # Errors
    /// As [`Office::body`].
    pub fn body_header(
        &self,
        procedure: &ProcedureId,
        commitment: &Hash,
        asking: &Asking,
    ) -> Result<Vec<u8>, Trouble> {
        papers::header(&self.shared, procedure, commitment, asking)
    }

    /// A member asks for a seat (evaluation 3.5).
    ///
    /// # Errors
    /// [`Trouble`], as `seats` says.
    pub fn ask_seat(&self, procedure: &ProcedureId, ask: &SeatAsk) -> Result<WaitingSeat, Trouble> {
        self.at_door(|rooms, door| seats::ask(rooms, door, procedure, ask))
    }

    /// Who waits for a seat, as far as the one who asks may read it.
    ///
    /// # Errors
    /// [`Trouble::NotFound`] for whoever may not, and for what does not exist.
    pub fn waiting_seats(&self, procedure: &ProcedureId, asking: &Asking) -> Result<WaitingRoom, Trouble> {
        self.at_door(|rooms, door| seats::read(rooms, door, procedure, asking))
    }

    /// Somebody vouches for a member that waits.
    ///
    /// # Errors
    /// [`Trouble`], as `seats` says.
    pub fn vouch_seat(
        &self,
        procedure: &ProcedureId,
        key: &PublicKey,
        vouch: &SeatVouch,
    ) -> Result<WaitingSeat, Trouble> {
        self.at_door(|rooms, door| seats::vouch(rooms, door, procedure, key, vouch))
    }

    fn at_door<T>(&self, act: impl FnOnce(&Rooms, Door<'_>) -> T) -> T {
        let (shared, view) = (&self.shared, self.shared.view());
        let door = Door { world: &view.world, origin: shared.signer.origin(), now: shared.clock.now() };
        act(&shared.rooms, door)
    }

    /// A form's ciphertext that the holders are to open.
    ///
    /// # Errors
    /// [`Trouble::NotFound`] before the end of the window, and for any other commitment.
    pub fn envelope(&self, procedure: &ProcedureId, commitment: &Hash) -> Result<Vec<u8>, Trouble> {
        disclosed::envelope(&self.shared, procedure, commitment)
    }

    /// One file of the published log: `checkpoint`, `tile/<L>/<N>[.p/<W>]`, `tile/entries/<N>[.p/<W>]`.
    ///
    /// # Errors
    /// [`Trouble::NotFound`], [`Trouble::Unreadable`].
    pub fn log_file(&self, path: &str) -> Result<Vec<u8>, Trouble> {
        published::file(&self.shared, path)
    }

    /// The public bundle as of the newest published checkpoint, a canonical zip: the whole log, and what is disclosed.
    ///
    /// # Errors
    /// [`Trouble::NotFound`] before the first published checkpoint, [`Trouble::Unreadable`], [`Trouble::Vault`].
    pub fn bundle(&self) -> Result<Vec<u8>, Trouble> {
        bundle::bundle(&self.shared)
    }

    /// How many hidden operations there are: the leak that the two-worlds test must find.
    #[cfg(feature = "planted")]
    #[must_use]
    pub fn planted_operations(&self) -> u64 {
        crate::planted::operations(&self.shared)
    }

    /// Has the writer look at the clock now; returns when everything due is done. The writer does this by itself;
    /// call it when the clock may have jumped, as after a suspend.
    pub fn tick(&self) {
        self.line.tick();
    }

    /// Ends all threads; nothing is recorded any more. Everything acknowledged is durable.
    pub fn close(&self) {
        self.board.close();
        self.line.close();
        let threads = std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        for thread in threads {
            // A thread that panicked has nothing more to say.
            let _ = thread.join();
        }
    }

    fn spawn(&self, name: &str, work: impl FnOnce() + Send + 'static) -> Result<(), OpenError> {
        let thread = thread::Builder::new().name(name.into()).spawn(work);
        let thread = thread.map_err(|error| OpenError::Thread { found: error.to_string() })?;
        self.threads.lock().unwrap_or_else(PoisonError::into_inner).push(thread);
        Ok(())
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        self.close();
    }
}

fn first_view(state: &State, cosigned: Option<&(u64, String)>, policy: Option<&ximu_tlog::Policy>) -> View {
    let cosigned = cosigned.map(|(size, note)| {
        let parsed = Note::parse(note.as_bytes()).ok();
        let time = policy.zip(parsed).and_then(|(policy, note)| publisher::cosigned_time(policy, &note));
        Arc::new(CosignedView { size: *size, time, note: note.clone() })
    });
    View {
        world: state.world.clone(),
        size: state.world.size,
        panels: state.panel_states(),
        cosigned,
        peers: Arc::default(),
        health: Health {
            writer: WriterHealth::Good,
            publisher: PublisherHealth::Idle,
            close_lacks_evidence: false,
        },
    }
}
