//! Both stores keep the one contract.

use crate::common::scratch;
use std::path::PathBuf;
use ximu_journal::conformance::{CLAIMS, ORIGIN, Subject};
use ximu_journal::{FailPoints, Memory, SqliteStore, Store, StoreError};

struct Directory(PathBuf);

impl Subject for Directory {
    fn open(&self, fail: FailPoints) -> Result<Box<dyn Store>, StoreError> {
        Ok(Box::new(SqliteStore::open(&self.0, ORIGIN, fail)?))
    }
}

struct InMemory(Memory);

impl Subject for InMemory {
    fn open(&self, fail: FailPoints) -> Result<Box<dyn Store>, StoreError> {
        Ok(Box::new(self.0.open(fail)))
    }
}

#[test]
fn sqlite_keeps_every_claim() {
    for (name, claim) in CLAIMS {
        let directory = scratch();
        let subject = Directory(directory.path().to_path_buf());
        claim(&subject).unwrap_or_else(|failure| panic!("{name}: {failure}"));
    }
}

#[test]
fn memory_keeps_every_claim() {
    for (name, claim) in CLAIMS {
        let subject = InMemory(Memory::new(ORIGIN));
        claim(&subject).unwrap_or_else(|failure| panic!("{name}: {failure}"));
    }
}
