//! The rate limits of services: named limits of the policy of their purposes.
//!
//! A service also has the named limits of all purposes. What it changes of one of those becomes its own.

use crate::domain::challenges::purpose::Purpose;
use crate::domain::limits::named::{LimitName, NamedLimits};
use crate::domain::limits::rate::Rate;
use crate::domain::sid::{Sid, SidKind};
use crate::domain::tenants::tenant::{TenantHandle, TenantSettings};
use crate::service::refusal::{Refusal, ServiceRefusal};
use crate::service::tenants::authenticated::AuthenticatedTenant;

use super::services::{VerifyService, VerifyServices};

/// A named limit of a service.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RateLimit {
    /// Its sid.
    pub sid: Sid,
    /// Its name.
    pub name: LimitName,
    /// What it is for, in the tenant's words.
    pub description: Option<String>,
    /// Its windows, of which no two have the same length.
    pub buckets: Vec<LimitBucket>,
}

/// A window of a named limit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LimitBucket {
    /// Its sid, which says how long the window is.
    pub sid: Sid,
    /// How many mints pass in which time.
    pub rate: Rate,
}

impl VerifyServices {
    /// Returns the named limits of a service, ordered by the name.
    pub fn rate_limits(&self, tenant: &AuthenticatedTenant, service: &VerifyService) -> Vec<RateLimit> {
        let profile = self.tenants.profile(tenant);
        self.limits_of(&profile.handle, &profile.settings, service)
    }

    /// Returns the named limit of this sid.
    pub fn rate_limit(
        &self,
        tenant: &AuthenticatedTenant,
        service: &VerifyService,
        sid: &str,
    ) -> Result<RateLimit, Refusal> {
        let found = self.rate_limits(tenant, service).into_iter().find(|limit| limit.sid.to_string() == sid);
        found.ok_or(ServiceRefusal::Unknown.into())
    }

    pub(super) fn limits_of(
        &self,
        tenant: &TenantHandle,
        settings: &TenantSettings,
        service: &VerifyService,
    ) -> Vec<RateLimit> {
        let descriptions = settings.services.get(&service.purpose).map(|kept| &kept.limits);
        let whose = service.sid.to_string();
        let limit = |(name, windows): (LimitName, Vec<Rate>)| RateLimit {
            sid: self.sids.named(SidKind::RateLimit, tenant, &[&whose, name.as_str()]),
            description: descriptions.and_then(|kept| kept.get(&name)).cloned(),
            buckets: self.buckets(tenant, (&whose, &name), windows),
            name,
        };
        named(settings, &service.purpose).into_iter().map(limit).collect()
    }

    /// Returns the windows of a limit. Of two with the same length, only the tighter one ever refuses.
    fn buckets(
        &self,
        tenant: &TenantHandle,
        (service, name): (&str, &LimitName),
        mut windows: Vec<Rate>,
    ) -> Vec<LimitBucket> {
        windows.sort_by_key(|rate| (rate.per, rate.max));
        windows.dedup_by_key(|rate| rate.per);
        let bucket = |rate: Rate| {
            let seconds = rate.per.as_secs().to_string();
            let names = [service, name.as_str(), &seconds];
            LimitBucket { sid: self.sids.named(SidKind::Bucket, tenant, &names), rate }
        };
        windows.into_iter().map(bucket).collect()
    }
}

fn named(settings: &TenantSettings, purpose: &Purpose) -> NamedLimits {
    let own = settings.purposes.get(purpose).map(|own| &own.limits.named);
    own.map_or_else(|| settings.policy.limits.named.clone(), |own| merged(&settings.policy.limits.named, own))
}

/// Returns the limits of all purposes with those of one over them.
pub(super) fn merged(of_all: &NamedLimits, own: &NamedLimits) -> NamedLimits {
    let all = of_all.iter().chain(own);
    all.map(|(name, windows)| (name.clone(), windows.clone())).collect()
}
