//! What a tenant or the operator orders about a suspicion.

use std::sync::Arc;

use crate::domain::id::TenantId;
use crate::domain::policy::InvalidSetting;
use crate::domain::reports::actor::Actor;
use crate::domain::spray::rules::SprayRules;
use crate::domain::tenants::tenant::Tenant;
use crate::domain::time::Clock;
use crate::service::parts::Parts;
use crate::service::refusal::Refusal;
use crate::service::tenants::directory::Directory;
use crate::store::{SprayOrder, Store, SuspicionOrder};

/// What may be ordered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ordered {
    /// To count as under attack for a day.
    UnderAttack,
    /// Not to count as under attack any more.
    Calm,
}

/// Follows orders about suspicions.
pub struct SprayOrders {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    directory: Arc<Directory>,
    rules: Option<SprayRules>,
}

impl SprayOrders {
    pub(in crate::service) fn new(parts: &Parts, directory: &Arc<Directory>) -> Self {
        Self {
            store: Arc::clone(&parts.store),
            clock: Arc::clone(&parts.clock),
            directory: Arc::clone(directory),
            rules: parts.rules.spray,
        }
    }

    /// Follows an order for a live tenant. The next request sees it.
    pub(in crate::service) async fn follow(
        &self,
        tenant: TenantId,
        order: Ordered,
        by: Actor,
    ) -> Result<(), Refusal> {
        let order = match order {
            Ordered::UnderAttack => SprayOrder::UnderAttack(self.rules.ok_or_else(|| refused(NOT_WATCHED))?),
            Ordered::Calm => SprayOrder::Calm,
        };
        let followed =
            self.store.order_suspicion(SuspicionOrder { tenant, order, by }, self.clock.now()).await?;
        self.directory.forget(tenant);
        followed.then_some(()).ok_or_else(|| refused(SANDBOX))
    }

    /// Refuses an order that cannot be followed for this tenant.
    pub(in crate::service) fn check(&self, tenant: &Tenant, order: Option<Ordered>) -> Result<(), Refusal> {
        match order {
            Some(_) if tenant.sandbox_of.is_some() => Err(refused(SANDBOX)),
            Some(Ordered::UnderAttack) if self.rules.is_none() => Err(refused(NOT_WATCHED)),
            _ => Ok(()),
        }
    }
}

const SANDBOX: &str = "a sandbox is never under attack: its codes are known";
const NOT_WATCHED: &str = "this server does not look for guesses: spray.enabled is false";

fn refused(problem: &str) -> Refusal {
    Refusal::InvalidSetting(InvalidSetting::at("spray.level", problem))
}
