//! Housekeeping: what one node does for all, and what each does for itself.

use std::sync::PoisonError;
use std::time::Duration;

use crate::domain::time::Timestamp;
use crate::store::{DeletionRound, MigrationProgress};

use super::refusal::Refusal;
use super::services::Services;

/// The maximum number of rounds in one sweep. The rest follows in the next sweep, a few seconds later.
const ROUNDS: usize = 50;

/// Between two times at which the counts of former days are folded. Few are added to them by then.
const FOLD_EVERY: Duration = Duration::from_secs(3_600);

impl Services {
    /// Erases and deletes until nothing is left to do, or the maximum number of rounds is reached.
    pub async fn sweep(&self) -> Result<(), Refusal> {
        for _ in 0..ROUNDS {
            let swept = self.store.sweep(self.clock.now(), self.rules.retention).await?;
            metrics::counter!("otpmint_challenges_expired_total").increment(swept.expired as u64);
            if !swept.more {
                break;
            }
        }
        self.delete_tenants().await?;
        self.webhooks.sweep().await?;
        let due = self.store.longest_due().await?;
        self.outbox_overdue(due.map_or(Duration::ZERO, |due| self.clock.now().since(due)));
        Ok(())
    }

    /// Does a part of the deletion of tenants that is due.
    async fn delete_tenants(&self) -> Result<(), Refusal> {
        for _ in 0..ROUNDS {
            match self.store.delete_some(self.clock.now()).await? {
                DeletionRound::Nothing => break,
                DeletionRound::More => {}
                DeletionRound::Deleted(tenant) => tracing::info!(%tenant, "a tenant is deleted"),
            }
        }
        Ok(())
    }

    /// Seals what rows of the audit trail have settled, and lets it begin after what was kept long enough.
    pub async fn seal_audit(&self) -> Result<(), Refusal> {
        self.audit_seals.keep_up(self.rules.keep_audit).await
    }

    /// Does a part of what is left of migrations that run beside the nodes.
    pub async fn migrate_on(&self) -> Result<(), Refusal> {
        if let MigrationProgress::Waiting(one) = self.store.migrate_on().await? {
            tracing::debug!(migration = one.name, waits_for = ?one.waits_for, "a migration waits");
        }
        Ok(())
    }

    /// Folds what the lanes have counted on former days, so that reports read fewer rows.
    pub async fn fold_counts(&self) -> Result<(), Refusal> {
        let now = self.clock.now();
        if !self.begin_fold(now) {
            return Ok(());
        }
        for _ in 0..ROUNDS {
            if !self.store.fold_counts(now).await? {
                break;
            }
        }
        Ok(())
    }

    fn begin_fold(&self, now: Timestamp) -> bool {
        let mut last = self.last_fold.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = last.is_none_or(|last| now >= last + FOLD_EVERY);
        if is_due {
            *last = Some(now);
        }
        is_due
    }

    /// Records when secret keys were last used at this node.
    pub async fn record_key_uses(&self) -> Result<(), Refusal> {
        self.uses.record().await
    }

    /// Publishes the standing of this node.
    pub fn report_node(&self) {
        self.nodes.measure();
        metrics::gauge!("otpmint_store_up").set(f64::from(u8::from(self.is_healthy())));
        if !self.nodes.membership().keeps_house() {
            // Another one measures it.
            self.outbox_overdue(Duration::ZERO);
        }
    }

    /// Publishes how long the message that is due the longest has waited to be claimed.
    fn outbox_overdue(&self, overdue: Duration) {
        metrics::gauge!("otpmint_outbox_overdue_seconds").set(overdue.as_secs_f64());
    }

    /// Drops from memory what nobody has used for a while.
    pub fn forget_quiet(&self) {
        self.directory.forget_old(self.clock.now());
        self.admission.forget_quiet();
        self.limiter.forget_quiet(self.clock.now());
    }
}
