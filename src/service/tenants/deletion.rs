//! The deletion of tenants: deciding it, and taking it back. Housekeeping carries it out.

use std::time::Duration;

use crate::domain::id::TenantId;
use crate::domain::reports::actor::Actor;
use crate::domain::tenants::deletion::Deletion;
use crate::service::refusal::{DeletionRefusal, Refusal};
use crate::store::{EarlierDecision, NewDeletion, Restored, Scheduled};

use super::profile::Tenants;

impl Tenants {
    /// Decides that a tenant is deleted, with its sandbox, after `grace`: as long as the operator has set if it is
    /// `None`, unless that was decided before.
    pub async fn schedule_deletion(
        &self,
        tenant: TenantId,
        grace: Option<Duration>,
        by: Actor,
    ) -> Result<Deletion, Refusal> {
        let earlier = if grace.is_some() { EarlierDecision::Replaced } else { EarlierDecision::Stays };
        let now = self.clock.now();
        let due_at = now + grace.unwrap_or(self.rules.delete_after);
        let new = NewDeletion { tenant, due_at, earlier, by };
        match self.store.schedule_deletion(new, now).await? {
            Scheduled::Scheduled(deletion) => Ok(deletion),
            Scheduled::Unknown => Err(Refusal::UnknownTenant),
            Scheduled::StillActive => Err(DeletionRefusal::StillActive.into()),
            Scheduled::Sandbox => Err(DeletionRefusal::Sandbox.into()),
        }
    }

    /// Returns how long a tenant that is to be deleted can be restored, unless somebody says otherwise.
    pub fn delete_after(&self) -> Duration {
        self.rules.delete_after
    }

    /// Takes the deletion of a tenant back. It stays disabled.
    pub async fn restore(&self, tenant: TenantId, by: Actor) -> Result<(), Refusal> {
        match self.store.restore_tenant(tenant, by, self.clock.now()).await? {
            Restored::Restored => Ok(()),
            Restored::NotScheduled => Err(DeletionRefusal::NotScheduled.into()),
            Restored::TooLate => Err(DeletionRefusal::Begun.into()),
        }
    }
}
