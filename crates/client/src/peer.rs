//! A peer over HTTP: witness, epoch keys, custody copies, mirror (surface: HTTP of a peer).

use crate::{
    address::Address,
    centre::{Uploader, asking},
    error::ClientError,
    http::{Download, Http, Timeouts, Trust, Upload},
    log::{Log, NOTE_BYTES_MAX, missing_is_none},
    statement::origin_hash,
};
use serde::{Deserialize, Serialize};
use std::io::Read;
use std::time::Duration;
use ximu_basics::{Hash, Instant, ProcedureId, PublicKey, Signature, json::to_canonical};
use ximu_procedure::wire::command::Epoch;

/// The longest plain answer of a peer, in bytes.
const ANSWER_BYTES_MAX: u64 = 64 * 1024;

/// What a peer is asked for when a procedure is prepared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EpochRequest {
    /// The log the procedure will stand in.
    pub origin: String,
    /// The procedure.
    pub procedure: ProcedureId,
    /// Who asks: a tenderer or agent in the register of this log.
    pub key: PublicKey,
    /// By this key over [`crate::statement::epoch_request`].
    pub signature: Signature,
}

/// The answer of a custody centre.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustodyAnswer {
    /// The custody centre's signature over the custody statement.
    pub signature: Signature,
}

/// A holder's word that a bidder has handed it a command (peer 2.8).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RelayAnswer {
    /// When, by the holder's clock.
    pub at: Instant,
    /// The holder's name in the policy.
    pub holder: String,
    /// Its signature over [`ximu_procedure::wire::command::relay_statement`].
    pub signature: Signature,
}

/// What a witness said to a checkpoint (c2sp.org/tlog-witness).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Witnessed {
    /// 200: the signature lines to add to the note.
    Cosigned(String),
    /// 409: the witness stands at this size; prove consistency from there.
    Conflict {
        /// The size of the newest checkpoint it cosigned.
        size: u64,
    },
}

/// A ciphertext on its way to custody.
#[derive(Debug, Clone, Copy)]
pub struct CustodyCopy<'a> {
    /// The log of the centre that asks.
    pub origin: &'a str,
    /// The procedure.
    pub procedure: &'a ProcedureId,
    /// Commitment of the ciphertext.
    pub commitment: &'a Hash,
    /// Its size.
    pub bytes: u64,
    /// The centre's signature over [`crate::statement::custody_request`].
    pub signature: &'a Signature,
}

/// A peer.
#[derive(Debug, Clone)]
pub struct Peer {
    http: Http,
}

impl Peer {
    /// The peer at this address; no connection is made yet.
    ///
    /// # Errors
    /// [`ClientError::Roots`].
    pub fn new(server: Address, trust: &Trust, timeouts: Timeouts) -> Result<Peer, ClientError> {
        Ok(Peer { http: Http::new(server, trust, timeouts)? })
    }

    /// The peer's address.
    #[must_use]
    pub fn server(&self) -> &Address {
        self.http.server()
    }

    /// Asks the witness to cosign: `body` is the request of c2sp.org/tlog-witness.
    ///
    /// # Errors
    /// [`ClientError::Problem`] for 400, 403, 404, 422 and every trouble of the witness; transport errors.
    pub fn add_checkpoint(&self, body: &[u8], patience: Duration) -> Result<Witnessed, ClientError> {
        let path = "/add-checkpoint";
        let answer = self.http.post_waiting(path, "text/plain", body, NOTE_BYTES_MAX, patience)?;
        let conflict = || answer.text().strip_suffix('\n')?.parse().ok();
        match (answer.status, conflict()) {
            (200, _) if !answer.text().is_empty() => Ok(Witnessed::Cosigned(answer.text().to_owned())),
            (409, Some(size)) => Ok(Witnessed::Conflict { size }),
            _ => Err(self.http.unexpected(path, "signature lines or a tree size", &answer)),
        }
    }

    /// Asks for the holder's key of a procedure, as it goes into the publication. The same question gives the
    /// same answer for ever. The peer may not have read yet that the register knows who asks (`epoch-asker`): that
    /// passes.
    ///
    /// # Errors
    /// Every [`ClientError`] but [`ClientError::Roots`] and [`ClientError::Source`].
    pub fn epoch(&self, request: &EpochRequest) -> Result<Epoch, ClientError> {
        let path = "/epochs";
        let body = to_canonical(request).map_err(|error| ClientError::Source { found: error.to_string() })?;
        let answer = self.http.post(path, "application/json", &body, ANSWER_BYTES_MAX)?;
        self.json(path, &answer, "an epoch key")
    }

    /// Has a copy of a ciphertext kept. Durable at the peer when this returns.
    ///
    /// # Errors
    /// As [`Peer::epoch`], and [`ClientError::Source`].
    pub fn keep_copy(&self, copy: CustodyCopy<'_>, source: &mut dyn Read) -> Result<Signature, ClientError> {
        let path = custody_path(&copy);
        let headers = [("ximu-signature", copy.signature.to_string())];
        let media_type = "application/octet-stream";
        let answer = self.http.put(
            Upload { path: &path, media_type, headers: &headers, bytes: copy.bytes, source },
            ANSWER_BYTES_MAX,
        )?;
        self.json::<CustodyAnswer>(&path, &answer, "a custody signature").map(|answer| answer.signature)
    }

    /// Gets a copy back, to repair what was lost; the caller checks the commitment.
    ///
    /// # Errors
    /// As [`Peer::epoch`].
    pub fn copy(&self, copy: CustodyCopy<'_>, idle: Duration) -> Result<Download, ClientError> {
        let headers = [("ximu-signature", copy.signature.to_string())];
        self.http.download(&custody_path(&copy), &headers, idle)
    }

    /// The documents of a bid of which the peer keeps a copy, for a holder that signed [`crate::statement::kept_body`]; read
    /// piece by piece, and the caller checks the commitment.
    ///
    /// # Errors
    /// As [`Peer::epoch`].
    pub fn body(
        &self,
        origin: &str,
        procedure: &ProcedureId,
        commitment: &Hash,
        who: Uploader<'_>,
        at: Instant,
    ) -> Result<Download, ClientError> {
        let path = format!("/bodies/{}/{procedure}/{commitment}", origin_hash(origin));
        self.http.download(&path, &asking(who, at), Timeouts::default().idle)
    }

    /// Hands a release or a request for rescue to a holder, which hands it in when the log does not show it. Durable at the
    /// holder when this returns; the caller checks the signature.
    ///
    /// # Errors
    /// As [`Peer::epoch`], and [`ClientError::Source`].
    pub fn hand(&self, command: &[u8]) -> Result<RelayAnswer, ClientError> {
        let path = "/relays";
        let answer = self.http.post(path, "application/json", command, ANSWER_BYTES_MAX)?;
        self.json(path, &answer, "a holder's statement")
    }

    /// The newest checkpoint of a log that this peer cosigned, as a note with its cosignature; `None` when it has
    /// cosigned none.
    ///
    /// # Errors
    /// As [`Peer::epoch`].
    pub fn newest(&self, origin: &str) -> Result<Option<String>, ClientError> {
        let path = format!("/newest/{}", origin_hash(origin));
        match missing_is_none(self.http.get(&path, NOTE_BYTES_MAX))? {
            None => Ok(None),
            Some(answer) if answer.status == 200 => Ok(Some(answer.text().to_owned())),
            Some(answer) => Err(self.http.unexpected(&path, "a signed note", &answer)),
        }
    }

    /// The peer's mirror of a log.
    #[must_use]
    pub fn mirror(&self, origin: &str) -> Log {
        Log::new(self.http.clone(), &format!("/mirror/{}", origin_hash(origin)))
    }

    /// The second the peer's clock shows; `None` when it does not say.
    ///
    /// # Errors
    /// Transport errors alone.
    pub fn date(&self) -> Result<Option<Instant>, ClientError> {
        self.http.date("/healthz")
    }

    /// The peer's own account of its health, as it sent it.
    ///
    /// # Errors
    /// As [`Peer::epoch`].
    pub fn health(&self) -> Result<String, ClientError> {
        self.http.get("/healthz", ANSWER_BYTES_MAX).map(|answer| answer.text().to_owned())
    }

    fn json<T: serde::de::DeserializeOwned>(
        &self,
        path: &str,
        answer: &crate::http::Answer,
        expected: &'static str,
    ) -> Result<T, ClientError> {
        let parsed = if answer.status < 300 { serde_json::from_slice(&answer.body).ok() } else { None };
        parsed.ok_or_else(|| self.http.unexpected(path, expected, answer))
    }
}

fn custody_path(copy: &CustodyCopy<'_>) -> String {
    let (origin, procedure) = (origin_hash(copy.origin), copy.procedure);
    format!("/custody/{origin}/{procedure}/{}?bytes={}", copy.commitment, copy.bytes)
}
