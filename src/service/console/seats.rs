//! In the place of a tenant: the operator in that of any, a tenant in its own.

use crate::domain::tenants::credential::{Scope, Scopes};
use crate::domain::tenants::tenant::TenantHandle;
use crate::service::refusal::Refusal;
use crate::service::tenants::authenticated::AuthenticatedTenant;

use super::parts::Console;
use super::sessions::Signed;

impl Console {
    /// The tenant of this handle, to be looked after by whoever has signed in. To a tenant there is no
    /// other than itself.
    pub async fn seat(&self, signed: &Signed, handle: &TenantHandle) -> Result<AuthenticatedTenant, Refusal> {
        let is_own = signed.tenant() == Some(handle);
        let operator = signed.operator();
        if !is_own && operator.is_none() {
            return Err(Refusal::UnknownTenant);
        }
        let (tenant, _) = self.names.find(handle).await?;
        let seated =
            self.authenticator.authenticated(tenant, [Scope::Manage].into_iter().collect::<Scopes>()).await?;
        if is_own {
            self.tenants.count_management(&seated)?;
        }
        Ok(match operator {
            Some(operator) => seated.in_the_hands_of(operator),
            None => seated,
        })
    }
}
