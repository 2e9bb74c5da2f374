//! The services of a tenant: its purposes under a name.
//!
//! The service of the purpose `verification` always exists and has the name of the tenant, so that a tenant needs to
//! set nothing up. The others are kept in the tenant's settings.

use std::net::IpAddr;
use std::sync::Arc;

use crate::crypto::sids::Sids;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::sid::Sid;
use crate::domain::tenants::service::{MAX_SERVICES, ServiceSettings, TotpDefaults, purpose_of};
use crate::domain::tenants::tenant::{TenantHandle, TenantSettings};
use crate::domain::time::{Clock, Timestamp};
use crate::service::parts::Parts;
use crate::service::refusal::{Refusal, ServiceRefusal};
use crate::service::tenants::authenticated::AuthenticatedTenant;
use crate::service::tenants::profile::{TenantDraft, TenantProfile, Tenants};

/// The purpose of the service that always exists.
pub(super) const DEFAULT: Purpose = Purpose::VERIFICATION;

/// A service of a tenant.
#[derive(Clone, Debug)]
pub struct VerifyService {
    /// Its sid.
    pub sid: Sid,
    /// The purpose of its codes.
    pub purpose: Purpose,
    /// Its name.
    pub name: String,
    /// The length of its codes.
    pub code_length: usize,
    /// Its settings.
    pub settings: ServiceSettings,
}

/// What a request sets of a service; `None` leaves it as it is.
#[derive(Clone, Default, Debug)]
pub struct ServiceDraft {
    /// The name.
    pub name: Option<String>,
    /// The length of its codes.
    pub code_length: Option<usize>,
    /// Whether the tenant may draw the codes itself.
    pub custom_code: Option<bool>,
    /// Whether every code is bound to an amount and a payee.
    pub psd2: Option<bool>,
    /// How authenticator apps are enrolled.
    pub totp: TotpDefaults,
}

/// The services of tenants.
pub struct VerifyServices {
    pub(super) tenants: Arc<Tenants>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) sids: Sids,
}

impl VerifyServices {
    pub(in crate::service) fn new(parts: &Parts, tenants: Arc<Tenants>) -> Self {
        let sids = Sids::new(parts.keyring.shareable_keys());
        Self { tenants, clock: Arc::clone(&parts.clock), sids }
    }
}

impl VerifyServices {
    /// Returns the services of a tenant: the one that always exists, then the others, oldest first.
    pub fn list(&self, tenant: &AuthenticatedTenant) -> Vec<VerifyService> {
        self.of(&self.tenants.profile(tenant))
    }

    /// Returns the service of this sid.
    pub fn find(&self, tenant: &AuthenticatedTenant, sid: &str) -> Result<VerifyService, Refusal> {
        self.named(&self.tenants.profile(tenant), sid)
    }

    /// Creates a service.
    pub async fn add(
        &self,
        tenant: &AuthenticatedTenant,
        name: String,
        draft: ServiceDraft,
        client_ip: Option<IpAddr>,
    ) -> Result<VerifyService, Refusal> {
        let now = self.clock.now();
        let purpose = |settings: &TenantSettings| {
            let has_room = settings.services.len() < MAX_SERVICES;
            has_room.then(|| purpose_of(&name, |purpose| is_taken(settings, purpose))).flatten()
        };
        let known = purpose(&tenant.row().settings).ok_or(ServiceRefusal::TooMany)?;
        let before = self.tenants.change(tenant, client_ip, |change: &mut TenantDraft| {
            let Some(purpose) = purpose(&change.settings) else { return };
            change.settings.services.insert(purpose.clone(), ServiceSettings::new(Some(name.clone()), now));
            apply(&mut change.settings, &purpose, &draft, now);
        });
        let changed = before.await?;
        let is_new = |found: &VerifyService| found.settings.created_at == now && found.name == name;
        // Another request may have taken the purpose that this one saw free.
        let found = self.of(&changed).into_iter().filter(is_new).max_by_key(|found| found.purpose == known);
        found.ok_or(ServiceRefusal::TooMany.into())
    }

    /// Changes a service.
    pub async fn change(
        &self,
        tenant: &AuthenticatedTenant,
        sid: &str,
        draft: ServiceDraft,
        client_ip: Option<IpAddr>,
    ) -> Result<VerifyService, Refusal> {
        let purpose = self.find(tenant, sid)?.purpose;
        let (now, created_at) = (self.clock.now(), tenant.row().created_at);
        let changed = self.tenants.change(tenant, client_ip, |change: &mut TenantDraft| {
            let services = &mut change.settings.services;
            if purpose == DEFAULT && !services.contains_key(&purpose) {
                services.insert(purpose.clone(), ServiceSettings::new(None, created_at));
            }
            apply(&mut change.settings, &purpose, &draft, now);
        });
        self.named(&changed.await?, sid)
    }

    /// Deletes a service. Its pending challenges expire.
    pub async fn remove(
        &self,
        tenant: &AuthenticatedTenant,
        sid: &str,
        client_ip: Option<IpAddr>,
    ) -> Result<(), Refusal> {
        let VerifyService { purpose, settings, .. } = self.find(tenant, sid)?;
        if purpose == DEFAULT {
            return Err(ServiceRefusal::IsDefault.into());
        }
        let changed = self.tenants.change(tenant, client_ip, |change: &mut TenantDraft| {
            let found = change.settings.services.get(&purpose);
            if found.is_some_and(|found| found.created_at == settings.created_at) {
                change.settings.services.remove(&purpose);
                change.settings.purposes.remove(&purpose);
            }
        });
        changed.await.map(|_| ())
    }

    fn named(&self, profile: &TenantProfile, sid: &str) -> Result<VerifyService, Refusal> {
        let found = self.of(profile).into_iter().find(|service| service.sid.to_string() == sid);
        found.ok_or(ServiceRefusal::Unknown.into())
    }

    fn of(&self, profile: &TenantProfile) -> Vec<VerifyService> {
        let own = profile.settings.services.get(&DEFAULT).cloned();
        let own = own.unwrap_or_else(|| ServiceSettings::new(None, profile.created_at));
        let mut others: Vec<_> =
            profile.settings.services.iter().filter(|(purpose, _)| **purpose != DEFAULT).collect();
        others.sort_by_key(|(_, settings)| settings.created_at);
        let others = others.into_iter().map(|(purpose, settings)| (purpose.clone(), settings.clone()));
        let all = std::iter::once((DEFAULT, own)).chain(others);
        all.map(|(purpose, settings)| self.service(profile, purpose, settings)).collect()
    }

    fn service(&self, profile: &TenantProfile, purpose: Purpose, settings: ServiceSettings) -> VerifyService {
        let since = (purpose != DEFAULT).then_some(settings.created_at);
        let policy = profile.effective.get(&purpose).or(profile.effective.get(&DEFAULT));
        VerifyService {
            sid: self.sids.service(&profile.handle, &purpose, since),
            name: settings.name.clone().unwrap_or_else(|| usual_name(&profile.name, &profile.handle)),
            code_length: policy.map_or(0, |policy| policy.code.length()),
            purpose,
            settings,
        }
    }
}

fn usual_name(name: &str, handle: &TenantHandle) -> String {
    if name.is_empty() { handle.as_str().to_owned() } else { name.to_owned() }
}

fn is_taken(settings: &TenantSettings, purpose: &Purpose) -> bool {
    let is_built_in = Purpose::BUILT_IN.contains(purpose);
    is_built_in || settings.services.contains_key(purpose) || settings.purposes.contains_key(purpose)
}

/// Applies a draft to a service, if the tenant has it.
fn apply(settings: &mut TenantSettings, purpose: &Purpose, draft: &ServiceDraft, now: Timestamp) {
    let Some(service) = settings.services.get_mut(purpose) else { return };
    service.name = draft.name.clone().or(service.name.take());
    service.custom_code = draft.custom_code.unwrap_or(service.custom_code);
    service.psd2 = draft.psd2.unwrap_or(service.psd2);
    service.totp = TotpDefaults {
        issuer: draft.totp.issuer.clone().or(service.totp.issuer.take()),
        period: draft.totp.period.or(service.totp.period),
        digits: draft.totp.digits.or(service.totp.digits),
    };
    service.updated_at = now;
    if let Some(length) = draft.code_length {
        settings.purposes.entry(purpose.clone()).or_default().code.length = Some(length);
    }
}
