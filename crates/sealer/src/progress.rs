//! How far a long operation has come.

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Hashing the files for the manifest.
    Hash,
    /// Sealing them.
    Seal,
    /// Opening the fresh envelope and comparing.
    Check,
    /// Opening an envelope.
    Open,
    /// Hashing a ciphertext for its commitment.
    Commit,
}

/// A point within a stage. A caller sees every stage end with `done_bytes == total_bytes`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The stage.
    pub stage: Stage,
    /// Bytes done in it.
    pub done_bytes: u64,
    /// Bytes in all.
    pub total_bytes: u64,
}
