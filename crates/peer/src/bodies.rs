//! The documents of a bid as a holder needs them (evaluation 12.2): their header, and whose fault it is when there is none.
//! Read from whoever has the bytes, and believed only by what was submitted.
//!
//! Not here: where they are asked for (`follow/papers.rs`), what a header is worth (`conditions_of_papers.rs`).

use crate::slow::{GRACE, RATE_BYTES_MIN};
use std::io::Read;
use std::sync::Arc;
use std::time::{Duration, Instant as Moment};
use ximu_basics::{Hash, Instant, ProcedureId, PublicKey, Signature};
use ximu_client::statement::kept_body;
use ximu_procedure::{
    Tender,
    wire::{command::SealedRecord, signed::verify},
};
use ximu_sealed::{Commitment, CommitmentBuilder, EnvelopeHeader, age::HEADER_BYTES_MAX};

/// How much of a body is read at a time.
const PIECE_BYTES: usize = 64 * 1024;

/// How far the instant in a request may be from this peer's clock, in milliseconds (journal 6.8).
pub const ASK_MS_MAX: i64 = 60_000;

/// What is known of a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// Its header: the one whose hash was submitted.
    Header(Vec<u8>),
    /// All of it was compared with the submitted commitment, and it does not begin with the submitted header: its bidder
    /// submitted it so.
    Broken,
}

impl Body {
    /// A header that came alone; `None` when it is not the one that was submitted.
    #[must_use]
    pub fn of_header(submitted: &SealedRecord, bytes: Vec<u8>) -> Option<Body> {
        (Hash::of(&bytes) == submitted.header).then_some(Body::Header(bytes))
    }

    /// Reads no more of a body than is needed; `None` when other bytes came than were submitted, or not all of them, or too
    /// slowly.
    #[must_use]
    pub fn read(submitted: &SealedRecord, reader: &mut dyn Read) -> Option<Body> {
        let expected = Commitment { root: submitted.commitment, size_bytes: submitted.bytes.into() };
        let until = Moment::now() + GRACE + Duration::from_secs(expected.size_bytes / RATE_BYTES_MIN);
        let (mut commitment, mut size_bytes) = (CommitmentBuilder::default(), 0);
        let (mut beginning, mut piece) = (Vec::new(), vec![0; PIECE_BYTES]);
        loop {
            let read = reader.read(&mut piece).ok()?;
            let bytes = piece.get(..read)?;
            if bytes.is_empty() {
                return (commitment.finish().0 == expected).then_some(Body::Broken);
            }
            size_bytes += bytes.len() as u64;
            if size_bytes > expected.size_bytes || Moment::now() > until {
                return None;
            }
            commitment.push(bytes);
            if beginning.len() < HEADER_BYTES_MAX {
                beginning.extend_from_slice(bytes);
                if let Some(header) = header_of(&beginning).and_then(|it| Body::of_header(submitted, it)) {
                    return Some(header);
                }
            }
        }
    }
}

/// The header at the beginning of a ciphertext.
fn header_of(ciphertext: &[u8]) -> Option<Vec<u8>> {
    let (_, rest) = EnvelopeHeader::parse(ciphertext).ok()?;
    ciphertext.get(..ciphertext.len().checked_sub(rest.len())?).map(<[u8]>::to_vec)
}

/// A holder that asks a keeper of second copies for a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BodyRequest {
    /// SHA-256 of the log's origin.
    pub origin_hash: Hash,
    /// The procedure.
    pub procedure: ProcedureId,
    /// Commitment of the ciphertext.
    pub commitment: Hash,
    /// The holder's key.
    pub key: PublicKey,
    /// When it asks, by its own clock.
    pub at: Instant,
    /// The key's signature over [`kept_body`].
    pub signature: Signature,
}

impl BodyRequest {
    /// Whether a holder of this procedure itself asks, now, for documents that a committee is to read.
    #[must_use]
    pub fn is_allowed(&self, tender: &Arc<Tender>, now: Instant) -> bool {
        let reads = tender.is_sitting() && tender.rules.score().is_some_and(|score| score.papers);
        let is_past = tender.window_until.is_some_and(|until| until < now);
        let is_body =
            |bidder| tender.bids.get(bidder).is_some_and(|bid| bid.body.commitment == self.commitment);
        let in_time = now.ms_since(self.at).abs() <= ASK_MS_MAX;
        let message = kept_body(&tender.origin, &self.procedure, &self.commitment, self.at);
        reads
            && is_past
            && in_time
            && tender.holder_index(&self.key).is_some()
            && tender.evaluated().iter().any(is_body)
            && verify(&self.key, &message, &self.signature)
    }
}
