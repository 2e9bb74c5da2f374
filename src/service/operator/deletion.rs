//! The operator's deletion of tenants.

use std::net::IpAddr;
use std::time::Duration;

use crate::domain::tenants::tenant::TenantHandle;
use crate::service::refusal::{DeletionRefusal, Refusal};

use super::administration::Administration;
use super::identity::Operator;

impl Administration {
    /// Decides that a disabled tenant is deleted after `grace`, or after the time that the settings say. If that is
    /// decided already, only a `grace` changes it.
    pub async fn delete_tenant(
        &self,
        operator: &Operator,
        handle: &TenantHandle,
        grace: Option<Duration>,
        client_ip: Option<IpAddr>,
    ) -> Result<(), Refusal> {
        let (tenant, _) = self.names.known(handle).await?.ok_or(Refusal::UnknownTenant)?;
        self.tenants.schedule_deletion(tenant.id, grace, operator.actor(client_ip)).await?;
        Ok(())
    }

    /// Takes a deletion back. The tenant stays disabled.
    pub async fn restore_tenant(
        &self,
        operator: &Operator,
        handle: &TenantHandle,
        client_ip: Option<IpAddr>,
    ) -> Result<(), Refusal> {
        let Some((tenant, _)) = self.names.known(handle).await? else {
            self.names.former(handle).await?.ok_or(Refusal::UnknownTenant)?;
            return Err(DeletionRefusal::Begun.into());
        };
        self.tenants.restore(tenant.id, operator.actor(client_ip)).await
    }
}
