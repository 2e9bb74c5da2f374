//! The factors of an identity by their sids, and all of them together.

use std::net::IpAddr;

use crate::crypto::sids::Sids;
use crate::domain::factors::factor::FactorHandle;
use crate::domain::factors::identity::Identity;
use crate::domain::sid::{Sid, SidKind};
use crate::service::refusal::{FactorRefusal, Refusal};
use crate::service::tenants::authenticated::AuthenticatedTenant;

use super::tenant_factors::{Factors, FoundFactor};

impl Factors {
    /// Returns the sid of a factor.
    pub fn sid(&self, tenant: &AuthenticatedTenant, factor: &FactorHandle) -> Sid {
        Sids::new(self.codec.clone()).named(SidKind::Factor, tenant.handle(), &[factor.as_str()])
    }

    /// Returns the factor of this sid, if it belongs to the identity.
    pub async fn of_identity(
        &self,
        tenant: &AuthenticatedTenant,
        identity: &Identity,
        sid: &str,
    ) -> Result<FoundFactor, Refusal> {
        let found = self.list(tenant, identity).await?;
        let is_it = |found: &FoundFactor| self.sid(tenant, &found.factor.handle).to_string() == sid;
        found.into_iter().find(is_it).ok_or(FactorRefusal::Unknown.into())
    }

    /// Deletes all factors of an identity. One that somebody else deletes meanwhile is gone too.
    pub async fn delete_all(
        &self,
        tenant: &AuthenticatedTenant,
        identity: &Identity,
        client_ip: Option<IpAddr>,
    ) -> Result<(), Refusal> {
        let found = self.list(tenant, identity).await?;
        if found.is_empty() {
            return Err(FactorRefusal::Unknown.into());
        }
        for FoundFactor { factor, .. } in found {
            match self.delete(tenant, factor.handle.as_str(), client_ip).await {
                Ok(_) | Err(Refusal::Factor(FactorRefusal::Unknown)) => {}
                Err(refusal) => return Err(refusal),
            }
        }
        Ok(())
    }
}
