//! The tenant that a command is about.

use clap::Args;

use crate::domain::tenants::tenant::Tenant;
use crate::service::AuthenticatedTenant;

use super::config_file::ConfigFile;
use super::failure::Failure;
use super::offline_services::OfflineServices;
use super::shell_user::shell_user;

#[derive(Args)]
pub(super) struct TenantArgument {
    /// The tenant: its handle, such as tnt_4hq7k2m9x3c8v5bn, or its name. See `otpmint tenant list`.
    tenant: String,
    #[command(flatten)]
    config: ConfigFile,
}

impl TenantArgument {
    /// Opens the store, and returns the tenant's row.
    pub(super) async fn open(&self) -> Result<(OfflineServices, Tenant), Failure> {
        let offline = OfflineServices::open(&self.config).await?;
        let tenant = offline.tenant(&self.tenant).await?;
        Ok((offline, tenant))
    }

    /// Opens the store, and returns the tenant for the use cases.
    pub(super) async fn manage(&self) -> Result<(OfflineServices, AuthenticatedTenant), Failure> {
        let (offline, tenant) = self.open().await?;
        let managed = offline.services.authenticator.at_shell(tenant, shell_user()).await?;
        Ok((offline, managed))
    }
}
