//! The rounds of a deletion.
//!
//! What is left is seen from the rows alone: the position that a process remembers only saves it from looking again
//! where nothing is left. So a process that is killed is continued by the next one, from the first step.

use std::time::Duration;

use crate::domain::id::TenantId;
use crate::domain::reports::actor::Actor;
use crate::domain::reports::audit::AuditEvent;
use crate::domain::tenants::tenant::TenantHandle;
use crate::domain::time::Timestamp;
use crate::store::sql::audit::About;
use crate::store::sql::failed::{Failed, Result};
use crate::store::sql::group::Group;
use crate::store::sql::scan::{Part, Place, Scanned, Wanted};
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;

use super::steps::{Both, ROUND, STEPS, Step};

/// After this time nothing adds rows any more that was under way when the deletion began: what has been disabled is
/// refused within a second, and requests end before. The last look comes later.
const SETTLED_AFTER: Duration = Duration::from_secs(60);

/// How far the deletion of a tenant has got. The default is right for every tenant.
#[derive(Clone, Copy, Default)]
pub struct DeletionCursor {
    tenant: Option<TenantId>,
    /// When this pass over the steps began.
    began_at: Timestamp,
    step: usize,
    /// The last row of a table that is walked over.
    scanned: Option<Place>,
    /// Whether this pass has found anything.
    found: bool,
}

/// A deletion that is due.
#[derive(Clone, Copy)]
pub struct Due {
    pub tenant: TenantId,
    pub begun_at: Option<Timestamp>,
    sandbox: Option<TenantId>,
}

/// What a round has to do.
pub enum Task {
    /// Begin.
    Begin,
    /// Delete some rows of this kind.
    Delete(Step),
    /// Look behind this place.
    Scan(Scanned, Place),
    /// Delete the tenant itself.
    Finish,
    /// Wait until nothing is added any more.
    Wait,
}

impl Due {
    /// Returns the deletion that is due the longest.
    pub fn next(tx: &dyn Tx, now: Timestamp) -> Result<Option<Self>> {
        let sql = "SELECT d.tenant, d.begun_at, s.id FROM deletions d LEFT JOIN tenants s ON s.sandbox_of = d.tenant \
                   WHERE d.deleted_at IS NULL AND d.due_at <= ?1 ORDER BY d.due_at, d.tenant LIMIT 1";
        tx.first(sql, with![now], |row| {
            Ok(Self { tenant: row.get()?, begun_at: row.get()?, sandbox: row.get()? })
        })
    }

    pub fn both(&self) -> Both {
        [self.tenant, self.sandbox.unwrap_or(self.tenant)]
    }
}

impl DeletionCursor {
    /// Returns the position in the deletion of this tenant: the beginning, if it is another one than before.
    pub fn of(self, due: &Due, now: Timestamp) -> Self {
        if self.tenant == Some(due.tenant) { self } else { Self::beginning(due, now) }
    }

    pub fn beginning(due: &Due, now: Timestamp) -> Self {
        Self { tenant: Some(due.tenant), began_at: now, ..Self::default() }
    }

    /// Returns what comes next, and from where on.
    pub fn task(self, due: &Due, now: Timestamp) -> (Task, Self) {
        let Some(begun_at) = due.begun_at else { return (Task::Begin, self) };
        let settled = begun_at + SETTLED_AFTER;
        match STEPS.get(self.step).copied() {
            Some(Step::Scanned(table)) => {
                (Task::Scan(table, self.scanned.unwrap_or(Place::before(due.tenant))), self)
            }
            Some(step) => (Task::Delete(step), self),
            None if !self.found && self.began_at >= settled => (Task::Finish, self),
            None if self.found || now >= settled => Self::beginning(due, now).task(due, now),
            None => (Task::Wait, self),
        }
    }

    /// Returns the position after a round that has deleted so many rows.
    pub fn after(self, rows: usize, more: bool) -> Self {
        let found = self.found || rows > 0;
        match more {
            true => Self { found, ..self },
            false => Self { found, step: self.step + 1, scanned: None, ..self },
        }
    }

    /// Returns the position after a part of a walk.
    pub fn after_part<T>(self, part: &Part<T>) -> Self {
        let found = self.found || !part.found.is_empty();
        match part.next {
            Some(next) => Self { found, scanned: Some(next), ..self },
            None => self.after(part.found.len(), false),
        }
    }
}

/// Begins a deletion, unless it was taken back meanwhile.
pub fn begin(tx: &dyn Tx, due: &Due, now: Timestamp) -> Result<()> {
    let sql = "UPDATE deletions SET begun_at = ?2 WHERE tenant = ?1 AND begun_at IS NULL AND due_at <= ?2";
    tx.later(sql, with![due.tenant, now])
}

/// Looks for rows of both.
pub fn look(tx: &dyn Tx, table: Scanned, both: Both, from: Place) -> Result<Part<Place>> {
    let with = with![both[0], both[1]];
    let wanted = Wanted { condition: "tenant IN (?1, ?2)", with, limit: ROUND };
    table.part(tx, &wanted, from, |place, _| Ok(Some(place)))
}

/// Deletes the rows of the tenant and its sandbox, which nothing refers to any more, and remembers their names.
pub fn finish(group: &Group, due: &Due, now: Timestamp) -> Result<TenantHandle> {
    let sql = "INSERT INTO deletions (tenant, handle, name, sandbox_of, due_at, begun_at, deleted_at) \
               SELECT id, handle, name, sandbox_of, ?2, ?2, ?2 FROM tenants WHERE sandbox_of = ?1";
    group.change(sql, with![due.tenant, now])?;
    group.change("DELETE FROM tenants WHERE sandbox_of = ?1", with![due.tenant])?;
    let sql = "UPDATE deletions SET deleted_at = ?2, name = (SELECT t.name FROM tenants t WHERE t.id = ?1) \
               WHERE tenant = ?1 RETURNING handle";
    let handle = group.first(sql, with![due.tenant, now], |row| row.word(TenantHandle::parse))?;
    group.change("DELETE FROM tenants WHERE id = ?1", with![due.tenant])?;
    for tenant in due.sandbox.into_iter().chain([due.tenant]) {
        group.note(now, AuditEvent::TenantDeleted, About::tenant(tenant, &Actor::default()))?;
    }
    handle.ok_or_else(|| Failed::Operation("a deletion without a row".into()))
}
