//! What a witness decides about a submitted checkpoint (c2sp.org/tlog-witness; log 6): pure, no storage.
//!
//! Not here: storage and requests (`ximu-peer`). The contract with the caller: the state passed in is the newest
//! one made durable; between reading it and making the new state durable no other request for this log is decided;
//! the cosignature leaves the house only after the new state is durable. Without that a witness can be rolled back.

use crate::{
    checkpoint::{Checkpoint, CheckpointError},
    cosignature::{CosignError, Cosigner},
    key::VerifierKey,
    merkle::{self, EMPTY_ROOT, PROOF_LENGTH_MAX, SIZE_MAX},
    note::{NOTE_BYTES_MAX, Note, NoteError, Signature},
    text::{decimal, hash_decode},
};
use alloc::{format, string::String, vec::Vec};
use ximu_basics::Hash;

/// The largest request body, in bytes: the largest note, an old size and 63 hashes.
pub const REQUEST_BYTES_MAX: usize = NOTE_BYTES_MAX + 4096;

/// The content type of a 409 answer.
pub const SIZE_CONTENT_TYPE: &str = "text/x.tlog.size";

/// The body of `POST <prefix>/add-checkpoint`, parsed and not yet believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddCheckpoint {
    /// The size of the checkpoint that the proof starts from.
    pub old_size: u64,
    /// The consistency proof, at most 63 hashes.
    pub proof: Vec<Hash>,
    /// The checkpoint with the log's signature.
    pub checkpoint: Note,
}

/// The newest tree head that a witness cosigned for a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TreeHead {
    /// The tree size.
    pub size: u64,
    /// The Merkle root.
    pub root: Hash,
}

impl TreeHead {
    /// What a witness knows of a log before it has cosigned anything.
    pub const EMPTY: TreeHead = TreeHead { size: 0, root: EMPTY_ROOT };
}

/// What a witness keeps of a log it supports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownLog {
    /// The keys trusted for this origin.
    pub keys: Vec<VerifierKey>,
    /// The newest cosigned tree head, or [`TreeHead::EMPTY`].
    pub head: TreeHead,
}

/// The answer to a submitted checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// 200: make `head` durable, then cosign the note text.
    Cosign {
        /// The checkpoint.
        checkpoint: Checkpoint,
        /// What to make durable first.
        head: TreeHead,
        /// The note text to cosign.
        text: String,
    },
    /// 400: the request is malformed, or its old size is above the checkpoint's.
    BadRequest(BadRequest),
    /// 403: no trusted key of this origin signed, or one signed falsely.
    Forbidden,
    /// 404: the origin is unknown.
    NotFound,
    /// 409: the old size is not the newest cosigned size, or the same size came with another root.
    Conflict {
        /// The newest cosigned size.
        size: u64,
    },
    /// 422: the consistency proof does not hold.
    Unprocessable,
}

/// Why a request is malformed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadRequest {
    /// The body is too large.
    #[error("expected a request of at most {max} bytes, found {found}")]
    TooLarge {
        /// [`REQUEST_BYTES_MAX`].
        max: usize,
        /// The size found.
        found: usize,
    },
    /// The first line is not `old <size>`.
    #[error("expected \"old\" and a decimal size on the first line")]
    OldSize,
    /// A proof line is no hash, or there are more than 63.
    #[error("expected at most 63 lines with a hash in base64 each, then an empty line")]
    Proof,
    /// The old size is above the checkpoint's size.
    #[error("expected an old size of at most {size}, found {old}")]
    Shrinks {
        /// The old size.
        old: u64,
        /// The checkpoint's size.
        size: u64,
    },
    /// The note is malformed.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The note text is no checkpoint that we sign.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
}

/// Decides a request body. `known` finds what the witness keeps of the origin.
#[must_use]
pub fn add_checkpoint(body: &[u8], known: impl FnOnce(&str) -> Option<KnownLog>) -> Outcome {
    match AddCheckpoint::parse(body) {
        Ok(request) => match known(request.origin()) {
            Some(log) => request.decide(&log),
            None => Outcome::NotFound,
        },
        Err(fault) => Outcome::BadRequest(fault),
    }
}

impl AddCheckpoint {
    /// Reads a request body.
    ///
    /// # Errors
    /// Any [`BadRequest`] but [`BadRequest::Shrinks`] and [`BadRequest::Checkpoint`].
    pub fn parse(body: &[u8]) -> Result<AddCheckpoint, BadRequest> {
        if body.len() > REQUEST_BYTES_MAX {
            return Err(BadRequest::TooLarge { max: REQUEST_BYTES_MAX, found: body.len() });
        }
        let text = core::str::from_utf8(body).map_err(|_| NoteError::NotText)?;
        let (head, note) = text.split_once("\n\n").ok_or(BadRequest::Proof)?;
        let mut lines = head.split('\n');
        let old_size = lines.next().and_then(|line| decimal(line.strip_prefix("old ")?, SIZE_MAX));
        let old_size = old_size.ok_or(BadRequest::OldSize)?;
        let lines: Vec<&str> = lines.take(PROOF_LENGTH_MAX + 1).collect();
        let proof: Option<Vec<Hash>> = lines.iter().map(|line| hash_decode(line)).collect();
        let proof = proof.filter(|proof| proof.len() <= PROOF_LENGTH_MAX).ok_or(BadRequest::Proof)?;
        Ok(AddCheckpoint { old_size, proof, checkpoint: Note::parse(note.as_bytes())? })
    }

    /// Writes the request body, for the log's side.
    #[must_use]
    pub fn body(&self) -> String {
        let mut body = format!("old {}\n", self.old_size);
        for hash in &self.proof {
            body += &crate::text::base64_encode(&hash.0);
            body.push('\n');
        }
        format!("{body}\n{}", self.checkpoint)
    }

    /// The origin that the checkpoint claims: its first line.
    #[must_use]
    pub fn origin(&self) -> &str {
        self.checkpoint.text().split('\n').next().unwrap_or_default()
    }

    /// Decides the request for a known log, in the fixed order 403, 400, 409, 422, 200 (log 6.2).
    #[must_use]
    pub fn decide(&self, log: &KnownLog) -> Outcome {
        if !self.is_signed(&log.keys) {
            return Outcome::Forbidden;
        }
        let checkpoint = match Checkpoint::parse(self.checkpoint.text()) {
            Ok(checkpoint) => checkpoint,
            Err(fault) => return Outcome::BadRequest(fault.into()),
        };
        if self.old_size > checkpoint.size {
            return Outcome::BadRequest(BadRequest::Shrinks { old: self.old_size, size: checkpoint.size });
        }
        let head = TreeHead { size: checkpoint.size, root: checkpoint.root };
        let same_size_other_root = head.size == log.head.size && head.root != log.head.root;
        if self.old_size != log.head.size || same_size_other_root {
            return Outcome::Conflict { size: log.head.size };
        }
        let (old, new) = (&log.head, &head);
        if merkle::verify_consistency(old.size, &old.root, new.size, &new.root, &self.proof).is_err() {
            return Outcome::Unprocessable;
        }
        Outcome::Cosign { checkpoint, head, text: self.checkpoint.text().into() }
    }

    /// Whether at least one of the trusted keys of this origin signed and none signed falsely.
    fn is_signed(&self, keys: &[VerifierKey]) -> bool {
        let of_origin = keys.iter().filter(|key| key.name() == self.origin());
        let signed: Result<Vec<bool>, NoteError> =
            of_origin.map(|key| self.checkpoint.is_signed_by(key)).collect();
        signed.is_ok_and(|signed| signed.contains(&true))
    }
}

impl Outcome {
    /// The HTTP status code.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Outcome::Cosign { .. } => 200,
            Outcome::BadRequest(_) => 400,
            Outcome::Forbidden => 403,
            Outcome::NotFound => 404,
            Outcome::Conflict { .. } => 409,
            Outcome::Unprocessable => 422,
        }
    }

    /// The cosignature of an accepted checkpoint, made only after the head was made durable; its line
    /// (`Signature::to_string`) is the answer's body. `None` for any other outcome.
    ///
    /// # Errors
    /// [`CosignError::Time`] when the clock shows no time that can be signed.
    pub fn cosign(&self, cosigner: &Cosigner, time_s: u64) -> Result<Option<Signature>, CosignError> {
        match self {
            Outcome::Cosign { text, .. } => cosigner.cosign(text, time_s).map(Some),
            Outcome::BadRequest(_)
            | Outcome::Forbidden
            | Outcome::NotFound
            | Outcome::Conflict { .. }
            | Outcome::Unprocessable => Ok(None),
        }
    }

    /// The answer's body when there is no cosignature: for 409 the newest cosigned size (content type
    /// [`SIZE_CONTENT_TYPE`]), otherwise one line of reason.
    #[must_use]
    pub fn refusal_body(&self) -> String {
        match self {
            Outcome::Cosign { .. } => String::new(),
            Outcome::BadRequest(fault) => format!("{fault}\n"),
            Outcome::Forbidden => "expected a valid signature of a trusted key of this log\n".into(),
            Outcome::NotFound => "expected a log that this witness knows\n".into(),
            Outcome::Conflict { size } => format!("{size}\n"),
            Outcome::Unprocessable => "expected a valid consistency proof\n".into(),
        }
    }
}

/// Reads the body of a 409 answer: the witness's newest cosigned size.
#[must_use]
pub fn parse_conflict(body: &[u8]) -> Option<u64> {
    decimal(core::str::from_utf8(body).ok()?.strip_suffix('\n')?, SIZE_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        cosignature::cosigned_times,
        merkle::{leaf_hash, prove_consistency},
        note::NoteSigner,
        tree::Tree,
    };
    use alloc::{string::ToString, vec};
    use proptest::prelude::*;

    fn signer() -> NoteSigner {
        NoteSigner::new("log.example", &[1; 32]).unwrap()
    }

    fn tree() -> Tree {
        (0u64..20).map(|leaf| leaf_hash(&leaf.to_be_bytes())).collect()
    }

    fn head(size: u64) -> TreeHead {
        TreeHead { size, root: tree().root_at(size).unwrap() }
    }

    fn request(old_size: u64, new: TreeHead) -> AddCheckpoint {
        let text = Checkpoint::new("log.example", new.size, new.root).to_string();
        let mut checkpoint = Note::new(&text).unwrap();
        checkpoint.add(signer().sign(&text)).unwrap();
        let proof = prove_consistency(old_size.min(new.size), new.size, &tree()).unwrap();
        AddCheckpoint { old_size, proof, checkpoint }
    }

    fn known(head: TreeHead) -> KnownLog {
        KnownLog { keys: vec![signer().verifier().clone()], head }
    }

    #[test]
    fn the_example_request_of_the_specification_is_read_and_written_back() {
        let body = "old 20852014\nPlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\njrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\n5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=\n/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=\n\nexample.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\u{2014} example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n\u{2014} example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=\n";
        let request = AddCheckpoint::parse(body.as_bytes()).unwrap();
        assert_eq!((request.old_size, request.proof.len()), (20_852_014, 4));
        assert_eq!(request.origin(), "example.com/behind-the-sofa");
        assert_eq!(request.checkpoint.signatures().len(), 2);
        assert_eq!(request.body(), body);
    }

    #[test]
    fn a_consistent_checkpoint_is_cosigned_and_moves_the_head() {
        let witness = Cosigner::new("w.example", &[2; 32]).unwrap();
        for (old, new) in [(0, 0), (0, 1), (0, 20), (7, 7), (7, 8), (8, 20), (1, 20)] {
            let request = request(old, head(new));
            let before = if old == 0 { TreeHead::EMPTY } else { head(old) };
            let outcome = add_checkpoint(request.body().as_bytes(), |origin| {
                assert_eq!(origin, "log.example");
                Some(known(before))
            });
            let Outcome::Cosign { head: after, .. } = &outcome else { panic!("{old} {new}: {outcome:?}") };
            assert_eq!((outcome.status(), *after), (200, head(new)));
            let line = outcome.cosign(&witness, 1_700_000_000).unwrap().unwrap();
            let mut note = request.checkpoint.clone();
            note.add(line).unwrap();
            assert_eq!(cosigned_times(&note, witness.verifier()), Ok(vec![1_700_000_000]));
        }
    }

    #[test]
    fn every_refusal_has_its_status() {
        let fork = TreeHead { size: 9, root: Hash::of(b"fork") };
        let unsigned =
            AddCheckpoint { checkpoint: Note::new("log.example\n").unwrap(), ..request(7, head(9)) };
        let cases = [
            ("old size not the newest", request(5, head(9)), head(7), 409),
            ("nothing known yet", request(5, head(9)), TreeHead::EMPTY, 409),
            ("asking for the size with old 0", request(0, head(9)), head(7), 409),
            ("rollback to a past checkpoint", request(5, head(5)), head(7), 409),
            ("same size, other root", request(9, fork), head(9), 409),
            ("old size above the checkpoint", request(9, head(7)), head(9), 400),
            ("fork", request(7, fork), head(7), 422),
            ("proof missing", AddCheckpoint { proof: vec![], ..request(7, head(9)) }, head(7), 422),
            (
                "proof at size 0",
                AddCheckpoint { proof: vec![EMPTY_ROOT], ..request(0, head(9)) },
                TreeHead::EMPTY,
                422,
            ),
            (
                "proof at the same size",
                AddCheckpoint { proof: vec![EMPTY_ROOT], ..request(9, head(9)) },
                head(9),
                422,
            ),
            ("no signature", unsigned, head(7), 403),
        ];
        for (what, request, head, status) in cases {
            let outcome = request.decide(&known(head));
            assert_eq!(outcome.status(), status, "{what}: {outcome:?}");
            assert_eq!(outcome.cosign(&Cosigner::new("w", &[2; 32]).unwrap(), 1), Ok(None));
        }
        let conflict = request(5, head(9)).decide(&known(head(7)));
        assert_eq!(parse_conflict(conflict.refusal_body().as_bytes()), Some(7));
        assert_eq!(add_checkpoint(request(7, head(9)).body().as_bytes(), |_| None).status(), 404);
    }

    #[test]
    fn signatures_are_checked_against_the_keys_of_the_origin_alone() {
        let good = request(7, head(9));
        let other_key = NoteSigner::new("log.example", &[3; 32]).unwrap().verifier().clone();
        let other_name = NoteSigner::new("log2.example", &[1; 32]).unwrap().verifier().clone();
        for key in [other_key.clone(), other_name] {
            assert_eq!(good.decide(&KnownLog { keys: vec![key], head: head(7) }), Outcome::Forbidden);
        }
        let impostor = NoteSigner::new("log2.example", &[1; 32]).unwrap();
        let mut under_other_name = good.clone();
        under_other_name.checkpoint = Note::new(good.checkpoint.text()).unwrap();
        under_other_name.checkpoint.add(impostor.sign(good.checkpoint.text())).unwrap();
        let log2 = KnownLog { keys: vec![impostor.verifier().clone()], head: head(7) };
        assert_eq!(
            under_other_name.decide(&log2),
            Outcome::Forbidden,
            "a key of another name than the origin"
        );
        let mut log = known(head(7));
        log.keys.push(other_key);
        assert_eq!(good.decide(&log).status(), 200, "a second trusted key need not sign");
        let mut spoiled = good.clone();
        let mut line = signer().sign(good.checkpoint.text());
        line.bytes[0] ^= 1;
        spoiled.checkpoint.add(line).unwrap();
        assert_eq!(spoiled.decide(&log), Outcome::Forbidden);
        let mut stranger = good.clone();
        let mut line = NoteSigner::new("stranger", &[4; 32]).unwrap().sign("other\n");
        line.bytes[0] ^= 1;
        stranger.checkpoint.add(line).unwrap();
        assert_eq!(stranger.decide(&log).status(), 200, "an unknown signature is ignored");
    }

    #[test]
    fn signed_text_that_is_no_checkpoint_of_ours_is_a_bad_request() {
        let base = request(7, head(9));
        for tail in ["extension\n", "\n"] {
            let text = base.checkpoint.text().to_string() + tail;
            let mut checkpoint = Note::new(&text).unwrap();
            checkpoint.add(signer().sign(&text)).unwrap();
            let request = AddCheckpoint { checkpoint, ..base.clone() };
            assert_eq!(request.decide(&known(head(7))).status(), 400, "{tail:?}");
        }
    }

    proptest! {
        #[test]
        fn whatever_parses_is_written_back(at in any::<prop::sample::Index>(), insert in "[0-9A-Z=\n +]{0,3}", cut in 0usize..4) {
            let good = request(7, head(9)).body().into_bytes();
            let at = at.index(good.len() - cut);
            let changed = [&good[..at], insert.as_bytes(), &good[at + cut..]].concat();
            if let Ok(read) = AddCheckpoint::parse(&changed) {
                prop_assert_eq!(read.body().into_bytes(), changed);
            }
        }
    }

    #[test]
    fn malformed_bodies_are_bad_requests() {
        let good = request(7, head(9)).body();
        let hash = good.lines().nth(1).unwrap();
        for bad in [
            String::new(),
            good.replace("old 7", "old 07"),
            good.replace("old 7", "old -7"),
            good.replace("old 7", "old"),
            good.replace("old 7", "new 7"),
            good.replace("old 7", " old 7"),
            good.replace("old 7\n", ""),
            good.replace(hash, "AAAA"),
            good.replacen(hash, &format!("{hash}\n").repeat(64), 1),
            good.replace('\n', "\r\n"),
            good.trim_end().into(),
            format!("{good}{}", " ".repeat(REQUEST_BYTES_MAX)),
        ] {
            let outcome = add_checkpoint(bad.as_bytes(), |_| Some(known(head(7))));
            assert_eq!(outcome.status(), 400, "{:?}", crate::text::quote(&bad));
        }
        assert_eq!(add_checkpoint(b"old 7\n\xff\n\n", |_| None).status(), 400);
        for bad in [&b"7"[..], b"07\n", b"\n", b"7\n\n", b"\xff\n"] {
            assert_eq!(parse_conflict(bad), None);
        }
    }
}
