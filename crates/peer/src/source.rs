//! A centre as the follower needs it: what it reads there and the one thing it gives. Over HTTP ([`ximu_client`]); in
//! memory in tests. Nothing that comes from here is believed without a check.

use serde::{Deserialize, Serialize};
use std::io::Read;
use std::time::Duration;
use ximu_basics::{Hash, Instant, ProcedureId, PublicKey, Signature, json::from_canonical};
use ximu_client::{
    Centre, ClientError,
    centre::{ReceiptState, Uploader},
};
use ximu_journal::failpoint::Injected;
use ximu_procedure::wire::{SignedCommand, evaluation::Sitting};
use ximu_tlog::{
    proof::Proof,
    tile::{Bundle, Tile},
};
use ximu_verify::Disclosed;

/// A centre that is followed.
pub trait Source {
    /// Waits until a cosigned checkpoint of at least `size` leaves is published, at most for `patience`; gives the
    /// newest note in either case, `None` when there is none or nothing new came.
    ///
    /// # Errors
    /// [`SourceError`].
    fn wait(&self, size: u64, patience: Duration) -> Result<Option<String>, SourceError>;

    /// An entry bundle of the log at this width; `None` when it has none.
    ///
    /// # Errors
    /// [`SourceError`].
    fn bundle(&self, bundle: Bundle) -> Result<Option<Vec<u8>>, SourceError>;

    /// A tile of the log at this width; `None` when it has none.
    ///
    /// # Errors
    /// [`SourceError`].
    fn tile(&self, tile: Tile) -> Result<Option<Vec<u8>>, SourceError>;

    /// The operations of a closed procedure; `None` before.
    ///
    /// # Errors
    /// [`SourceError`].
    fn operations(&self, procedure: &ProcedureId) -> Result<Option<Vec<Disclosed>>, SourceError>;

    /// The smallest cosigned checkpoint that covers the entry of a command, as a note; `None` when the centre shows
    /// none.
    ///
    /// # Errors
    /// [`SourceError`].
    fn first_checkpoint(&self, command: &Hash) -> Result<Option<String>, SourceError> {
        let _ = command;
        Ok(None)
    }

    /// What a committee has done, for the holder that signed that it asks at this instant; `None` when the centre says
    /// that there is nothing for it.
    ///
    /// # Errors
    /// [`SourceError`].
    fn sitting(&self, procedure: &ProcedureId, asking: &Asking) -> Result<Option<Sitting>, SourceError>;

    /// The ciphertext of a form that is to be opened; `None` before.
    ///
    /// # Errors
    /// [`SourceError`].
    fn form(&self, procedure: &ProcedureId, commitment: &Hash) -> Result<Option<Vec<u8>>, SourceError>;

    /// The header of the documents of a bid, for the holder that signed that it asks at this instant; `None` when the centre
    /// says that there is nothing for it.
    ///
    /// # Errors
    /// [`SourceError`].
    fn body_header(
        &self,
        procedure: &ProcedureId,
        commitment: &Hash,
        asking: &Asking,
    ) -> Result<Option<Vec<u8>>, SourceError>;

    /// The request for the whole ciphertext of such documents, to be made in another thread.
    fn body(&self, procedure: &ProcedureId, commitment: &Hash) -> Fetch;

    /// Gives a signed command.
    ///
    /// # Errors
    /// [`SourceError`], with the centre's code when it refused.
    fn give(&self, command: &SignedCommand) -> Result<(), SourceError>;
}

/// A request that is made when it is called, in whichever thread, for the holder that signed just before that it asks. What is
/// asked for is given as it comes.
pub type Fetch = Box<dyn FnOnce(&Asking) -> Result<Box<dyn Read>, SourceError> + Send>;

/// A holder that asks what a committee has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asking {
    /// The key that the policy pins.
    pub key: PublicKey,
    /// When, by its own clock.
    pub at: Instant,
    /// The key's signature over the statement.
    pub signature: Signature,
}

/// The centre did not answer, or refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct SourceError {
    /// The stable code of the centre or of the client.
    pub code: String,
    /// What happened.
    pub detail: String,
}

impl SourceError {
    /// Whether a release that met this needs nobody's attention: the centre was not reached, or the procedure had moved
    /// on before it came (others were enough, or the same release is there already).
    #[must_use]
    pub fn passes(&self) -> bool {
        self.code.starts_with("client-") || matches!(self.code.as_str(), "already_exists" | "stage_wrong")
    }
}

impl From<Injected> for SourceError {
    fn from(injected: Injected) -> SourceError {
        SourceError { code: "injected".to_owned(), detail: injected.to_string() }
    }
}

impl From<ClientError> for SourceError {
    fn from(error: ClientError) -> SourceError {
        SourceError { code: error.code().to_owned(), detail: error.to_string() }
    }
}

impl Source for Centre {
    fn wait(&self, size: u64, patience: Duration) -> Result<Option<String>, SourceError> {
        match self.log().wait_for(size, patience) {
            // Whoever waits less than the server holds the request hears nothing, which is no trouble.
            Err(ClientError::Timeout { .. }) if patience < ximu_client::log::WAIT => Ok(None),
            note => Ok(note?),
        }
    }

    fn bundle(&self, bundle: Bundle) -> Result<Option<Vec<u8>>, SourceError> {
        Ok(self.log().tile(&bundle.to_string())?)
    }

    fn tile(&self, tile: Tile) -> Result<Option<Vec<u8>>, SourceError> {
        Ok(self.log().tile(&tile.to_string())?)
    }

    fn operations(&self, procedure: &ProcedureId) -> Result<Option<Vec<Disclosed>>, SourceError> {
        let lines = Centre::operations(self, procedure)?;
        let disclosed = |line: ximu_client::centre::OperationLine| Disclosed {
            operation: line.operation,
            order: line.order,
            slot: line.slot,
        };
        Ok(lines.map(|lines| lines.into_iter().map(disclosed).collect()))
    }

    fn first_checkpoint(&self, command: &Hash) -> Result<Option<String>, SourceError> {
        let ReceiptState::Ready(receipt) = self.receipt(command)? else { return Ok(None) };
        Ok(checkpoint_of(&receipt))
    }

    fn sitting(&self, procedure: &ProcedureId, asking: &Asking) -> Result<Option<Sitting>, SourceError> {
        let who = Uploader { key: &asking.key, signature: &asking.signature };
        Ok(Centre::sitting(self, procedure, who, asking.at)?)
    }

    fn form(&self, procedure: &ProcedureId, commitment: &Hash) -> Result<Option<Vec<u8>>, SourceError> {
        Ok(self.envelope(procedure, commitment)?)
    }

    fn body_header(
        &self,
        procedure: &ProcedureId,
        commitment: &Hash,
        asking: &Asking,
    ) -> Result<Option<Vec<u8>>, SourceError> {
        let who = Uploader { key: &asking.key, signature: &asking.signature };
        Ok(Centre::body_header(self, procedure, commitment, who, asking.at)?)
    }

    fn body(&self, procedure: &ProcedureId, commitment: &Hash) -> Fetch {
        let (centre, procedure, commitment) = (self.clone(), procedure.clone(), *commitment);
        Box::new(move |asking| {
            let who = Uploader { key: &asking.key, signature: &asking.signature };
            Ok(Box::new(Centre::body(&centre, &procedure, &commitment, who, asking.at)?))
        })
    }

    fn give(&self, command: &SignedCommand) -> Result<(), SourceError> {
        Centre::give(self, command)?;
        Ok(())
    }
}

/// The receipt of an entry (log 9). Only its checkpoint is used here: the entry is decided again anyway.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EntryReceipt {
    entry: String,
    index: u64,
    proof: String,
    v: u32,
}

/// The checkpoint in the receipt of an entry, as a note.
fn checkpoint_of(receipt: &str) -> Option<String> {
    let receipt: EntryReceipt = from_canonical(receipt.as_bytes()).ok()?;
    Some(Proof::parse(receipt.proof.as_bytes()).ok()?.checkpoint.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ximu_basics::json::to_canonical;
    use ximu_tlog::{Checkpoint, Note, NoteSigner, merkle::leaf_hash};

    #[test]
    fn the_receipt_of_an_entry_has_its_checkpoint() {
        let text = Checkpoint::new("log.example", 1, leaf_hash(b"entry")).to_string();
        let mut note = Note::new(&text).unwrap();
        note.add(NoteSigner::new("log.example", &[7; 32]).unwrap().sign(&text)).unwrap();
        let proof = Proof { extra: None, index: 0, path: Vec::new(), checkpoint: note.clone() };
        let receipt = EntryReceipt { entry: "{}".into(), index: 0, proof: proof.to_string(), v: 1 };
        let receipt = String::from_utf8(to_canonical(&receipt).unwrap()).unwrap();
        assert_eq!(checkpoint_of(&receipt), Some(note.to_string()));
        assert_eq!(checkpoint_of("{}"), None);
    }
}
