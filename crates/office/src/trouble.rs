//! Trouble: why a command or an upload got no answer at all. Nothing was recorded and nothing is promised; most of
//! it passes. A refusal by the rules is not trouble: it is an answer.

use std::time::Duration;
use ximu_basics::Hash;
use ximu_procedure::{Rejection, wire::signed::SignedError};

/// Why there is no answer. Each has a stable code for problems on the wire and the page of codes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// Nobody the centre knows has said anything.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// The log has no founding entry yet.
    #[error("this centre is not founded yet; its first administrator gives the command found")]
    NotFounded,
    /// The founding command names another key than this office's.
    #[error("the founding command names another centre key than the one this office signs with")]
    CentreKeyDiffers,
    /// The founding command says another thing about rehearsals than the log's origin, which begins with
    /// `rehearsal.` for rehearsals and for nothing else.
    #[error("the log's origin makes rehearsals {expected}; the founding command says the other")]
    RehearsalDiffers {
        /// What the origin says.
        expected: bool,
    },
    /// What followed from the command does not fit one leaf of the log.
    #[error("the entry has {found} bytes; a leaf holds at most {max}")]
    EntryTooLarge {
        /// The limit.
        max: usize,
        /// The size found.
        found: usize,
    },
    /// The person has given its share of hidden commands before this beat.
    #[error("at most {limit} commands of one person fit one beat; try again after it")]
    TooManyInBeat {
        /// The limit.
        limit: usize,
    },
    /// The beat is full.
    #[error("the beat is full; try again after it")]
    BeatFull,
    /// Too many commands wait.
    #[error("too many commands wait to be recorded; try again")]
    Busy,
    /// The disk is full; nothing is acknowledged until there is space.
    #[error("the centre's disk is full: nothing was recorded; try again later")]
    Full,
    /// A write failed and the journal was read again: the command is not in it.
    #[error("the record failed and was undone; try again")]
    NotRecorded,
    /// The writer has stopped for good and needs its operator.
    #[error("the centre has stopped recording ({why})")]
    Stopped {
        /// The stable code of the reason.
        why: &'static str,
    },
    /// The centre is shutting down.
    #[error("the centre is shutting down; try again after the restart")]
    Closing,
    /// The rules do not let a timer do its work now.
    #[error("the rules refuse the centre's own timer ({code})")]
    TimerRefused {
        /// The refusal's stable code.
        code: &'static str,
    },
    /// The signature of an upload does not fit.
    #[error("expected the uploader's signature over origin, procedure, commitment and size")]
    UploadSignature,
    /// The register does not know the uploader's key.
    #[error("the register does not know the uploader's key, or it was replaced")]
    UploadKey,
    /// The uploader has no role that may upload this.
    #[error("this upload needs one of the roles {needs}")]
    UploadRole {
        /// Roles that may.
        needs: &'static str,
    },
    /// Too many whom the register does not know have written in a short time.
    #[error("too many registrations and questions of unknown keys in a short time; try again later")]
    TooManyStrangers,
    /// No such procedure, or it takes no uploads any more.
    #[error("no procedure of this id takes uploads now")]
    UploadClosed,
    /// The upload is too large.
    #[error("an upload may have at most {max} bytes here, found {found}")]
    UploadTooLarge {
        /// The limit.
        max: u64,
        /// The size found.
        found: u64,
    },
    /// The uploader has had its share of this procedure.
    #[error("the uploader has uploaded as much as one person may for this procedure; submit what is here")]
    UploadQuota,
    /// The uploader has had its share of documents that nothing names.
    #[error(
        "the uploader has uploaded as many documents that no procedure names as one person may; publish what is here"
    )]
    DocumentQuota,
    /// The uploader has as many uploads under way as one key may.
    #[error("the uploader has too many uploads under way; try again when one has ended")]
    UploadsAtOnce,
    /// The bytes of an envelope that a submission names are not here.
    #[error("this centre has not the bytes of an envelope that the submission names; upload them first")]
    UploadMissing,
    /// An envelope that a submission names was sealed for something else.
    #[error(
        "the {envelope} was sealed for another tender, lot, bidder, version or envelope, or not to the holders of this one; seal it for this one"
    )]
    ContextDiffers {
        /// Which envelope.
        envelope: &'static str,
    },
    /// Not the number of bytes that was announced and signed.
    #[error("expected {expected} bytes, found {found}")]
    UploadLength {
        /// Bytes announced.
        expected: u64,
        /// Bytes found.
        found: u64,
    },
    /// Not the bytes that were announced and signed.
    #[error("expected bytes with the commitment {expected}, found {found}")]
    UploadDiffers {
        /// What was announced.
        expected: Hash,
        /// What came.
        found: Hash,
    },
    /// The sender's stream broke.
    #[error("the upload broke off; send it again")]
    UploadBroken,
    /// The record is not a canonical record of at most 1 KiB.
    #[error("expected a canonical record with salt and text of at most {max} bytes")]
    RecordMalformed {
        /// The limit.
        max: usize,
    },
    /// No commitment of the register is opened by this record.
    #[error("no commitment of the register is opened by this record")]
    RecordUnknown,
    /// The vault failed.
    #[error("the centre's vault failed ({code}); try again later")]
    Vault {
        /// The stable code of the failure.
        code: &'static str,
    },
    /// The keeper of second copies does not answer: nothing is acknowledged without it.
    #[error("the custody centre {peer} does not answer; nothing was acknowledged; try again")]
    CustodyDown {
        /// Its name.
        peer: String,
    },
    /// The keeper's signature does not fit: nothing is acknowledged.
    #[error(
        "the custody centre {peer} answered with a signature that does not fit; nothing was acknowledged"
    )]
    CustodyFalse {
        /// Its name.
        peer: String,
    },
    /// What asks for a seat is not of the form.
    #[error("expected a seat's name of 1 to 64 of A-Z a-z 0-9 -, and an age recipient")]
    SeatMalformed,
    /// The signature of who asks for a seat, or vouches for one, does not fit, or its instant is not now.
    #[error("expected the key's signature over the statement, and an instant within a minute of this clock")]
    SeatSignature,
    /// The one who vouches names another member than it may, or than the other one did.
    #[error("expected the leaf of a member that this key may vouch for, the same that the keeper named")]
    SeatDiffers,
    /// The officer tells the result of a match of faces to which the member did not consent.
    #[error("expected the member's consent to a match of its face, found that it asks for the officer alone")]
    SeatConsent,
    /// Too many wait for seats.
    #[error("too many wait for seats of this committee; try again later")]
    SeatsFull,
    /// There is no such thing, or it may not be read yet: both answer alike.
    #[error("there is nothing of this name")]
    NotFound,
    /// The store cannot be read.
    #[error("the journal cannot be read ({code})")]
    Unreadable {
        /// The stable code of the failure.
        code: &'static str,
    },
}

/// What the sender can do about it; the web maps it to a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TroubleKind {
    /// 400: the request itself is wrong.
    Malformed,
    /// 401: the signature or the key does not say who it is.
    Unauthenticated,
    /// 403: who it is may not do this.
    Forbidden,
    /// 404.
    NotFound,
    /// 409: the centre is not in the state the request assumes.
    Conflict,
    /// 413.
    TooLarge,
    /// 503: not now; the same request may succeed later.
    NotNow,
}

impl Trouble {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Trouble::Rejected(rejection) => rejection.code(),
            Trouble::NotFounded => "not_founded",
            Trouble::CentreKeyDiffers => "centre_key_differs",
            Trouble::RehearsalDiffers { .. } => "rehearsal_differs",
            Trouble::EntryTooLarge { .. } => "entry_too_large",
            Trouble::TooManyInBeat { .. } => "too_many_in_beat",
            Trouble::BeatFull => "beat_full",
            Trouble::Busy => "busy",
            Trouble::Full => "disk_full",
            Trouble::NotRecorded => "not_recorded",
            Trouble::Stopped { .. } => "stopped",
            Trouble::Closing => "closing",
            Trouble::TimerRefused { .. } => "timer_refused",
            Trouble::UploadSignature => "upload_signature",
            Trouble::UploadKey => "upload_key",
            Trouble::UploadRole { .. } => "upload_role",
            Trouble::UploadClosed => "upload_closed",
            Trouble::UploadTooLarge { .. } => "upload_too_large",
            Trouble::UploadQuota => "upload_quota",
            Trouble::DocumentQuota => "document_quota",
            Trouble::UploadsAtOnce => "uploads_at_once",
            Trouble::TooManyStrangers => "too_many_strangers",
            Trouble::UploadMissing => "upload_missing",
            Trouble::ContextDiffers { .. } => "context_differs",
            Trouble::UploadLength { .. } => "upload_length",
            Trouble::UploadDiffers { .. } => "upload_differs",
            Trouble::UploadBroken => "upload_broken",
            Trouble::RecordMalformed { .. } => "record_malformed",
            Trouble::RecordUnknown => "record_unknown",
            Trouble::Vault { .. } => "vault_failed",
            Trouble::CustodyDown { .. } => "custody_down",
            Trouble::CustodyFalse { .. } => "custody_false",
            Trouble::SeatMalformed => "seat_malformed",
            Trouble::SeatSignature => "seat_signature",
            Trouble::SeatDiffers => "seat_differs",
            Trouble::SeatConsent => "seat_consent",
            Trouble::SeatsFull => "seats_full",
            Trouble::NotFound => "not_found",
            Trouble::Unreadable { .. } => "journal_unreadable",
        }
    }

    /// What kind of trouble it is.
    #[must_use]
    pub fn kind(&self) -> TroubleKind {
        match self {
            Trouble::Rejected(rejection) => kind_of(rejection),
            Trouble::UploadLength { .. }
            | Trouble::UploadDiffers { .. }
            | Trouble::UploadBroken
            | Trouble::ContextDiffers { .. }
            | Trouble::SeatMalformed
            | Trouble::RecordMalformed { .. } => TroubleKind::Malformed,
            Trouble::UploadSignature | Trouble::UploadKey | Trouble::SeatSignature => {
                TroubleKind::Unauthenticated
            }
            Trouble::UploadRole { .. }
            | Trouble::UploadQuota
            | Trouble::DocumentQuota
            | Trouble::RecordUnknown => TroubleKind::Forbidden,
            Trouble::NotFound | Trouble::UploadClosed => TroubleKind::NotFound,
            Trouble::NotFounded
            | Trouble::CentreKeyDiffers
            | Trouble::RehearsalDiffers { .. }
            | Trouble::SeatDiffers
            | Trouble::SeatConsent
            | Trouble::UploadMissing => TroubleKind::Conflict,
            Trouble::EntryTooLarge { .. } | Trouble::UploadTooLarge { .. } => TroubleKind::TooLarge,
            Trouble::TooManyInBeat { .. }
            | Trouble::BeatFull
            | Trouble::Busy
            | Trouble::Full
            | Trouble::NotRecorded
            | Trouble::Stopped { .. }
            | Trouble::Closing
            | Trouble::TimerRefused { .. }
            | Trouble::UploadsAtOnce
            | Trouble::TooManyStrangers
            | Trouble::SeatsFull
            | Trouble::Vault { .. }
            | Trouble::CustodyDown { .. }
            | Trouble::CustodyFalse { .. }
            | Trouble::Unreadable { .. } => TroubleKind::NotNow,
        }
    }

    /// When the same request may succeed, for trouble of the kind [`TroubleKind::NotNow`]. A fixed value: it must not
    /// tell how busy the centre is.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self.kind() {
            TroubleKind::NotNow => Some(Duration::from_secs(1)),
            TroubleKind::Malformed
            | TroubleKind::Unauthenticated
            | TroubleKind::Forbidden
            | TroubleKind::NotFound
            | TroubleKind::Conflict
            | TroubleKind::TooLarge => None,
        }
    }
}

fn kind_of(rejection: &Rejection) -> TroubleKind {
    match rejection {
        Rejection::Signed(SignedError::Signature { .. }) | Rejection::Key { .. } => {
            TroubleKind::Unauthenticated
        }
        Rejection::Signed(SignedError::TooLong { .. }) => TroubleKind::TooLarge,
        Rejection::Procedure { .. } => TroubleKind::NotFound,
        Rejection::Signed(SignedError::Body(_) | SignedError::Version { .. })
        | Rejection::Origin { .. }
        | Rejection::Misplaced { .. } => TroubleKind::Malformed,
    }
}
