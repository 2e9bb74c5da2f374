//! The logos of hosted pages.

use std::net::IpAddr;

use crate::crypto::digest;
use crate::domain::tenants::logo::{Logo, LogoName};
use crate::service::refusal::Refusal;

use super::authenticated::AuthenticatedTenant;
use super::profile::{TenantProfile, Tenants};

impl Tenants {
    /// Gives the tenant a logo, in the place of the one that it had.
    pub async fn set_logo(
        &self,
        tenant: &AuthenticatedTenant,
        client_ip: Option<IpAddr>,
        logo: &Logo,
    ) -> Result<TenantProfile, Refusal> {
        let name = LogoName::of(logo.picture(), &digest(logo.bytes()));
        self.change_with(tenant, client_ip, Some(logo), |draft| draft.settings.logo = Some(name.clone()))
            .await
    }

    /// Takes the tenant's logo away, if it has one.
    pub async fn remove_logo(
        &self,
        tenant: &AuthenticatedTenant,
        client_ip: Option<IpAddr>,
    ) -> Result<TenantProfile, Refusal> {
        self.change(tenant, client_ip, |draft| draft.settings.logo = None).await
    }

    /// The content of a logo, for whoever looks at a page; `None` when no active tenant has it.
    pub async fn logo(&self, name: LogoName) -> Result<Option<Vec<u8>>, Refusal> {
        let _permit = self.admission.admit(None)?;
        Ok(self.store.logo(name).await?)
    }
}
