//! Acting as a tenant at the console: operators as any tenant, a tenant as itself.

use crate::domain::tenants::credential::{Scope, Scopes};
use crate::domain::tenants::tenant::TenantHandle;
use crate::service::refusal::Refusal;
use crate::service::tenants::authenticated::AuthenticatedTenant;

use super::parts::Console;
use super::sessions::Signed;

impl Console {
    /// Returns the tenant with this handle, to be managed by the signed-in user. To a tenant, every
    /// other tenant is unknown.
    pub async fn seat(&self, signed: &Signed, handle: &TenantHandle) -> Result<AuthenticatedTenant, Refusal> {
        let is_own = signed.tenant() == Some(handle);
        if !is_own && signed.operator().is_none() {
            return Err(Refusal::UnknownTenant);
        }
        let (tenant, _) = self.names.find(handle).await?;
        let seated =
            self.authenticator.authenticated(tenant, [Scope::Manage].into_iter().collect::<Scopes>()).await?;
        if is_own {
            self.tenants.count_management(&seated).await?;
        }
        Ok(seated.acted_for_by(signed.author()))
    }
}
