//! The reads of a journal. Every row is checked for its shape, every leaf for its hash.

use super::{SqliteReader, schema, sql_error};
use crate::check::check_range;
use crate::error::{Damage, StoreError};
use crate::record::{ClassSeed, Cosigned, Found, HiddenClass, Leaf, LeafKind, Operation, OutboxRow};
use crate::store::Reader;
use rusqlite::{Connection, OptionalExtension as _, Params, Row, params};
use std::ops::Range;
use ximu_basics::{Hash, Instant, ProcedureId, Seed};
use ximu_tlog::merkle::leaf_hash;

const OPERATION: &str = "SELECT procedure, class, ord, beat, slot, bytes, id FROM operation";

impl Reader for SqliteReader {
    fn size(&self) -> Result<u64, StoreError> {
        size(&self.connection)
    }

    fn leaves(&self, range: Range<u64>) -> Result<Vec<Leaf>, StoreError> {
        check_range(&range, size(&self.connection)?)?;
        let sql =
            "SELECT idx, bytes, hash, procedure, kind FROM leaf WHERE idx >= ?1 AND idx < ?2 ORDER BY idx";
        let leaves = rows(&self.connection, sql, params![range.start, range.end], leaf)?;
        let missing = range.clone().zip(&leaves).find(|(idx, leaf)| *idx != leaf.idx).map(|(idx, _)| idx);
        let missing = missing.or_else(|| range.clone().nth(leaves.len()));
        match missing {
            Some(idx) => Err(StoreError::Corrupt(Damage::MissingLeaf { idx })),
            None => Ok(leaves),
        }
    }

    fn operations(&self, procedure: &ProcedureId, class: HiddenClass) -> Result<Vec<Operation>, StoreError> {
        let sql = format!("{OPERATION} WHERE procedure = ?1 AND class = ?2 ORDER BY ord");
        rows(&self.connection, &sql, params![procedure.as_str(), class.as_str()], operation)
    }

    fn operations_of_beat(
        &self,
        procedure: &ProcedureId,
        class: HiddenClass,
        beat: u64,
    ) -> Result<Vec<Operation>, StoreError> {
        // Beyond what a row can hold there is none.
        let Ok(beat) = i64::try_from(beat) else { return Ok(Vec::new()) };
        let sql = format!("{OPERATION} WHERE procedure = ?1 AND class = ?2 AND beat = ?3 ORDER BY ord");
        rows(&self.connection, &sql, params![procedure.as_str(), class.as_str(), beat], operation)
    }

    fn find(&self, id: &Hash) -> Result<Option<Found>, StoreError> {
        let sql = "SELECT procedure, idx FROM entry_id WHERE id = ?1";
        let entry = first(&self.connection, sql, params![id.0], |row| {
            Ok(Found::Entry { procedure: parsed("entry_id", row, 0)?, idx: field("entry_id", row, 1)? })
        })?;
        if entry.is_some() {
            return Ok(entry);
        }
        let operation =
            first(&self.connection, &format!("{OPERATION} WHERE id = ?1"), params![id.0], operation)?;
        Ok(operation.map(Found::Operation))
    }

    fn seed(&self, procedure: &ProcedureId, class: HiddenClass) -> Result<Option<Seed>, StoreError> {
        let sql = "SELECT seed FROM class_seed WHERE procedure = ?1 AND class = ?2";
        first(&self.connection, sql, params![procedure.as_str(), class.as_str()], |row| {
            Ok(Seed(field("class_seed", row, 0)?))
        })
    }

    fn newest_cosigned(&self) -> Result<Option<Cosigned>, StoreError> {
        newest_cosigned(&self.connection)
    }

    fn cosigned_covering(&self, idx: u64) -> Result<Option<Cosigned>, StoreError> {
        let sql = "SELECT size, note FROM cosigned WHERE size > ?1 ORDER BY size LIMIT 1";
        first(&self.connection, sql, params![idx.min(i64::MAX as u64)], cosigned)
    }

    fn cosigned_all(&self) -> Result<Vec<Cosigned>, StoreError> {
        rows(&self.connection, "SELECT size, note FROM cosigned ORDER BY size", [], cosigned)
    }

    fn outbox_pending(&self, limit: usize) -> Result<Vec<OutboxRow>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let sql = "SELECT seq, kind, payload FROM outbox WHERE done = 0 ORDER BY seq LIMIT ?1";
        rows(&self.connection, sql, [limit], |row| {
            Ok(OutboxRow {
                seq: field("outbox", row, 0)?,
                kind: field("outbox", row, 1)?,
                payload: field("outbox", row, 2)?,
            })
        })
    }

    fn last_stamp(&self) -> Result<Option<Instant>, StoreError> {
        stamp(schema::meta(&self.connection, "stamp")?)
    }

    fn origin(&self) -> Result<String, StoreError> {
        let origin = schema::meta(&self.connection, "origin")?;
        origin.ok_or_else(|| damaged("meta", "an origin", "none"))
    }
}

/// The number of leaves.
pub(super) fn size(connection: &Connection) -> Result<u64, StoreError> {
    number(connection, "SELECT coalesce(max(idx) + 1, 0) FROM leaf", [])
}

/// The cosigned checkpoint that covers most.
pub(super) fn newest_cosigned(connection: &Connection) -> Result<Option<Cosigned>, StoreError> {
    first(connection, "SELECT size, note FROM cosigned ORDER BY size DESC LIMIT 1", [], cosigned)
}

/// Every hidden operation, by procedure and class in order of acceptance.
pub(super) fn all_operations(connection: &Connection) -> Result<Vec<Operation>, StoreError> {
    rows(connection, &format!("{OPERATION} ORDER BY procedure, class, ord"), [], operation)
}

/// Every class seed.
pub(super) fn all_seeds(connection: &Connection) -> Result<Vec<ClassSeed>, StoreError> {
    rows(connection, "SELECT procedure, class, seed FROM class_seed", [], |row| {
        let class: String = field("class_seed", row, 1)?;
        Ok(ClassSeed {
            procedure: parsed("class_seed", row, 0)?,
            class: HiddenClass::parse(&class)
                .ok_or_else(|| damaged("class_seed", "a hidden class", &class))?,
            seed: Seed(field("class_seed", row, 2)?),
        })
    })
}

/// One number that is never negative.
pub(super) fn number(connection: &Connection, sql: &str, params: impl Params) -> Result<u64, StoreError> {
    first(connection, sql, params, |row| field("count", row, 0)).map(Option::unwrap_or_default)
}

/// The stamp as it stands in the table `meta`.
pub(super) fn stamp(text: Option<String>) -> Result<Option<Instant>, StoreError> {
    let Some(text) = text else { return Ok(None) };
    let ms = text.parse().map_err(|_| damaged("meta", "a stamp in milliseconds", &text))?;
    Ok(Some(Instant::from_unix_ms(ms)))
}

fn leaf(row: &Row<'_>) -> Result<Leaf, StoreError> {
    let (idx, bytes): (u64, Vec<u8>) = (field("leaf", row, 0)?, field("leaf", row, 1)?);
    let stored = Hash(field("leaf", row, 2)?);
    let found = leaf_hash(&bytes);
    if stored != found {
        return Err(StoreError::Corrupt(Damage::Leaf { idx, stored, found }));
    }
    let kind: String = field("leaf", row, 4)?;
    let kind = LeafKind::parse(&kind).ok_or_else(|| damaged("leaf", "the kind entry or beat", &kind))?;
    Ok(Leaf { idx, procedure: parsed("leaf", row, 3)?, kind, bytes, hash: found })
}

fn operation(row: &Row<'_>) -> Result<Operation, StoreError> {
    let class: String = field("operation", row, 1)?;
    Ok(Operation {
        procedure: parsed("operation", row, 0)?,
        class: HiddenClass::parse(&class).ok_or_else(|| damaged("operation", "a hidden class", &class))?,
        ord: field("operation", row, 2)?,
        beat: field("operation", row, 3)?,
        slot: field("operation", row, 4)?,
        bytes: field("operation", row, 5)?,
        id: Hash(field("operation", row, 6)?),
    })
}

fn cosigned(row: &Row<'_>) -> Result<Cosigned, StoreError> {
    Ok(Cosigned { size: field("cosigned", row, 0)?, note: field("cosigned", row, 1)? })
}

fn rows<T>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    read: impl Fn(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let fault = |error: rusqlite::Error| sql_error("read the journal", &error);
    let mut statement = connection.prepare_cached(sql).map_err(fault)?;
    let mut found = statement.query(params).map_err(fault)?;
    let mut values = Vec::new();
    while let Some(row) = found.next().map_err(fault)? {
        values.push(read(row)?);
    }
    Ok(values)
}

fn first<T>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    read: impl Fn(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Option<T>, StoreError> {
    let fault = |error: rusqlite::Error| sql_error("read the journal", &error);
    let mut statement = connection.prepare_cached(sql).map_err(fault)?;
    let value = statement.query_row(params, |row| Ok(read(row))).optional().map_err(fault)?;
    value.transpose()
}

fn field<T: rusqlite::types::FromSql>(
    table: &'static str,
    row: &Row<'_>,
    column: usize,
) -> Result<T, StoreError> {
    row.get(column).map_err(|error| damaged(table, "a column as it was written", &error.to_string()))
}

fn parsed(table: &'static str, row: &Row<'_>, column: usize) -> Result<ProcedureId, StoreError> {
    let text: String = field(table, row, column)?;
    text.parse().map_err(|_| damaged(table, "a procedure id", &text))
}

fn damaged(table: &'static str, expected: &'static str, found: &str) -> StoreError {
    StoreError::Corrupt(Damage::Row { table, expected, found: found.to_owned() })
}
