//! Seals: reading and adding them, and the floor above which rows are written.

use crate::domain::reports::audit_seal::{AuditSeal, StoredRow};
use crate::domain::secret::SealDigest;
use crate::store::sql::engine::Engine;
use crate::store::sql::failed::Result;
use crate::store::sql::group::Group;
use crate::store::sql::row::Row;
use crate::store::sql::store::SqlStore;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;
use crate::store::{AuditSealStore, AuditSealed, Verb};

impl<E: Engine> AuditSealStore for SqlStore<E> {
    fn last_audit_seal(&self) -> Verb<'_, Option<AuditSeal>> {
        self.read(last)
    }

    fn audit_seals(&self, after: u32, limit: usize) -> Verb<'_, Vec<AuditSeal>> {
        self.read(move |tx| {
            let sql = "SELECT number, until, rows, content, digest, key, at, start FROM audit_seals \
                       WHERE number > ?1 ORDER BY number LIMIT ?2";
            tx.all(sql, with![after, limit], read)
        })
    }

    fn audit_rows(&self, least: i64, below: i64, limit: usize) -> Verb<'_, Vec<StoredRow>> {
        self.read_at_length(move |tx| {
            let sql = "SELECT id, tenant, event, challenge, recipient, client_ip, actor, object FROM audit \
                       WHERE id >= ?1 AND id < ?2 ORDER BY id LIMIT ?3";
            tx.all(sql, with![least, below, limit], stored)
        })
    }

    fn audit_rows_from(&self, least: i64) -> Verb<'_, (u64, Option<i64>)> {
        self.read_at_length(move |tx| {
            let sql = "SELECT count(*), min(id) FROM audit WHERE id >= ?1";
            tx.one(sql, with![least], |row| Ok((row.get::<i64>()?.unsigned_abs(), row.get()?)))
        })
    }

    fn raise_audit_floor(&self, until: i64) -> Verb<'_, ()> {
        self.engine.raise_audit_floor(until)
    }

    fn seal_audit(&self, seal: AuditSeal) -> Verb<'_, AuditSealed> {
        self.write(move |group| add(group, &seal))
    }

    fn start_audit_after(&self, number: u32, proof: SealDigest) -> Verb<'_, ()> {
        self.write(move |group| {
            group.later("UPDATE audit_seals SET start = ?2 WHERE number = ?1", with![number, &proof])?;
            group.later("DELETE FROM audit_seals WHERE number < ?1", with![number])
        })
    }
}

fn read(row: &mut Row) -> Result<AuditSeal> {
    Ok(AuditSeal {
        number: row.get()?,
        until: row.get()?,
        rows: row.get()?,
        content: row.get()?,
        digest: row.get()?,
        key: row.get()?,
        at: row.get()?,
        start: row.get()?,
    })
}

fn stored(row: &mut Row) -> Result<StoredRow> {
    Ok(StoredRow {
        id: row.get()?,
        tenant: row.get()?,
        event: row.get()?,
        challenge: row.get()?,
        recipient: row.get()?,
        client_ip: row.get()?,
        actor: row.get()?,
        object: row.get()?,
    })
}

fn last(tx: &dyn Tx) -> Result<Option<AuditSeal>> {
    let sql = "SELECT number, until, rows, content, digest, key, at, start FROM audit_seals \
               ORDER BY number DESC LIMIT 1";
    tx.first(sql, &[], read)
}

/// Returns the identity below which everything is sealed. A database whose transactions come one after the other
/// needs no other floor.
pub fn end(tx: &dyn Tx) -> Result<i64> {
    let sql = "SELECT until FROM audit_seals ORDER BY number DESC LIMIT 1";
    Ok(tx.first(sql, &[], |row| row.get())?.unwrap_or(i64::MIN))
}

/// Adds a seal. Every refusal comes before the first change.
fn add(group: &Group, seal: &AuditSeal) -> Result<AuditSealed> {
    let last = last(group)?;
    if last.as_ref().map_or(0, |last| last.number) + 1 != seal.number {
        return Ok(AuditSealed::Overtaken);
    }
    // A lane that joined since the floor was raised begins at the last seal, as it was then.
    if group.has("SELECT 1 FROM writers WHERE floor < ?1 LIMIT 1", with![seal.until])? {
        return Ok(AuditSealed::Unsettled);
    }
    let sql = "SELECT count(*) FROM audit WHERE id >= ?1 AND id < ?2";
    let bounds = with![AuditSeal::end(last.as_ref()), seal.until];
    let rows: u32 = group.one(sql, bounds, |row| row.get())?;
    if rows != seal.rows {
        return Ok(AuditSealed::Unsettled);
    }
    let sql = "INSERT INTO audit_seals (number, until, rows, content, digest, key, at) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let AuditSeal { number, until, rows, content, digest, key, at, .. } = seal;
    group.later(sql, with![*number, *until, *rows, content, digest, *key, *at])?;
    Ok(AuditSealed::Sealed)
}

/// Deletes at most `limit` rows from before the start of the trail.
pub fn delete_before_start(tx: &dyn Tx, limit: usize) -> Result<usize> {
    let sql = "DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE id < \
               (SELECT CASE WHEN start IS NOT NULL THEN until END FROM audit_seals ORDER BY number LIMIT 1) \
               ORDER BY id LIMIT ?1)";
    tx.change(sql, with![limit])
}
