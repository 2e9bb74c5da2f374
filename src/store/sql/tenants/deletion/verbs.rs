//! The verbs for deleting tenants.

use std::sync::PoisonError;
use std::sync::atomic::Ordering;

use crate::domain::id::TenantId;
use crate::domain::reports::actor::Actor;
use crate::domain::reports::audit::AuditEvent;
use crate::domain::tenants::deletion::{Deletion, DeletionStage};
use crate::domain::tenants::tenant::{TenantHandle, TenantStatus};
use crate::domain::time::Timestamp;
use crate::store::sql::audit::About;
use crate::store::sql::engine::Engine;
use crate::store::sql::failed::Result;
use crate::store::sql::group::Group;
use crate::store::sql::store::SqlStore;
use crate::store::sql::tenants::tenant_row;
use crate::store::sql::value::with;
use crate::store::{
    DeletionRound, DeletionStore, EarlierDecision, NewDeletion, Restored, Scheduled, StoreError, Verb,
};

use super::rounds::{self, DeletionCursor, Due, Task};
use super::rows;
use super::steps;

impl<E: Engine> DeletionStore for SqlStore<E> {
    fn schedule_deletion(&self, new: NewDeletion, now: Timestamp) -> Verb<'_, Scheduled> {
        self.write(move |group| schedule(group, &new, now))
    }

    fn restore_tenant(&self, tenant: TenantId, by: Actor, now: Timestamp) -> Verb<'_, Restored> {
        self.write(move |group| restore(group, tenant, &by, now))
    }

    fn deletion(&self, tenant: TenantId) -> Verb<'_, Option<Deletion>> {
        self.read(move |tx| rows::of(tx, tenant))
    }

    fn deletion_by_handle(&self, handle: TenantHandle) -> Verb<'_, Option<Deletion>> {
        self.read(move |tx| rows::by_handle(tx, &handle))
    }

    fn deletions(&self) -> Verb<'_, Vec<Deletion>> {
        self.read(rows::all)
    }

    fn delete_some(&self, now: Timestamp) -> Verb<'_, DeletionRound> {
        Box::pin(async move {
            let Some(due) = self.read(move |tx| Due::next(tx, now)).await? else {
                return Ok(DeletionRound::Nothing);
            };
            let cursor = *self.deletion_cursor.lock().unwrap_or_else(PoisonError::into_inner);
            let (task, cursor) = cursor.of(&due, now).task(&due, now);
            // Whatever fails is looked at again from the beginning.
            self.keep_cursor(DeletionCursor::default());
            let (round, cursor) = self.run(task, due, cursor, now).await?;
            self.keep_cursor(cursor);
            Ok(round)
        })
    }
}

impl<E: Engine> SqlStore<E> {
    fn keep_cursor(&self, cursor: DeletionCursor) {
        *self.deletion_cursor.lock().unwrap_or_else(PoisonError::into_inner) = cursor;
    }

    async fn run(
        &self,
        task: Task,
        due: Due,
        cursor: DeletionCursor,
        now: Timestamp,
    ) -> std::result::Result<(DeletionRound, DeletionCursor), StoreError> {
        let cursor = match task {
            Task::Wait => return Ok((DeletionRound::Nothing, cursor)),
            Task::Begin => {
                self.write_unhurried(move |group| rounds::begin(&**group, &due, now)).await?;
                DeletionCursor::beginning(&due, now)
            }
            Task::Delete(step) => {
                let deleted =
                    self.write_unhurried(move |group| steps::delete(&**group, step, due.both())).await?;
                cursor.after(deleted.rows, deleted.more)
            }
            Task::Scan(table, from) => {
                let part = self.read_at_length(move |tx| rounds::look(tx, table, due.both(), from)).await?;
                let after = cursor.after_part(&part);
                if !part.found.is_empty() {
                    let delete = move |group: &Group| {
                        part.found.iter().try_for_each(|place| table.delete(&**group, *place))
                    };
                    self.write_unhurried(delete).await?;
                }
                after
            }
            Task::Finish => {
                let erased = self.engine.erased();
                let finished = self.write_unhurried(move |group| {
                    let handle = rounds::finish(group, &due, now)?;
                    erased.store(true, Ordering::Relaxed);
                    Ok(handle)
                });
                return Ok((DeletionRound::Deleted(finished.await?), DeletionCursor::default()));
            }
        };
        Ok((DeletionRound::More, cursor))
    }
}

/// Decides that a tenant is deleted. Every refusal comes before the first change.
fn schedule(group: &Group, new: &NewDeletion, now: Timestamp) -> Result<Scheduled> {
    let Some(tenant) = tenant_row::by_id(group, new.tenant)? else { return Ok(Scheduled::Unknown) };
    if tenant.sandbox_of.is_some() {
        return Ok(Scheduled::Sandbox);
    }
    if tenant.status != TenantStatus::Disabled {
        return Ok(Scheduled::StillActive);
    }
    let decided = Deletion {
        tenant: tenant.id,
        handle: tenant.handle,
        name: tenant.name,
        sandbox_of: None,
        due_at: new.due_at,
        begun_at: None,
        deleted_at: None,
    };
    let about = About::tenant(tenant.id, &new.by);
    match rows::of(group, new.tenant)? {
        None => {
            let sql = "INSERT INTO deletions (tenant, handle, name, due_at) VALUES (?1, ?2, ?3, ?4)";
            group.later(sql, with![tenant.id, decided.handle.as_str(), &decided.name, new.due_at])?;
        }
        Some(earlier)
            if earlier.stage() == DeletionStage::Scheduled && new.earlier == EarlierDecision::Replaced =>
        {
            let sql = "UPDATE deletions SET due_at = ?2 WHERE tenant = ?1";
            group.later(sql, with![tenant.id, new.due_at])?;
        }
        Some(earlier) => return Ok(Scheduled::Scheduled(earlier)),
    }
    group.note(now, AuditEvent::TenantDeletionScheduled, about)?;
    Ok(Scheduled::Scheduled(decided))
}

fn restore(group: &Group, tenant: TenantId, by: &Actor, now: Timestamp) -> Result<Restored> {
    match rows::of(group, tenant)?.map(|deletion| deletion.stage()) {
        None => return Ok(Restored::NotScheduled),
        Some(DeletionStage::UnderWay | DeletionStage::Done) => return Ok(Restored::TooLate),
        Some(DeletionStage::Scheduled) => {}
    }
    group.change("DELETE FROM deletions WHERE tenant = ?1 AND begun_at IS NULL", with![tenant])?;
    group.note(now, AuditEvent::TenantRestored, About::tenant(tenant, by))?;
    Ok(Restored::Restored)
}
