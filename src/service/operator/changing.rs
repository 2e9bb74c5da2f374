//! What an operator changes about a tenant.

use std::sync::Arc;

use crate::domain::conditions::Subject;
use crate::domain::id::TenantId;
use crate::domain::policy::GrantedLimits;
use crate::domain::reports::actor::Actor;
use crate::domain::tenants::tenant::{Tenant, TenantHandle, TenantStatus};
use crate::service::refusal::{DeletionRefusal, Refusal};
use crate::service::tenants::profile::TRIES;
use crate::store::{Changed, NewLimits, Store, StoreError};

use super::administration::{Administration, LimitsChange, OperatorChange};
use super::identity::Operator;

impl Administration {
    /// Changes a tenant; a refused change has no effect. The next request sees the change.
    pub async fn change_tenant(
        &self,
        operator: &Operator,
        handle: &TenantHandle,
        change: OperatorChange,
    ) -> Result<(), Refusal> {
        let (tenant, _) = self.names.find(handle).await?;
        let by = operator.actor(change.client_ip);
        let store = operator.conditions().over(&self.store).of(tenant.id, Subject::Tenant).store();
        self.orders.check(&tenant, change.order)?;
        match &change.limits {
            Some(limits) => {
                self.change_limits(&store, tenant.id, (limits, change.status), operator, &by).await?;
            }
            None => self.switch(&store, &tenant, change.status, operator, &by).await?,
        }
        match change.order {
            Some(order) => self.orders.follow(tenant.id, order, by).await,
            None => Ok(()),
        }
    }

    /// Enables or disables a tenant.
    async fn switch(
        &self,
        store: &Arc<dyn Store>,
        tenant: &Tenant,
        status: Option<TenantStatus>,
        operator: &Operator,
        by: &Actor,
    ) -> Result<(), Refusal> {
        let Some(status) = status.filter(|status| *status != tenant.status) else {
            return unchanged(operator, tenant.revision);
        };
        let switched = store.set_tenant_status(tenant.id, status, by.clone(), self.clock.now()).await?;
        self.directory.forget(tenant.id);
        match switched {
            true => Ok(()),
            false if self.names.deletion_of(tenant).await?.is_some() => {
                Err(DeletionRefusal::ToBeDeleted.into())
            }
            false => Err(Refusal::UnknownTenant),
        }
    }

    async fn change_limits(
        &self,
        store: &Arc<dyn Store>,
        tenant: TenantId,
        (change, status): (&LimitsChange, Option<TenantStatus>),
        operator: &Operator,
        by: &Actor,
    ) -> Result<(), Refusal> {
        for _ in 0..TRIES {
            let row = self.store.tenant(tenant).await?.ok_or(Refusal::UnknownTenant)?;
            if row.sandbox_of.is_some() {
                return Err(Refusal::InvalidSetting(GrantedLimits::of_a_sandbox()));
            }
            let mut limits = row.limits.clone();
            change(&mut limits);
            limits.check().map_err(Refusal::InvalidSetting)?;
            let status = status.filter(|status| *status != row.status);
            if status == Some(TenantStatus::Active) && self.names.deletion_of(&row).await?.is_some() {
                return Err(DeletionRefusal::ToBeDeleted.into());
            }
            if limits == row.limits && status.is_none() {
                return unchanged(operator, row.revision);
            }
            let new = NewLimits { tenant, seen: row.revision, limits, status, by: by.clone() };
            if store.set_limits(new, self.clock.now()).await? == Changed::Changed {
                self.directory.forget(tenant);
                return Ok(());
            }
        }
        Err(Refusal::Store(StoreError::Busy))
    }
}

/// A change that would change nothing is none, but what it expects has to be so.
fn unchanged(operator: &Operator, revision: i64) -> Result<(), Refusal> {
    let expected = operator.conditions().expected.as_ref();
    match expected.is_none_or(|expected| expected.is_met(Some(revision))) {
        true => Ok(()),
        false => Err(Refusal::ChangedMeanwhile),
    }
}
