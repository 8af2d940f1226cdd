//! The work that is measured: one envelope of one file, with context, escrow to four holders, commitment and the
//! comparison after sealing, exactly as `ximu bid seal` makes it.

use crate::{fault::Fault, files, keys::Key, outside};
use std::{collections::BTreeMap, path::Path};
use ximu_basics::Hash;
use ximu_sealed::{ContextFields, EscrowPolicy, Identity, OpeningKey, Record, Recovery};
use ximu_sealer::{OpenFile, PlainCommitment, SealFile, Source, open_file, seal_file};

/// Who seals in the benchmark. The seconds do not depend on it.
const SEALER: [u8; 32] = [1; 32];

/// Seals a file into `folder/body.age`.
pub fn seal(input: &Path, folder: &Path) -> Result<(), Fault> {
    files::folder(folder)?;
    let key = Key::from_secret(SEALER);
    let request = SealFile {
        context: &context()?,
        escrow: Some(&escrow()),
        sources: &[Source { name: "input".into(), path: input.to_path_buf() }],
        extra: BTreeMap::new(),
        sealer: key.public().0,
        envelope: &folder.join("body.age"),
        recovery: &folder.join("body.key"),
        plain: PlainCommitment::Omit,
        threads: outside::threads(),
    };
    seal_file(&request, &outside::seed()?.0, |message| key.sign(message).0, |_| {})?;
    Ok(())
}

/// Opens `folder/body.age` into another folder, with every check.
pub fn open(folder: &Path, into: &Path) -> Result<(), Fault> {
    let path = folder.join("body.key");
    let recovery = Recovery::from_text(&files::read_text(&path)?)
        .map_err(|error| Fault::new(error.code(), error.to_string(), ""))?;
    let record = Record {
        context: &context()?,
        sealer: &Key::from_secret(SEALER).public().0,
        escrow: Some(&escrow()),
    };
    let request = OpenFile {
        envelope: &folder.join("body.age"),
        key: OpeningKey::Identity(&recovery.opening_key),
        record: Some(record),
        folder: into,
        threads: outside::threads(),
    };
    open_file(&request, |_| {})?;
    Ok(())
}

fn context() -> Result<ContextFields, Fault> {
    let wrong = || Fault::new("bench", "expected plain labels", "");
    Ok(ContextFields {
        genesis: Hash::of(b"bench"),
        lot: "lot-1".parse().map_err(|_| wrong())?,
        pseudonym: "p-bench".parse().map_err(|_| wrong())?,
        version: 1,
        envelope: "body".parse().map_err(|_| wrong())?,
    })
}

fn escrow() -> EscrowPolicy {
    EscrowPolicy {
        threshold: 3,
        holders: (2..6).map(|byte| Identity::from_bytes([byte; 32]).recipient()).collect(),
    }
}
