//! The tables of a journal, and what each constraint is for.
//!
//! Nothing is ever changed or deleted, except the state of an outbox row and the stamp: triggers say so, so that a
//! mistake in a later statement cannot quietly rewrite what was acknowledged.

use super::sql_error;
use crate::error::StoreError;
use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior};

/// The format of these tables. A later format is refused; an earlier one would be migrated here.
const FORMAT: &str = "1";

const TABLES: &str = "
-- format, origin, stamp (milliseconds of the newest batch).
CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The log. idx is the rowid, so leaves lie on disk in log order. 65535 is what an entry bundle can carry.
CREATE TABLE leaf (
    idx INTEGER PRIMARY KEY CHECK (idx >= 0),
    bytes BLOB NOT NULL CHECK (length(bytes) <= 65535),
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    procedure TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('entry', 'beat'))
) STRICT;

-- Hash of the signed command -> its leaf. A command repeated by its sender finds its first acceptance.
CREATE TABLE entry_id (
    id BLOB PRIMARY KEY CHECK (length(id) = 32),
    procedure TEXT NOT NULL,
    idx INTEGER NOT NULL UNIQUE REFERENCES leaf (idx)
) STRICT, WITHOUT ROWID;

-- Hidden operations. One order per procedure and class; one operation per slot of a beat.
CREATE TABLE operation (
    procedure TEXT NOT NULL,
    class TEXT NOT NULL CHECK (class IN ('sealed', 'panel', 'auditors')),
    ord INTEGER NOT NULL CHECK (ord >= 0),
    beat INTEGER NOT NULL CHECK (beat >= 0),
    slot INTEGER NOT NULL CHECK (slot BETWEEN 0 AND 4095),
    bytes BLOB NOT NULL CHECK (length(bytes) <= 65535),
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 32),
    PRIMARY KEY (procedure, class, ord),
    UNIQUE (procedure, class, beat, slot)
) STRICT;

-- Secret seeds: whoever reads them before the class is disclosed can tell how many operations a beat holds.
CREATE TABLE class_seed (
    procedure TEXT NOT NULL,
    class TEXT NOT NULL CHECK (class IN ('sealed', 'panel', 'auditors')),
    seed BLOB NOT NULL CHECK (length(seed) = 32),
    PRIMARY KEY (procedure, class)
) STRICT, WITHOUT ROWID;

-- Checkpoints whose cosignatures satisfied the policy. size is the rowid: ascending, one text per size.
CREATE TABLE cosigned (
    size INTEGER PRIMARY KEY CHECK (size >= 0),
    note TEXT NOT NULL
) STRICT;

-- Work outside the journal. AUTOINCREMENT: a number is never given twice.
CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    payload BLOB NOT NULL CHECK (length(payload) <= 65535),
    done INTEGER NOT NULL DEFAULT 0 CHECK (done IN (0, 1))
) STRICT;
CREATE INDEX outbox_pending ON outbox (seq) WHERE done = 0;

-- A signed command is accepted once, as an entry or as an operation.
CREATE TRIGGER entry_once BEFORE INSERT ON entry_id WHEN EXISTS (SELECT 1 FROM operation WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'the command is already a hidden operation'); END;
CREATE TRIGGER operation_once BEFORE INSERT ON operation WHEN EXISTS (SELECT 1 FROM entry_id WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'the command is already an entry'); END;
";

/// Tables whose rows stand for ever.
const PERMANENT: [&str; 5] = ["leaf", "entry_id", "operation", "class_seed", "cosigned"];

/// Creates the tables in an empty database, or checks the format and origin of an existing one.
pub(super) fn create_or_check(connection: &mut Connection, origin: &str) -> Result<(), StoreError> {
    let fault = |error: rusqlite::Error| sql_error("create the journal's tables", &error);
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(fault)?;
    let exists = tx.table_exists(None, "meta").map_err(fault)?;
    if exists {
        check_format(&tx)?;
        return expect("origin of the log in this directory", origin, meta(&tx, "origin")?);
    }
    tx.execute_batch(TABLES).map_err(fault)?;
    for table in PERMANENT {
        let permanent = format!(
            "CREATE TRIGGER {table}_unchanged BEFORE UPDATE ON {table}
             BEGIN SELECT RAISE(ABORT, 'rows of {table} never change'); END;
             CREATE TRIGGER {table}_kept BEFORE DELETE ON {table}
             BEGIN SELECT RAISE(ABORT, 'rows of {table} are never deleted'); END;"
        );
        tx.execute_batch(&permanent).map_err(fault)?;
    }
    let insert = "INSERT INTO meta (key, value) VALUES ('format', ?1), ('origin', ?2)";
    tx.execute(insert, [FORMAT, origin]).map_err(fault)?;
    // If we crash here: the next start finds an empty database and creates the tables again.
    tx.commit().map_err(fault)
}

/// Refuses tables that this version does not know.
pub(super) fn check_format(connection: &Connection) -> Result<(), StoreError> {
    expect("format of the journal", FORMAT, meta(connection, "format")?)
}

/// A value of the table `meta`.
pub(super) fn meta(connection: &Connection, key: &str) -> Result<Option<String>, StoreError> {
    let value = connection.query_row("SELECT value FROM meta WHERE key = ?1", [key], |row| row.get(0));
    value.optional().map_err(|error| sql_error("read the journal's settings", &error))
}

fn expect(what: &'static str, expected: &str, found: Option<String>) -> Result<(), StoreError> {
    let found = found.unwrap_or_else(|| "nothing".to_owned());
    if found == expected {
        return Ok(());
    }
    Err(StoreError::Mismatch { what, expected: expected.to_owned(), found })
}
