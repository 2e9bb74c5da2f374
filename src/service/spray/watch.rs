//! The watch: adds up in memory what wrong answers are worth, and has them weighed when that is much.
//!
//! What was counted is in the store, so that a restart forgets nothing but when it is weighed next.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::domain::id::TenantId;
use crate::domain::spray::luck::Luck;
use crate::domain::spray::rules::SprayRules;
use crate::domain::spray::weigh::PARTS;
use crate::domain::time::Clock;
use crate::service::parts::Parts;
use crate::service::tenants::directory::Directory;
use crate::store::{Store, StoreError, Weighed};
use crate::telemetry::traces;

/// The watch over the wrong answers of all tenants.
pub struct Watch {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    directory: Arc<Directory>,
    /// `None` if nothing is weighed.
    rules: Option<SprayRules>,
    noted: Mutex<Noted>,
}

/// What was noted since it was weighed.
#[derive(Default)]
struct Noted {
    unweighed: HashMap<TenantId, Unweighed>,
    /// The tenants whose answers are to be weighed now.
    due: Vec<TenantId>,
}

/// What a tenant's wrong answers were worth since they were weighed.
struct Unweighed {
    luck: Luck,
    /// The luck at which they are weighed.
    due_at: Luck,
}

impl Watch {
    pub(in crate::service) fn new(parts: &Parts, directory: &Arc<Directory>) -> Self {
        Self {
            store: Arc::clone(&parts.store),
            clock: Arc::clone(&parts.clock),
            directory: Arc::clone(directory),
            rules: parts.rules.spray,
            noted: Mutex::default(),
        }
    }

    /// Notes a wrong answer.
    pub(in crate::service) fn note(&self, tenant: TenantId, luck: Luck) {
        let Some(rules) = &self.rules else { return };
        let mut noted = self.noted();
        let new = Unweighed { luck: Luck::default(), due_at: rules.budget.part(PARTS) };
        let unweighed = noted.unweighed.entry(tenant).or_insert(new);
        unweighed.luck += luck;
        if unweighed.luck >= unweighed.due_at {
            unweighed.luck = Luck::default();
            noted.due.push(tenant);
        }
    }

    /// Weighs the answers of all tenants for which it is time. What cannot be weighed now is weighed after the next one.
    pub(in crate::service) async fn look(self: &Arc<Self>) {
        let due = std::mem::take(&mut self.noted().due);
        if due.is_empty() {
            return;
        }
        let watch = Arc::clone(self);
        // A caller who goes away does not stop it.
        let weighed = tokio::spawn(traces::carry(async move {
            for tenant in due {
                if let Err(error) = watch.weigh(tenant).await {
                    tracing::warn!(%error, "guesses could not be weighed");
                    watch.noted().due.push(tenant);
                }
            }
        }));
        if weighed.await.is_err() {
            tracing::error!("guesses could not be weighed: the task ended");
        }
    }

    /// Weighs the answers of a tenant.
    pub(in crate::service) async fn weigh(&self, tenant: TenantId) -> Result<(), StoreError> {
        let Some(rules) = self.rules else { return Ok(()) };
        let Weighed { suspicion, budget, rose } =
            self.store.weigh_guesses(tenant, rules, self.clock.now()).await?;
        if let Some(unweighed) = self.noted().unweighed.get_mut(&tenant) {
            unweighed.due_at = budget.part(PARTS);
        }
        // Whether it is watched more closely or less, the next request is to see it.
        self.directory.forget(tenant);
        if let (Some(level), Some(suspicion)) = (rose, suspicion) {
            metrics::counter!("otpmint_spray_suspected_total", "level" => level.as_str()).increment(1);
            let (wrong, recipients) = (suspicion.seen.wrong, suspicion.seen.recipients);
            tracing::warn!(
                tenant = tenant.0,
                level = level.as_str(),
                wrong,
                recipients,
                expected_accounts = suspicion.seen.luck.accounts(),
                "somebody seems to guess at the codes of a tenant's recipients"
            );
        }
        Ok(())
    }

    fn noted(&self) -> MutexGuard<'_, Noted> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
