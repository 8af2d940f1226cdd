//! Steps at which a test makes an office fail or end, besides those of `ximu_journal::failpoint`.

/// Before an answer leaves whose record is durable.
pub const ANSWER: &str = "answer";
/// When a ciphertext is on this disk, before the custody centre is asked.
pub const UPLOAD: &str = "upload";
/// When the custody centre has signed, before the uploader is told.
pub const CUSTODY: &str = "custody";
/// Every fail point of this crate.
pub const POINTS: [&str; 3] = [ANSWER, UPLOAD, CUSTODY];
