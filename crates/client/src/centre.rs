//! A trading centre over HTTP (surface: HTTP of a centre): commands, uploads, receipts, public state, disclosures.
//!
//! Documents whose meaning belongs to other crates (acknowledgements, receipts, tender states) are passed on as the
//! server sent them; exact bytes stay exact.

use crate::{
    address::Address,
    error::ClientError,
    events::Events,
    http::{Answer, Download, Http, Timeouts, Trust, Upload},
    log::{Log, missing_is_none},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use std::io::Read;
use ximu_basics::{Hash, Instant, ProcedureId, PublicKey, Signature, json::to_canonical};
use ximu_procedure::wire::{
    SignedCommand,
    evaluation::Sitting,
    waiting::{SeatAsk, SeatVouch, WaitingRoom, WaitingSeat},
};

/// The longest JSON answer about state, in bytes.
pub const STATE_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// The longest list of lines one request gives, in bytes.
pub const LINES_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// The largest upload, in bytes (also the server's limit).
pub const UPLOAD_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// The longest header of an envelope, in bytes (sealed-bid 2.1).
pub const BODY_HEADER_BYTES_MAX: u64 = 64 * 1024;

/// The headers of a request by somebody who says that it asks at this instant.
pub(crate) fn asking(who: Uploader<'_>, at: Instant) -> [(&'static str, String); 3] {
    [
        ("ximu-key", who.key.to_string()),
        ("ximu-at", at.unix_ms().to_string()),
        ("ximu-signature", who.signature.to_string()),
    ]
}

/// What a centre says of itself. Nothing in it is proven but by the keys it names.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CentreInfo {
    /// The origin of its log.
    pub origin: String,
    /// The key of its log, as a C2SP verifier key.
    pub log_key: String,
    /// The text of the policy in force.
    pub policy: String,
    /// SHA-256 of that text.
    pub policy_hash: Hash,
    /// Whether the log carries rehearsals only.
    pub rehearsal: bool,
    /// The centre's clock.
    pub now: Instant,
    /// The other centres it works with.
    pub peers: Vec<PeerInfo>,
    /// How many independent operators protect it.
    pub operators: u32,
}

/// Another centre, as a centre names it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PeerInfo {
    /// Its name in the policy.
    pub name: String,
    /// Where it is served.
    pub url: String,
}

/// The answer to a command.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CommandAnswer {
    /// The signed acknowledgement.
    pub acknowledgement: Value,
    /// The exact bytes of the entry or operation it speaks of.
    pub subject: String,
    /// The applications that an officer asked to see; once.
    #[serde(default)]
    pub listing: Option<String>,
}

/// The answer to an upload.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct UploadAnswer {
    /// Commitment of the ciphertext.
    pub commitment: Hash,
    /// Its size.
    pub bytes: u64,
    /// The custody centre's signature; it goes into the submission.
    pub custody: Signature,
}

/// How far a receipt is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReceiptState {
    /// The receipt, in the exact bytes the centre sent.
    Ready(String),
    /// The command waits for this.
    Waits(Waits),
    /// The centre knows no such command.
    Unknown,
}

/// What a receipt waits for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Waits {
    /// `beat` or `cosignatures`.
    pub waits_for: String,
    /// When the beat is scheduled.
    #[serde(default)]
    pub scheduled: Option<Instant>,
}

/// A public entry with its place in the log.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct EntryLine {
    /// Its leaf index.
    pub leaf: u64,
    /// Its exact bytes.
    pub entry: String,
}

/// A disclosed operation with its place among the others.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct OperationLine {
    /// Its position in the order of acceptance.
    pub order: u64,
    /// Its slot in its beat.
    pub slot: u16,
    /// Its exact bytes.
    pub operation: String,
}

/// Who uploads: a person's key and its signature over the statement of `statement.rs`.
#[derive(Debug, Clone, Copy)]
pub struct Uploader<'a> {
    /// The person's key.
    pub key: &'a PublicKey,
    /// Ed25519 over the statement.
    pub signature: &'a Signature,
}

/// A trading centre.
#[derive(Debug, Clone)]
pub struct Centre {
    http: Http,
}

impl Centre {
    /// The centre at this address; no connection is made yet.
    ///
    /// # Errors
    /// [`ClientError::Roots`].
    pub fn new(server: Address, trust: &Trust, timeouts: Timeouts) -> Result<Centre, ClientError> {
        Ok(Centre { http: Http::new(server, trust, timeouts)? })
    }

    /// The centre's address.
    #[must_use]
    pub fn server(&self) -> &Address {
        self.http.server()
    }

    /// The connections, for paths this type does not name.
    #[must_use]
    pub fn http(&self) -> &Http {
        &self.http
    }

    /// What the centre says of itself.
    ///
    /// # Errors
    /// Every [`ClientError`] but [`ClientError::Roots`] and [`ClientError::Source`]; the same for all that follow.
    pub fn info(&self) -> Result<CentreInfo, ClientError> {
        self.json("/api/v1/centre", STATE_BYTES_MAX, "the centre's description")
    }

    /// Gives a signed command. Repeating it repeats the answer.
    ///
    /// # Errors
    /// [`ClientError::Problem`] with the refusal and its acknowledgement when the centre refused.
    pub fn give(&self, signed: &SignedCommand) -> Result<CommandAnswer, ClientError> {
        let path = "/api/v1/commands";
        let body = to_canonical(signed).map_err(|error| ClientError::Source { found: error.to_string() })?;
        let answer = self.http.post(path, "application/json", &body, STATE_BYTES_MAX)?;
        self.read(path, &answer, "an acknowledgement")
    }

    /// Uploads a ciphertext. On return it is on the disk of the centre and of its custody centre.
    ///
    /// # Errors
    /// Also [`ClientError::Source`].
    pub fn upload(
        &self,
        procedure: &ProcedureId,
        commitment: &Hash,
        uploader: Uploader<'_>,
        bytes: u64,
        source: &mut dyn Read,
    ) -> Result<UploadAnswer, ClientError> {
        let path = format!("/api/v1/uploads/{procedure}/{commitment}");
        let answer = self.put(&path, uploader, bytes, source)?;
        self.read(&path, &answer, "an upload answer with a custody signature")
    }

    /// Uploads a document of a procedure, by its hash.
    ///
    /// # Errors
    /// Also [`ClientError::Source`].
    pub fn upload_document(
        &self,
        sha256: &Hash,
        uploader: Uploader<'_>,
        bytes: u64,
        source: &mut dyn Read,
    ) -> Result<(), ClientError> {
        let path = format!("/api/v1/documents/{sha256}");
        let answer = self.put(&path, uploader, bytes, source)?;
        if answer.status < 300 { Ok(()) } else { Err(self.http.unexpected(&path, "201", &answer)) }
    }

    /// Stores a record of a name: the canonical JSON of its salt and text.
    ///
    /// # Errors
    /// See [`Centre::info`].
    pub fn put_record(&self, record: &[u8]) -> Result<(), ClientError> {
        let path = "/api/v1/records";
        let answer = self.http.post(path, "application/json", record, STATE_BYTES_MAX)?;
        if answer.status < 300 { Ok(()) } else { Err(self.http.unexpected(path, "201", &answer)) }
    }

    /// The receipt of a command, or what it waits for.
    ///
    /// # Errors
    /// See [`Centre::info`].
    pub fn receipt(&self, command: &Hash) -> Result<ReceiptState, ClientError> {
        let path = format!("/api/v1/receipts/{command}");
        let Some(answer) = missing_is_none(self.http.get(&path, STATE_BYTES_MAX))? else {
            return Ok(ReceiptState::Unknown);
        };
        match answer.status {
            200 if !answer.text().is_empty() => Ok(ReceiptState::Ready(answer.text().to_owned())),
            202 => self.read(&path, &answer, "what the receipt waits for").map(ReceiptState::Waits),
            _ => Err(self.http.unexpected(&path, "a receipt", &answer)),
        }
    }

    /// The procedures of the centre, as it describes them.
    ///
    /// # Errors
    /// See [`Centre::info`].
    pub fn procedures(&self) -> Result<Value, ClientError> {
        self.json("/api/v1/procedures", STATE_BYTES_MAX, "a list of procedures")
    }

    /// The public state of a procedure; `None` when there is none of this id.
    ///
    /// # Errors
    /// See [`Centre::info`].
    pub fn tender(&self, procedure: &ProcedureId) -> Result<Option<Value>, ClientError> {
        let path = format!("/api/v1/tenders/{procedure}");
        let answer = missing_is_none(self.http.get(&path, STATE_BYTES_MAX))?;
        answer.map(|answer| self.read(&path, &answer, "a procedure's state")).transpose()
    }

    /// The public entries of a procedure from this number on.
    ///
    /// # Errors
    /// See [`Centre::info`].
    pub fn entries(&self, procedure: &ProcedureId, from: u32) -> Result<Vec<EntryLine>, ClientError> {
        self.lines(&format!("/api/v1/tenders/{procedure}/entries?from={from}"))
    }

    /// The operations of the sealed class; `None` before CLOSE.
    ///
    /// # Errors
    /// See [`Centre::info`].
    pub fn operations(&self, procedure: &ProcedureId) -> Result<Option<Vec<OperationLine>>, ClientError> {
        let path = format!("/api/v1/tenders/{procedure}/operations");
        let answer = missing_is_none(self.http.get(&path, LINES_BYTES_MAX))?;
        answer.map(|answer| self.read_lines(&path, &answer)).transpose()
    }

    /// What a committee has done, for whoever signed that it asks at this instant; `None` when it may not read it, or
    /// nothing is there.
    ///
    /// # Errors
    /// See [`Centre::info`].
    pub fn sitting(
        &self,
        procedure: &ProcedureId,
        who: Uploader<'_>,
        at: Instant,
    ) -> Result<Option<Sitting>, ClientError> {
        let path = format!("/api/v1/tenders/{procedure}/panel");
        let answer = missing_is_none(self.http.get_as(&path, &asking(who, at), LINES_BYTES_MAX))?;
        answer.map(|answer| self.read(&path, &answer, "what a committee has done")).transpose()
    }

    /// Asks for a seat of a committee (evaluation 3.5). Asking again is safe.
    ///
    /// # Errors
    /// See [`Centre::info`].
    pub fn ask_seat(&self, procedure: &ProcedureId, ask: &SeatAsk) -> Result<WaitingSeat, ClientError> {
        let path = format!("/api/v1/tenders/{procedure}/seats");
        self.post_canonical(&path, ask, "a member that waits")
    }

    /// Who waits for a seat; `None` for whoever may not read it.
    ///
    /// # Errors
    /// See [`Centre::info`].
    pub fn waiting_seats(
        &self,
        procedure: &ProcedureId,
        who: Uploader<'_>,
        at: Instant,
    ) -> Result<Option<WaitingRoom>, ClientError> {
        let path = format!("/api/v1/tenders/{procedure}/seats");
        let answer = missing_is_none(self.http.get_as(&path, &asking(who, at), STATE_BYTES_MAX))?;
        answer.map(|answer| self.read(&path, &answer, "who waits for a seat")).transpose()
    }

    /// Vouches for the member that waits with this key.
    ///
    /// # Errors
    /// See [`Centre::info`].
    pub fn vouch_seat(
        &self,
        procedure: &ProcedureId,
        key: &PublicKey,
        vouch: &SeatVouch,
    ) -> Result<WaitingSeat, ClientError> {
        let path = format!("/api/v1/tenders/{procedure}/seats/{key}");
        self.post_canonical(&path, vouch, "a member that waits")
    }

    fn post_canonical<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
        what: &'static str,
    ) -> Result<T, ClientError> {
        let body = to_canonical(body).map_err(|error| ClientError::Source { found: error.to_string() })?;
        let answer = self.http.post(path, "application/json", &body, STATE_BYTES_MAX)?;
        self.read(path, &answer, what)
    }

    /// The ciphertext of a form that is to be opened; `None` before the window has ended.
    ///
    /// # Errors
    /// See [`Centre::info`].
    pub fn envelope(
        &self,
        procedure: &ProcedureId,
        commitment: &Hash,
    ) -> Result<Option<Vec<u8>>, ClientError> {
        self.bytes(&format!("/api/v1/tenders/{procedure}/envelopes/{commitment}"))
    }

    /// The ciphertext of the documents of a bid, for a member of the committee or a holder that signed that it asks at this
    /// instant; it is read piece by piece.
    ///
    /// # Errors
    /// See [`Centre::info`]; also when it may not read it.
    pub fn body(
        &self,
        procedure: &ProcedureId,
        commitment: &Hash,
        who: Uploader<'_>,
        at: Instant,
    ) -> Result<Download, ClientError> {
        let path = format!("/api/v1/tenders/{procedure}/bodies/{commitment}");
        self.http.download(&path, &asking(who, at), Timeouts::default().idle)
    }

    /// The header of such a ciphertext; `None` when it may not read it.
    ///
    /// # Errors
    /// See [`Centre::info`].
    pub fn body_header(
        &self,
        procedure: &ProcedureId,
        commitment: &Hash,
        who: Uploader<'_>,
        at: Instant,
    ) -> Result<Option<Vec<u8>>, ClientError> {
        let path = format!("/api/v1/tenders/{procedure}/bodies/{commitment}/header");
        let answer = missing_is_none(self.http.get_as(&path, &asking(who, at), BODY_HEADER_BYTES_MAX))?;
        match answer {
            Some(answer) if answer.status == 200 => Ok(Some(answer.body)),
            Some(answer) => Err(self.http.unexpected(&path, "a header", &answer)),
            None => Ok(None),
        }
    }

    /// A document of a procedure.
    ///
    /// # Errors
    /// See [`Centre::info`].
    pub fn document(&self, procedure: &ProcedureId, sha256: &Hash) -> Result<Option<Vec<u8>>, ClientError> {
        self.bytes(&format!("/api/v1/tenders/{procedure}/documents/{sha256}"))
    }

    /// The public bundle of a procedure, piece by piece.
    ///
    /// # Errors
    /// See [`Centre::info`].
    pub fn bundle(&self, procedure: &ProcedureId) -> Result<Download, ClientError> {
        let idle = Timeouts::default().idle;
        self.http.download(&format!("/api/v1/tenders/{procedure}/bundle"), &[], idle)
    }

    /// The events of a procedure after `last_id` (an entry number; empty for all).
    #[must_use]
    pub fn events(&self, procedure: &ProcedureId, last_id: &str) -> Events {
        Events::new(self.http.clone(), &format!("/api/v1/tenders/{procedure}/events"), last_id)
    }

    /// The centre's log.
    #[must_use]
    pub fn log(&self) -> Log {
        Log::new(self.http.clone(), "/log")
    }

    /// Whether the centre answers that it is ready.
    ///
    /// # Errors
    /// See [`Centre::info`].
    pub fn ready(&self) -> Result<bool, ClientError> {
        match self.http.get("/readyz", STATE_BYTES_MAX) {
            Ok(answer) => Ok(answer.status == 200),
            Err(ClientError::Problem { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn put(
        &self,
        path: &str,
        uploader: Uploader<'_>,
        bytes: u64,
        source: &mut dyn Read,
    ) -> Result<Answer, ClientError> {
        let headers =
            [("ximu-key", uploader.key.to_string()), ("ximu-signature", uploader.signature.to_string())];
        let media_type = "application/octet-stream";
        self.http.put(Upload { path, media_type, headers: &headers, bytes, source }, STATE_BYTES_MAX)
    }

    fn json<T: DeserializeOwned>(
        &self,
        path: &str,
        limit: u64,
        expected: &'static str,
    ) -> Result<T, ClientError> {
        let answer = self.http.get(path, limit)?;
        self.read(path, &answer, expected)
    }

    fn read<T: DeserializeOwned>(
        &self,
        path: &str,
        answer: &Answer,
        expected: &'static str,
    ) -> Result<T, ClientError> {
        let parsed = if answer.status < 300 { serde_json::from_slice(&answer.body).ok() } else { None };
        parsed.ok_or_else(|| self.http.unexpected(path, expected, answer))
    }

    fn lines<T: DeserializeOwned>(&self, path: &str) -> Result<Vec<T>, ClientError> {
        let answer = self.http.get(path, LINES_BYTES_MAX)?;
        self.read_lines(path, &answer)
    }

    fn read_lines<T: DeserializeOwned>(&self, path: &str, answer: &Answer) -> Result<Vec<T>, ClientError> {
        let lines = answer.text().lines().map(serde_json::from_str).collect();
        let parsed = if answer.status == 200 { lines } else { Ok(Vec::new()) };
        match parsed {
            Ok(lines) if answer.status == 200 && std::str::from_utf8(&answer.body).is_ok() => Ok(lines),
            _ => Err(self.http.unexpected(path, "JSON lines", answer)),
        }
    }

    fn bytes(&self, path: &str) -> Result<Option<Vec<u8>>, ClientError> {
        match missing_is_none(self.http.get(path, UPLOAD_BYTES_MAX))? {
            None => Ok(None),
            Some(answer) if answer.status == 200 => Ok(Some(answer.body)),
            Some(answer) => Err(self.http.unexpected(path, "a file", &answer)),
        }
    }
}
