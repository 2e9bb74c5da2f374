//! The verbs that concern the whole store, and one round of sweeping over all themes.

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};

use crate::domain::id::TenantId;
use crate::domain::reports::audit::AuditRow;
use crate::domain::time::Timestamp;
use crate::store::{Conditions, Retention, Store, Swept, Verb};

use super::audit::{seals, trail};
use super::challenges::{self, cursor::Cursor};
use super::clock;
use super::console::{sessions, sign_ins};
use super::deliveries::kept;
use super::engine::Engine;
use super::factors;
use super::failed::Result;
use super::group::Group;
use super::lane::greatest_id;
use super::phone;
use super::spray::guesses;
use super::store::SqlStore;
use super::tenants::{deletion, key_uses, sandbox};

impl<E: Engine> Store for SqlStore<E> {
    fn under(&self, conditions: Conditions) -> Arc<dyn Store> {
        Arc::new(self.with_conditions(conditions))
    }

    fn greatest_id(&self) -> Verb<'_, i64> {
        self.read(greatest_id)
    }

    fn sweep(&self, now: Timestamp, keep: Retention) -> Verb<'_, Swept> {
        let from = self.sweep_cursor.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let erased = self.engine.erased();
        let round = self.write_unhurried(move |group| {
            // A round that is rolled back starts again from the same position.
            let mut cursor = from.clone();
            let swept = round(group, &mut cursor, now, keep)?;
            if !swept.more {
                erased.store(true, Ordering::Relaxed);
            }
            Ok((swept, cursor))
        });
        Box::pin(async move {
            let (swept, cursor) = round.await?;
            *self.sweep_cursor.lock().unwrap_or_else(PoisonError::into_inner) = cursor;
            Ok(swept)
        })
    }

    fn audit(&self, tenant: Option<TenantId>, limit: usize) -> Verb<'_, Vec<AuditRow>> {
        self.read(move |tx| trail::latest(tx, tenant, limit))
    }

    fn is_healthy(&self) -> bool {
        self.engine.is_healthy()
    }
}

/// Runs one bounded round.
fn round(group: &Group, cursor: &mut Cursor, now: Timestamp, keep: Retention) -> Result<Swept> {
    clock::note(group, now)?;
    challenges::round(group, cursor, now, keep, |limit| {
        let mut deleted = vec![
            seals::delete_before_start(group, limit)?,
            kept::delete_before(group, now - keep.deliveries, limit)?,
            sandbox::delete_old(group, now, limit)?,
            key_uses::warn(group, now, limit)?,
            sessions::delete_old(group, now, limit)?,
            sign_ins::delete_old(group, now, limit)?,
            factors::delete_unconfirmed(group, now, limit)?,
            factors::delete_old_results(group, now, limit)?,
            deletion::forget_names(group, now - keep.names, limit)?,
        ];
        deleted.push(guesses::delete_old(group, now, limit)?);
        deleted.extend(phone::delete_old(group, now, limit)?);
        Ok(deleted)
    })
}
