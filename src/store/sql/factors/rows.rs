//! The rows of factors: adding, finding and deleting them.

use crate::domain::challenges::idempotency::RequestOutcome;
use crate::domain::factors::factor::{Factor, FactorHandle, FactorId, MAX_OF_IDENTITY, UNCONFIRMED_FOR};
use crate::domain::factors::guard::Guard;
use crate::domain::factors::shape::{TotpAlgorithm, TotpShape};
use crate::domain::id::TenantId;
use crate::domain::reports::audit::AuditEvent;
use crate::domain::secret::IdentityIndex;
use crate::domain::time::Timestamp;
use crate::domain::webhooks::event::EventKind;
use crate::domain::webhooks::factor_snapshot::factor_snapshot;
use crate::store::sql::audit::About;
use crate::store::sql::challenges::idempotency;
use crate::store::sql::dialect::lock;
use crate::store::sql::failed::{Failed, Result};
use crate::store::sql::group::Group;
use crate::store::sql::reports::CellKind;
use crate::store::sql::reports::counter::Counter;
use crate::store::sql::row::Row;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;
use crate::store::sql::webhooks::events;
use crate::store::{FactorAdded, FactorChange, NewFactor};

/// The columns of `factors f` that [`read`] reads.
macro_rules! columns {
    () => {
        "f.id, f.handle, f.tenant, f.algorithm, f.digits, f.period, f.secret, f.created_at, f.confirmed_at, \
         f.used_at, f.last_step, f.in_a_row, f.paused_until, \
         (SELECT count(*) FROM recovery_codes r WHERE r.factor = f.id), f.revision"
    };
}

pub fn add(group: &Group, new: &NewFactor) -> Result<FactorAdded> {
    let (factor, once) = (&new.factor, new.once.as_ref());
    if idempotency::is_taken(group, factor.tenant, once, factor.created_at)? {
        return Ok(FactorAdded::Repeated);
    }
    if of_identity(group, factor.tenant, &new.indexes)?.len() >= MAX_OF_IDENTITY {
        return Ok(FactorAdded::TooMany);
    }
    let Some(index) = new.indexes.first() else { return Err(Failed::Operation("no index".into())) };
    let sql = "INSERT INTO factors (id, handle, tenant, identity, algorithm, digits, period, secret, created_at, \
               confirmed_at, last_step, in_a_row) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 0)";
    group.change(
        sql,
        with![
            factor.id,
            factor.handle.as_str(),
            factor.tenant,
            index,
            factor.shape.algorithm().as_str(),
            factor.shape.digits(),
            factor.shape.period(),
            &factor.secret,
            factor.created_at,
            factor.confirmed_at,
            factor.last_step,
        ],
    )?;
    let on = FactorChange {
        tenant: factor.tenant,
        handle: factor.handle.clone(),
        now: factor.created_at,
        by: new.by.clone(),
    };
    note(group, AuditEvent::FactorAdded, &on)?;
    let kind = CellKind::of_factors(on.tenant, None, on.now);
    kind.count(group, Counter::FactorAdded)?;
    if factor.confirmed_at.is_some() {
        note(group, AuditEvent::FactorConfirmed, &on)?;
        tell(group, EventKind::FactorConfirmed, factor, on.now)?;
        kind.count(group, Counter::FactorConfirmed)?;
    }
    let outcome = RequestOutcome::FactorAdded(on.handle);
    idempotency::remember(group, on.tenant, once, outcome, on.now)?;
    Ok(FactorAdded::Added)
}

/// Records an action on a factor in the audit trail.
pub fn note(group: &Group, event: AuditEvent, on: &FactorChange) -> Result<()> {
    group.note(on.now, event, About::thing(on.tenant, on.handle.as_str(), &on.by))
}

/// Queues an event of a factor, which describes it as it is now.
pub fn tell(group: &Group, kind: EventKind, factor: &Factor, now: Timestamp) -> Result<()> {
    events::queue_tenant_event(group, factor.tenant, kind, &factor_snapshot(factor, now), now)
}

pub fn of_identity(tx: &dyn Tx, tenant: TenantId, indexes: &[IdentityIndex]) -> Result<Vec<Factor>> {
    let sql = concat!("SELECT ", columns!(), " FROM factors f WHERE f.tenant = ?1 AND f.identity = ?2");
    let mut found = Vec::new();
    for index in indexes {
        found.extend(tx.all(sql, with![tenant, index], read)?);
    }
    found.sort_unstable_by_key(|factor| factor.id);
    Ok(found)
}

pub fn find(tx: &dyn Tx, tenant: TenantId, handle: &FactorHandle) -> Result<Option<Factor>> {
    let sql = concat!("SELECT ", columns!(), " FROM factors f WHERE f.tenant = ?1 AND f.handle = ?2");
    tx.first(sql, with![tenant, handle.as_str()], read)
}

/// Returns the factor of this row.
pub fn by_id(tx: &dyn Tx, id: i64) -> Result<Option<Factor>> {
    let sql = concat!("SELECT ", columns!(), " FROM factors f WHERE f.id = ?1");
    tx.first(sql, with![id], read)
}

/// Returns a factor, which nobody else changes until the end of the transaction.
pub fn lock(tx: &dyn Tx, tenant: TenantId, handle: &FactorHandle) -> Result<Option<Factor>> {
    let sql =
        concat!("SELECT ", columns!(), " FROM factors f WHERE f.tenant = ?1 AND f.handle = ?2 ", lock!());
    tx.first(sql, with![tenant, handle.as_str()], read)
}

fn read(row: &mut Row) -> Result<Factor> {
    Ok(Factor {
        id: row.get()?,
        handle: row.word(FactorHandle::parse)?,
        tenant: row.get()?,
        shape: shape(row)?,
        secret: row.get()?,
        created_at: row.get()?,
        confirmed_at: row.get()?,
        used_at: row.get()?,
        last_step: row.get()?,
        guard: Guard { in_a_row: row.get()?, paused_until: row.get()? },
        recovery_codes: row.get()?,
        revision: row.get()?,
    })
}

fn shape(row: &mut Row) -> Result<TotpShape> {
    let (algorithm, digits, period) = (row.word(TotpAlgorithm::parse)?, row.get()?, row.get()?);
    TotpShape::new(algorithm, digits, period).map_err(|error| Failed::Operation(error.into()))
}

pub fn delete(group: &Group, on: &FactorChange) -> Result<bool> {
    let Some(factor) = lock(group, on.tenant, &on.handle)? else { return Ok(false) };
    remove(group, factor.id)?;
    note(group, AuditEvent::FactorRemoved, on)?;
    tell(group, EventKind::FactorRemoved, &factor, on.now)?;
    CellKind::of_factors(on.tenant, None, on.now).count(group, Counter::FactorRemoved)?;
    Ok(true)
}

fn remove(tx: &dyn Tx, id: FactorId) -> Result<()> {
    tx.later("DELETE FROM recovery_codes WHERE factor = ?1", with![id])?;
    tx.later("DELETE FROM factors WHERE id = ?1", with![id])
}

/// Deletes at most `limit` factors that nobody has confirmed in time. They have no recovery codes.
pub fn delete_unconfirmed(tx: &dyn Tx, now: Timestamp, limit: usize) -> Result<usize> {
    let sql = "DELETE FROM factors WHERE confirmed_at IS NULL AND id IN (SELECT id FROM factors \
               WHERE confirmed_at IS NULL AND created_at < ?1 ORDER BY created_at LIMIT ?2)";
    tx.change(sql, with![now - UNCONFIRMED_FOR, limit])
}

/// Lets codes be accepted again after the clock was set back. Those of the present step stay spent.
pub fn set_back(tx: &dyn Tx, to: Timestamp) -> Result<()> {
    let sql = "UPDATE factors SET last_step = ?1 / period + 1 WHERE last_step > ?1 / period + 1";
    tx.later(sql, with![to.as_millis().div_euclid(1_000)])
}
