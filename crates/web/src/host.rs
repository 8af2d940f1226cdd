//! What the web asks of the centre behind it: the office's plain requests and answers, no rule and no storage.
//!
//! Every function may block on a disk or the writer; the web calls them on threads of their own. Nothing here tells,
//! before CLOSE, how many bids there are.

pub mod forms;
mod office;

pub use office::OfficeHost;

use std::{collections::BTreeMap, io::Read, sync::Arc};

use serde::Serialize;
use ximu_basics::{Hash, Instant, PartyId, ProcedureId, PublicKey};
use ximu_ocds::Setting;
use ximu_office::{
    Answer, Trouble, View,
    answer::{DocumentHead, PublicEntry, ReceiptState, UploadHead, Uploaded},
    committee::Asking,
};
use ximu_procedure::wire::{
    Form, SignedCommand,
    evaluation::Sitting,
    waiting::{SeatAsk, SeatVouch, WaitingRoom, WaitingSeat},
};

/// A centre.
pub trait Host: Send + Sync + 'static {
    /// The centre's clock.
    fn now(&self) -> Instant;

    /// What the centre is.
    fn centre(&self) -> Arc<Centre>;

    /// What is public, after the newest entry.
    fn view(&self) -> Arc<View>;

    /// Calls `listener` with every change of the view. It returns at once.
    fn on_change(&self, listener: Box<dyn Fn() + Send + Sync>);

    /// Entries of a procedure from a number on, as many as one answer holds.
    ///
    /// # Errors
    /// [`Trouble::NotFound`] for an unknown procedure, [`Trouble::Unreadable`].
    fn entries(&self, procedure: &ProcedureId, from: u32) -> Result<Vec<PublicEntry>, Trouble>;

    /// The exact bytes of a name record, by its salted commitment.
    ///
    /// # Errors
    /// [`Trouble::NotFound`] when the vault does not have it (any more).
    fn record(&self, commitment: &Hash) -> Result<Vec<u8>, Trouble>;

    /// The form of a bid that was read out; `None` before and for every other bid.
    fn form(&self, procedure: &ProcedureId, bidder: &PartyId) -> Option<Form>;

    /// Gives a command.
    ///
    /// # Errors
    /// [`Trouble`] when there is no answer; a refusal is an [`Answer`].
    fn give(&self, command: SignedCommand) -> Result<Answer, Trouble>;

    /// The receipt of a command.
    ///
    /// # Errors
    /// [`Trouble::Unreadable`].
    fn receipt(&self, id: &Hash) -> Result<ReceiptState, Trouble>;

    /// Takes a ciphertext; returns once it is on disk here and at the custody centre.
    ///
    /// # Errors
    /// [`Trouble`].
    fn upload(&self, head: &UploadHead, body: &mut dyn Read) -> Result<Uploaded, Trouble>;

    /// Takes a document of a procedure that is to be published.
    ///
    /// # Errors
    /// [`Trouble`].
    fn put_document(&self, head: &DocumentHead, body: &mut dyn Read) -> Result<(), Trouble>;

    /// Takes the exact bytes of a name record; its address.
    ///
    /// # Errors
    /// [`Trouble`].
    fn put_record(&self, bytes: &[u8]) -> Result<Hash, Trouble>;

    /// A document that a published procedure names.
    ///
    /// # Errors
    /// [`Trouble::NotFound`], [`Trouble::Vault`].
    fn document(&self, hash: &Hash) -> Result<Box<dyn Read + Send>, Trouble>;

    /// The operations of the sealed class as JSON lines.
    ///
    /// # Errors
    /// [`Trouble::NotFound`] before CLOSE and for unknown procedures alike.
    fn operations(&self, procedure: &ProcedureId) -> Result<String, Trouble>;

    /// What a committee has done, as far as the one who asks may read it.
    ///
    /// # Errors
    /// [`Trouble::NotFound`] for whoever may not, and for what does not exist.
    fn sitting(&self, procedure: &ProcedureId, asking: Option<&Asking>) -> Result<Sitting, Trouble>;

    /// A member asks for a seat.
    ///
    /// # Errors
    /// [`Trouble`].
    fn ask_seat(&self, procedure: &ProcedureId, ask: &SeatAsk) -> Result<WaitingSeat, Trouble>;

    /// The names of those who wait for their admission, for whoever may admit them.
    ///
    /// # Errors
    /// [`Trouble::NotFound`] for everybody else.
    fn waiting_parties(&self, asking: &Asking) -> Result<BTreeMap<PartyId, String>, Trouble>;

    /// Who waits for a seat, as far as the one who asks may read it.
    ///
    /// # Errors
    /// [`Trouble::NotFound`] for whoever may not, and for what does not exist.
    fn waiting_seats(&self, procedure: &ProcedureId, asking: &Asking) -> Result<WaitingRoom, Trouble>;

    /// Somebody vouches for a member that waits.
    ///
    /// # Errors
    /// [`Trouble`].
    fn vouch_seat(
        &self,
        procedure: &ProcedureId,
        key: &PublicKey,
        vouch: &SeatVouch,
    ) -> Result<WaitingSeat, Trouble>;

    /// A form's ciphertext that the holders are to open.
    ///
    /// # Errors
    /// [`Trouble::NotFound`] before the end of the window and for everything else.
    fn envelope(&self, procedure: &ProcedureId, commitment: &Hash) -> Result<Vec<u8>, Trouble>;

    /// The ciphertext of the documents of a bid, for a member of the committee that reads them, and its length in bytes.
    ///
    /// # Errors
    /// [`Trouble::NotFound`] for whoever may not, and for what does not exist.
    fn body(
        &self,
        procedure: &ProcedureId,
        commitment: &Hash,
        asking: &Asking,
    ) -> Result<(Box<dyn Read + Send>, u64), Trouble>;

    /// The header of such a ciphertext, also for the holders.
    ///
    /// # Errors
    /// As [`Host::body`].
    fn body_header(
        &self,
        procedure: &ProcedureId,
        commitment: &Hash,
        asking: &Asking,
    ) -> Result<Vec<u8>, Trouble>;

    /// The public bundle: the whole log and all that is disclosed, as of the newest cosigned checkpoint.
    ///
    /// # Errors
    /// [`Trouble::NotFound`] before the first cosigned checkpoint, [`Trouble::Unreadable`].
    fn bundle(&self) -> Result<Vec<u8>, Trouble>;

    /// How many hidden operations there are: the leak that the two-worlds test must find.
    #[cfg(feature = "planted")]
    fn planted_operations(&self) -> u64 {
        0
    }

    /// A file of the published log by its C2SP path, for instance `tile/0/000` or `tile/entries/000.p/7`.
    ///
    /// # Errors
    /// [`Trouble::NotFound`].
    fn log_file(&self, path: &str) -> Result<Vec<u8>, Trouble>;
}

/// What a centre is; fixed while it runs.
#[derive(Debug, Clone)]
pub struct Centre {
    /// The log's origin.
    pub origin: String,
    /// The key that signs checkpoints, as a C2SP verifier key.
    pub log_key: String,
    /// Whether only rehearsals happen here.
    pub rehearsal: bool,
    /// The other centres.
    pub peers: Vec<PeerAddress>,
    /// How it publishes in the Open Contracting Data Standard.
    pub ocds: Setting,
}

/// Another centre.
#[derive(Debug, Clone, Serialize)]
pub struct PeerAddress {
    /// Its name in the policy.
    pub name: String,
    /// Where it answers.
    pub url: String,
}
