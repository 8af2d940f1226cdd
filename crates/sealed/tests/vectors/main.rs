//! Our own vectors: one file for each named defect, and the code that it must give (sealed-bid 13).
//!
//! The files in `vectors/sealed` are data for any implementation; `make.rs` says how each was made, and a test
//! compares the two. Were they to differ, the new files would be in the test's temporary folder to look at.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)]

#[path = "../common/mod.rs"]
mod common;
mod file;
mod make;

use file::{Key, VectorFile};
use std::{collections::BTreeSet, fs, path::PathBuf};
use ximu_sealed::{
    Commitment, EnvelopeHeader, FileKey, InMemory, OpeningKey, Record, SealError, Share, check_record,
    combine, escrow::EscrowError, open, seal,
};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../vectors/sealed")
}

/// What a reader does with an envelope, in the order of sealed-bid 11.1.
fn read(vector: &VectorFile) -> Result<(), SealError> {
    let envelope = vector.envelope.as_slice();
    if let Some(expected) = &vector.commitment {
        expected.expect(&Commitment::of(envelope))?;
    }
    let record = Record { context: &vector.context, sealer: &vector.sealer, escrow: vector.policy.as_ref() };
    let shares = match &vector.key {
        Key::Identity(_) | Key::Bare(_) => Vec::new(),
        Key::Shares(shares) => {
            shares.iter().map(|share| Share::from_bytes(share)).collect::<Result<_, _>>()?
        }
        Key::Holder(holder, identity) => {
            let (header, _) = EnvelopeHeader::parse(envelope)?;
            header.context().expect(&vector.context)?;
            header.expect_escrow(vector.policy.as_ref())?;
            Share::open(header.escrow().unwrap(), header.context_hash(), *holder, identity)?;
            return Ok(());
        }
    };
    let opened = match &vector.key {
        Key::Identity(identity) => open(envelope, OpeningKey::Identity(identity))?,
        Key::Bare(bytes) => open(envelope, OpeningKey::FileKey(&FileKey::from_bytes(*bytes)))?,
        Key::Shares(_) | Key::Holder(..) => {
            let (header, _) = EnvelopeHeader::parse(envelope)?;
            let none = EscrowError::Holder { holders: 0, found: 1 };
            let escrow = header.escrow().ok_or(none)?;
            for share in &shares {
                share.check(escrow, header.context_hash())?;
            }
            open(envelope, OpeningKey::FileKey(&combine(&shares, escrow.threshold)?))?
        }
    };
    let dealing = check_record(&opened.header, &opened.key, &opened.manifest, &record)?;
    if let Some(dealing) = dealing {
        shares.iter().try_for_each(|share| dealing.check_release(share))?;
    }
    Ok(())
}

fn files() -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.filter(|path| path.is_file() && path.extension().is_none());
    let mut files: Vec<_> = files
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_string(), fs::read(&path).unwrap()))
        .collect();
    files.sort();
    files
}

#[test]
fn every_vector_gives_its_code() {
    let files = files();
    assert!(!files.is_empty());
    for (name, bytes) in files {
        let vector = VectorFile::parse(&bytes);
        let found = match read(&vector) {
            Ok(()) => "ok",
            Err(refusal) => refusal.code(),
        };
        assert_eq!(found, vector.expect, "{name}: {}", vector.defect);
    }
}

#[test]
fn the_files_are_those_that_the_makers_make() {
    let made = make::all();
    let target = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("vectors-sealed");
    let _ = fs::remove_dir_all(&target);
    fs::create_dir_all(&target).unwrap();
    for (name, vector) in &made {
        fs::write(target.join(name), vector.to_bytes()).unwrap();
    }
    let mut made: Vec<_> =
        made.into_iter().map(|(name, vector)| (name.to_string(), vector.to_bytes())).collect();
    made.sort();
    let names = |list: &[(String, Vec<u8>)]| list.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    let found = files();
    assert_eq!(names(&found), names(&made), "compare {} with vectors/sealed", target.display());
    for ((name, found), (_, made)) in found.iter().zip(&made) {
        assert!(found == made, "{name} differs: compare with {}", target.join(name).display());
    }
}

/// Sealing is a function of the seed: whoever derives by sealed-bid 10.1 gets the same bytes.
#[test]
fn an_envelope_can_be_sealed_again_from_its_seed() {
    let mut sealed_again = 0;
    for (name, bytes) in files() {
        let vector = VectorFile::parse(&bytes);
        let (Some((seed, plain)), Key::Identity(identity)) = (&vector.sealed_from, &vector.key) else {
            continue;
        };
        let opened = open(&vector.envelope, OpeningKey::Identity(identity)).unwrap();
        let contents = InMemory {
            context: &vector.context,
            escrow: vector.policy.as_ref(),
            files: &opened.files,
            extra: opened.manifest.extra,
            sealer: vector.sealer,
        };
        let again = seal(contents, seed, common::sign).unwrap();
        assert_eq!(again.envelope, vector.envelope, "{name}");
        assert_eq!(again.plain_commitment, *plain, "{name}");
        assert_eq!(again.recovery.opening_key.as_bytes(), identity.as_bytes(), "{name}");
        sealed_again += 1;
    }
    assert_eq!(sealed_again, 1);
}

/// Codes that no envelope can show, and the test that shows each.
const ELSEWHERE: [(&str, &str); 16] = [
    ("seal-header-long", "header.rs: a_header_without_end_is_refused_at_the_limit"),
    ("seal-key-text", "keys.rs: the_text_of_a_key_has_one_spelling"),
    ("seal-trailing", "stream.rs: each_way_of_cutting_and_extending_has_its_own_name; cctv.rs"),
    ("seal-empty-chunk", "cctv.rs: stream_last_chunk_empty"),
    ("seal-header-rest", "mutations.rs: a_header_stands_alone_or_is_refused"),
    ("seal-share-foreign", "deal.rs: a_lying_holder_is_named"),
    ("seal-tar-size", "limits.rs: a_file_that_tar_cannot_say_the_size_of_is_refused"),
    ("seal-tar-entries", "limits.rs: too_many_files_are_refused_by_writer_and_reader"),
    ("seal-tar-contents", "writer.rs: contents_of_another_size_than_announced_are_refused"),
    ("seal-manifest-length", "limits.rs: a_manifest_that_is_too_long_is_refused_by_writer_and_reader"),
    ("seal-recovery-line", "recovery.rs: a_damaged_recovery_file_is_refused_by_line_and_tells_no_secret"),
    ("seal-recovery-spelling", "recovery.rs: the same"),
    ("seal-release-files", "release.rs: a_release_gives_the_key_back_and_nothing_else_passes_for_one"),
    ("seal-release-key", "release.rs: the same"),
    ("seal-plain-commitment", "commitment.rs: another_ciphertext_or_plaintext_is_not_the_one_committed_to"),
    ("seal-self-check", "seal.rs: an_envelope_that_a_faulty_machine_made_is_not_given_out"),
];

#[test]
fn every_code_has_a_vector_or_a_reason_why_not() {
    let text = include_str!("../../../../docs/spec/sealed-bid.md");
    let table: BTreeSet<String> = text
        .lines()
        .filter_map(|line| line.strip_prefix("| `seal-")?.split('`').next())
        .map(|code| format!("seal-{code}"))
        .collect();
    let vectors: BTreeSet<String> = files()
        .iter()
        .map(|(_, bytes)| VectorFile::parse(bytes).expect)
        .filter(|code| code != "ok")
        .collect();
    let elsewhere: BTreeSet<String> = ELSEWHERE.iter().map(|(code, _)| code.to_string()).collect();
    let both: Vec<_> = vectors.intersection(&elsewhere).collect();
    assert!(both.is_empty(), "{both:?} have a vector now");
    let shown: BTreeSet<String> = vectors.union(&elsewhere).cloned().collect();
    assert_eq!(shown, table);
}
