//! The three writes of a journal. Each is one transaction; each says what holds if the process ends at a line.

use super::accepted::Accepted;
use super::{read, schema, sql_error};
use crate::check::{Known, check_batch, check_cosigned};
use crate::error::StoreError;
use crate::failpoint::{ACCEPT, FailPoints};
use crate::record::{Batch, Cosigned, HiddenClass};
use rusqlite::{Connection, Transaction, TransactionBehavior, params};
use ximu_basics::{Hash, Instant, ProcedureId};
use ximu_tlog::merkle::leaf_hash;

/// Appends a batch.
pub(super) fn append(
    connection: &mut Connection,
    accepted: &mut Accepted,
    batch: &Batch,
    fail: &FailPoints,
) -> Result<(), StoreError> {
    // 1. The write lock. There is one writer, so it never waits; the checks below see what the inserts extend.
    let tx = begin(connection)?;
    check_batch(batch, &Held(&tx))?;
    // 2. The rows. They lie in memory or in the WAL without a commit mark.
    //    If we crash, or the disk is full: SQLite rolls back, the journal stands at the former batch, nothing was
    //    acknowledged, and the sender repeats its command.
    insert(&tx, batch).map_err(|error| sql_error("append to the journal", &error))?;
    // 3. The second memory, flushed.
    //    If we crash after it: the next start gives the database this batch, whole. It was not acknowledged; whoever
    //    repeats one of its commands finds it by its hash.
    let length = fail.step(ACCEPT, || accepted.write(batch))?;
    // 4. The commit: a marked frame, then a flush of the WAL. If we crash during it: as after step 3.
    match tx.commit().map_err(|error| sql_error("commit to the journal", &error)) {
        Ok(()) => accepted.keep(length),
        Err(refusal) if refusal.is_refusal() => {
            accepted.take_back()?;
            return Err(refusal);
        }
        // Whether it is stored is not known. The next start reads both memories.
        Err(error) => return Err(error),
    }
    // If we crash from here on: the batch is durable. The caller may acknowledge it.
    Ok(())
}

/// Puts back what the database had lost, within the transaction of the start.
pub(super) fn restore(tx: &Transaction<'_>, lost: &Batch) -> Result<(), StoreError> {
    let held = Held(tx);
    let last = held.last_stamp()?;
    // Of a file that was rewritten the stamps are those of the rewriting.
    let stamp = last.map_or(lost.stamp, |last| last.max(lost.stamp));
    let lost = Batch { stamp, ..lost.clone() };
    check_batch(&lost, &held)?;
    insert(tx, &lost).map_err(|error| sql_error("restore what was accepted", &error))
}

fn insert(tx: &Transaction<'_>, batch: &Batch) -> rusqlite::Result<()> {
    let mut leaf =
        tx.prepare_cached("INSERT INTO leaf (idx, bytes, hash, procedure, kind) VALUES (?1,?2,?3,?4,?5)")?;
    let mut entry_id = tx.prepare_cached("INSERT INTO entry_id (id, procedure, idx) VALUES (?1, ?2, ?3)")?;
    for (idx, new) in (batch.first..).zip(&batch.leaves) {
        let (procedure, hash) = (new.procedure.as_str(), leaf_hash(&new.bytes));
        leaf.execute(params![idx, new.bytes, hash.0, procedure, new.kind.as_str()])?;
        if let Some(id) = new.command {
            entry_id.execute(params![id.0, procedure, idx])?;
        }
    }
    let mut operation = tx.prepare_cached(
        "INSERT INTO operation (procedure, class, ord, beat, slot, bytes, id) VALUES (?1,?2,?3,?4,?5,?6,?7)",
    )?;
    for new in &batch.operations {
        let (procedure, class) = (new.procedure.as_str(), new.class.as_str());
        operation.execute(params![procedure, class, new.ord, new.beat, new.slot, new.bytes, new.id.0])?;
    }
    let mut seed =
        tx.prepare_cached("INSERT INTO class_seed (procedure, class, seed) VALUES (?1, ?2, ?3)")?;
    for new in &batch.seeds {
        seed.execute(params![new.procedure.as_str(), new.class.as_str(), new.seed.0])?;
    }
    let mut outbox = tx.prepare_cached("INSERT INTO outbox (kind, payload) VALUES (?1, ?2)")?;
    for new in &batch.outbox {
        outbox.execute(params![new.kind, new.payload])?;
    }
    let stamp = batch.stamp.unix_ms().to_string();
    tx.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('stamp', ?1)", [stamp])?;
    Ok(())
}

/// Keeps a cosigned checkpoint.
pub(super) fn cosigned(connection: &mut Connection, size: u64, note: &str) -> Result<(), StoreError> {
    let tx = begin(connection)?;
    let newest: Option<Cosigned> = read::newest_cosigned(&tx)?;
    if !check_cosigned(size, note, read::size(&tx)?, newest.as_ref())? {
        return Ok(());
    }
    let insert = tx.execute("INSERT INTO cosigned (size, note) VALUES (?1, ?2)", params![size, note]);
    insert.map_err(|error| sql_error("keep a cosigned checkpoint", &error))?;
    // If we crash before the commit is flushed: the witnesses have cosigned and we do not know it. The same
    // checkpoint is sent to them again after the start, and they answer again.
    tx.commit().map_err(|error| sql_error("commit a cosigned checkpoint", &error))
    // If we crash from here on: the checkpoint file is older than this row; the start replaces it.
}

/// Marks outbox rows as done.
pub(super) fn outbox_done(connection: &mut Connection, seqs: &[u64]) -> Result<(), StoreError> {
    let fault = |error: rusqlite::Error| sql_error("mark the outbox", &error);
    let tx = begin(connection)?;
    for seq in seqs.iter().filter_map(|seq| i64::try_from(*seq).ok()) {
        tx.execute("UPDATE outbox SET done = 1 WHERE seq = ?1 AND done = 0", [seq]).map_err(fault)?;
    }
    // If we crash before the flush: the work is done again, and workers are idempotent by the row's number.
    tx.commit().map_err(fault)
}

fn begin(connection: &mut Connection) -> Result<Transaction<'_>, StoreError> {
    let begun = connection.transaction_with_behavior(TransactionBehavior::Immediate);
    begun.map_err(|error| sql_error("begin a write to the journal", &error))
}

/// What the open transaction sees.
struct Held<'a>(&'a Connection);

impl Known for Held<'_> {
    fn size(&self) -> Result<u64, StoreError> {
        read::size(self.0)
    }

    fn last_stamp(&self) -> Result<Option<Instant>, StoreError> {
        read::stamp(schema::meta(self.0, "stamp")?)
    }

    fn operation_count(&self, procedure: &ProcedureId, class: HiddenClass) -> Result<u64, StoreError> {
        // The greatest number, not a count: the rows before it cannot be deleted.
        let sql = "SELECT coalesce(max(ord) + 1, 0) FROM operation WHERE procedure = ?1 AND class = ?2";
        read::number(self.0, sql, params![procedure.as_str(), class.as_str()])
    }

    fn has_command(&self, id: &Hash) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM entry_id WHERE id = ?1)
                       OR EXISTS (SELECT 1 FROM operation WHERE id = ?1)";
        Ok(read::number(self.0, sql, params![id.0])? != 0)
    }

    fn has_seed(&self, procedure: &ProcedureId, class: HiddenClass) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM class_seed WHERE procedure = ?1 AND class = ?2)";
        Ok(read::number(self.0, sql, params![procedure.as_str(), class.as_str()])? != 0)
    }

    fn has_slot(
        &self,
        procedure: &ProcedureId,
        class: HiddenClass,
        beat: u64,
        slot: u16,
    ) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM operation
                    WHERE procedure = ?1 AND class = ?2 AND beat = ?3 AND slot = ?4)";
        Ok(read::number(self.0, sql, params![procedure.as_str(), class.as_str(), beat, slot])? != 0)
    }
}
