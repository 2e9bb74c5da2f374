//! The logos of hosted pages.

use std::net::IpAddr;

use crate::crypto::digest;
use crate::domain::tenants::logo::{Logo, LogoName};
use crate::service::refusal::Refusal;

use super::authenticated::AuthenticatedTenant;
use super::profile::{TenantDraft, TenantProfile, Tenants};

impl Tenants {
    /// Sets the tenant's logo, replacing the previous one.
    pub async fn set_logo(
        &self,
        tenant: &AuthenticatedTenant,
        client_ip: Option<IpAddr>,
        logo: &Logo,
    ) -> Result<TenantProfile, Refusal> {
        let name = LogoName::of(logo.picture(), &digest(logo.bytes()));
        let show = |draft: &mut TenantDraft| {
            draft.settings.logo = Some(name.clone());
            Ok(())
        };
        self.change_with(tenant, client_ip, Some(logo), show).await
    }

    /// Removes the tenant's logo, if it has one.
    pub async fn remove_logo(
        &self,
        tenant: &AuthenticatedTenant,
        client_ip: Option<IpAddr>,
    ) -> Result<TenantProfile, Refusal> {
        self.change(tenant, client_ip, |draft| draft.settings.logo = None).await
    }

    /// Returns the content of a logo, for anybody who sees a page; `None` if no active tenant has it.
    pub async fn logo(&self, name: LogoName) -> Result<Option<Vec<u8>>, Refusal> {
        let _permit = self.admission.admit(None)?;
        Ok(self.store.logo(name).await?)
    }
}
