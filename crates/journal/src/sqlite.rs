//! The journal in one SQLite file: opening, settings, the lock, the translation of errors.
//!
//! `journal.db` is in WAL mode with `synchronous=FULL`: a commit returns after its frames are flushed. The writer
//! is the only connection that ever checkpoints; readers are separate and can neither write nor checkpoint. What
//! is stored stands in `schema.rs`, how it is written in `write.rs`, how it is read in `read.rs`; what must not have
//! the database as its only memory, in `accepted.rs` and `restore.rs`.

mod accepted;
mod line;
mod read;
mod restore;
mod schema;
mod write;

pub use accepted::ACCEPTED;

use crate::check::Health;
use crate::error::{Damage, StoreError, is_full};
use crate::failpoint::{APPEND, FailPoints, PUBLISH};
use crate::record::Batch;
use crate::store::{Reader, Store};
use accepted::{Accepted, GROWTH_BYTES_MAX};
use restore::Agreed;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

/// The database's name in the data directory.
pub const DATABASE: &str = "journal.db";
/// The lock's name in the data directory.
pub const LOCK: &str = "journal.lock";
/// SQLite 3.7.0 to 3.51.2 can reset a WAL that is still needed; older libraries are refused.
const SQLITE_VERSION_MIN: i32 = 3_051_003;
/// The WAL is copied back into the database after this many pages (of 4 KiB). Below 4,062 frames its index stays
/// in one 32 KiB block, so a full disk cannot strike between the WAL and its index.
const CHECKPOINT_PAGES: i64 = 1_000;
/// After a checkpoint a WAL that grew beyond this many bytes is cut.
const WAL_BYTES_KEPT: i64 = 64 << 20;

/// The write side of a data directory. It holds the directory's lock until it is dropped.
pub struct SqliteStore {
    connection: Connection,
    directory: PathBuf,
    fail: FailPoints,
    health: Health,
    accepted: Accepted,
    agreed: Agreed,
    _lock: File,
}

/// One read side of a data directory.
pub struct SqliteReader {
    connection: Connection,
}

impl SqliteStore {
    /// Opens the journal in `directory`, which must exist, and creates an empty one with this origin if there is
    /// none. The files are readable by their owner only: they hold the secret seeds.
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::Mismatch`] (library, format or origin), [`StoreError::Corrupt`],
    /// [`StoreError::Full`], [`StoreError::Io`].
    pub fn open(directory: &Path, origin: &str, fail: FailPoints) -> Result<SqliteStore, StoreError> {
        if rusqlite::version_number() < SQLITE_VERSION_MIN {
            return Err(StoreError::Mismatch {
                what: "SQLite",
                expected: "3.51.3 or newer".to_owned(),
                found: rusqlite::version().to_owned(),
            });
        }
        let lock = lock(&directory.join(LOCK))?;
        let database = directory.join(DATABASE);
        private_file(&database).map_err(|error| io_error("create the journal", &error))?;
        let mut connection = connect(&database)?;
        let settings = settings(&connection);
        settings.map_err(|error| sql_error("set up the journal", &error))?;
        schema::create_or_check(&mut connection, origin)?;
        let (mut accepted, contents) = Accepted::open(directory)?;
        let agreed = restore::agree(&mut connection, &mut accepted, contents)?;
        // If we crash here: an empty journal stands in the directory, or nothing does. SQLite flushes the folder
        // for its WAL, but not for the database it has just created.
        flush_folder(directory)?;
        let directory = directory.to_path_buf();
        Ok(SqliteStore {
            connection,
            directory,
            fail,
            health: Health::default(),
            accepted,
            agreed,
            _lock: lock,
        })
    }

    /// How many rows the database had lost and was given back from `journal.accepted`: when it was opened, and after a
    /// refill reached leaves that had been accepted later. Those of one batch after a crash were about to be accepted;
    /// more are the trace of a damaged or older database, which belongs in the operator's log.
    #[must_use]
    pub fn restored(&self) -> u64 {
        self.agreed.restored
    }
}

impl Store for SqliteStore {
    fn append(&mut self, batch: &Batch) -> Result<(), StoreError> {
        let SqliteStore { connection, accepted, agreed, fail, health, .. } = self;
        health.write(|| {
            fail.step(APPEND, || write::append(connection, accepted, batch, fail))?;
            agreed.restored += restore::resume(connection, &mut agreed.waiting)?;
            Ok(())
        })
    }

    fn cosigned(&mut self, size: u64, note: &str) -> Result<(), StoreError> {
        let (connection, accepted) = (&mut self.connection, &mut self.accepted);
        self.health.write(|| {
            self.fail.step(PUBLISH, || write::cosigned(connection, size, note))?;
            accepted.compact(size, GROWTH_BYTES_MAX)
        })
    }

    fn outbox_done(&mut self, seqs: &[u64]) -> Result<(), StoreError> {
        let connection = &mut self.connection;
        self.health.write(|| write::outbox_done(connection, seqs))
    }

    fn reader(&self) -> Result<Box<dyn Reader>, StoreError> {
        Ok(Box::new(SqliteReader::open(&self.directory)?))
    }
}

impl SqliteReader {
    /// Opens the journal in `directory` for reading; a writer may be at work at the same time.
    ///
    /// # Errors
    /// [`StoreError::Io`] when there is no journal, [`StoreError::Corrupt`], [`StoreError::Mismatch`] (format).
    pub fn open(directory: &Path) -> Result<SqliteReader, StoreError> {
        let connection = connect(&directory.join(DATABASE))?;
        let limited = read_only(&connection);
        limited.map_err(|error| sql_error("open the journal for reading", &error))?;
        schema::check_format(&connection)?;
        Ok(SqliteReader { connection })
    }
}

fn connect(database: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(database, flags).map_err(|error| sql_error("open the journal", &error))
}

fn settings(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.pragma_update_and_check(None, "journal_mode", "wal", |row| {
        let mode: String = row.get(0)?;
        if mode == "wal" { Ok(()) } else { Err(rusqlite::Error::InvalidQuery) }
    })?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
    connection.pragma_update(None, "journal_size_limit", WAL_BYTES_KEPT)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // No temporary files: a full /tmp must not fail a receipt.
    connection.pragma_update(None, "temp_store", "memory")
}

fn read_only(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    connection.pragma_update(None, "temp_store", "memory")?;
    connection.pragma_update(None, "query_only", true)
}

fn private_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)
}

fn flush_folder(directory: &Path) -> Result<(), StoreError> {
    let flushed = File::open(directory).and_then(|folder| folder.sync_all());
    flushed.map_err(|error| io_error("flush the data directory", &error))
}

fn lock(path: &Path) -> Result<File, StoreError> {
    let file = private_file(path).map_err(|error| io_error("create the journal's lock", &error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::Locked { path: path.display().to_string() }),
        Err(TryLockError::Error(error)) => Err(io_error("lock the journal", &error)),
    }
}

fn io_error(during: &'static str, error: &io::Error) -> StoreError {
    if is_full(error) {
        return StoreError::Full;
    }
    StoreError::Io { during, found: error.to_string() }
}

/// Sorts the database's errors: a full disk is a refusal, damage and everything else is fatal.
fn sql_error(during: &'static str, error: &rusqlite::Error) -> StoreError {
    let found = error.to_string();
    match error.sqlite_error() {
        Some(code) if code.code == ErrorCode::DiskFull => StoreError::Full,
        // The WAL's index could not grow. The transaction is rolled back like any other.
        Some(code) if code.extended_code == rusqlite::ffi::SQLITE_IOERR_SHMSIZE => StoreError::Full,
        Some(code) if code.code == ErrorCode::DatabaseCorrupt || code.code == ErrorCode::NotADatabase => {
            StoreError::Corrupt(Damage::Database { found })
        }
        Some(_) | None => StoreError::Io { during, found },
    }
}
