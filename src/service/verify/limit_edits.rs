//! Changing the rate limits of services. What a request decides, it decides on the settings that are stored.

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::domain::limits::named::{LimitName, MAX_LIMITS, NamedLimits};
use crate::domain::limits::rate::Rate;
use crate::domain::policy::MAX_WINDOWS;
use crate::domain::tenants::service::ServiceSettings;
use crate::domain::tenants::tenant::TenantSettings;
use crate::service::refusal::{Refusal, ServiceRefusal};
use crate::service::tenants::authenticated::AuthenticatedTenant;
use crate::service::tenants::profile::TenantDraft;

use super::rate_limits::{LimitBucket, RateLimit, merged};
use super::services::{DEFAULT, VerifyService, VerifyServices};

/// The parts of a tenant's settings that an edit may touch.
struct Edited<'a> {
    of_all: &'a NamedLimits,
    own: &'a mut NamedLimits,
    descriptions: &'a mut BTreeMap<LimitName, String>,
}

impl Edited<'_> {
    /// Returns the windows of a limit, which is the service's own from now on.
    fn windows(&mut self, name: &LimitName) -> Result<&mut Vec<Rate>, Refusal> {
        if !self.own.contains_key(name) {
            let windows = self.of_all.get(name).ok_or(ServiceRefusal::Unknown)?;
            self.own.insert(name.clone(), windows.clone());
        }
        self.own.get_mut(name).ok_or(ServiceRefusal::Unknown.into())
    }

    fn has(&self, name: &LimitName) -> bool {
        self.own.contains_key(name) || self.of_all.contains_key(name)
    }

    fn count(&self) -> usize {
        self.own.len() + self.of_all.keys().filter(|name| !self.own.contains_key(*name)).count()
    }
}

impl VerifyServices {
    /// Adds a named limit, which refuses nothing until it has a window.
    pub async fn add_rate_limit(
        &self,
        (tenant, service): (&AuthenticatedTenant, &VerifyService),
        (name, description): (LimitName, Option<String>),
        client_ip: Option<IpAddr>,
    ) -> Result<RateLimit, Refusal> {
        let add = |edited: &mut Edited<'_>| -> Result<(), Refusal> {
            if edited.has(&name) {
                return Err(ServiceRefusal::LimitExists.into());
            }
            if edited.count() >= MAX_LIMITS {
                return Err(ServiceRefusal::TooManyLimits.into());
            }
            edited.own.insert(name.clone(), Vec::new());
            if let Some(description) = &description {
                edited.descriptions.insert(name.clone(), description.clone());
            }
            Ok(())
        };
        self.edit((tenant, service), &name, client_ip, add).await
    }

    /// Sets what a named limit is for; an empty text removes it.
    pub async fn describe_rate_limit(
        &self,
        (tenant, service): (&AuthenticatedTenant, &VerifyService),
        (limit, description): (&RateLimit, &str),
        client_ip: Option<IpAddr>,
    ) -> Result<RateLimit, Refusal> {
        let describe = |edited: &mut Edited<'_>| -> Result<(), Refusal> {
            if !edited.has(&limit.name) {
                return Err(ServiceRefusal::Unknown.into());
            }
            match description {
                "" => edited.descriptions.remove(&limit.name),
                text => edited.descriptions.insert(limit.name.clone(), text.to_owned()),
            };
            Ok(())
        };
        self.edit((tenant, service), &limit.name, client_ip, describe).await
    }

    /// Deletes a named limit of the service alone.
    pub async fn remove_rate_limit(
        &self,
        (tenant, service): (&AuthenticatedTenant, &VerifyService),
        limit: &RateLimit,
        client_ip: Option<IpAddr>,
    ) -> Result<(), Refusal> {
        let remove = |edited: &mut Edited<'_>| -> Result<(), Refusal> {
            if edited.of_all.contains_key(&limit.name) {
                return Err(ServiceRefusal::LimitOfAll.into());
            }
            edited.own.remove(&limit.name).map(|_| ()).ok_or(ServiceRefusal::Unknown.into())
        };
        self.edited((tenant, service), client_ip, remove).await.map(|_| ())
    }

    /// Adds a window to a named limit.
    pub async fn add_bucket(
        &self,
        (tenant, service): (&AuthenticatedTenant, &VerifyService),
        (limit, rate): (&RateLimit, Rate),
        client_ip: Option<IpAddr>,
    ) -> Result<LimitBucket, Refusal> {
        let add = |edited: &mut Edited<'_>| -> Result<(), Refusal> {
            let windows = edited.windows(&limit.name)?;
            if windows.iter().any(|window| window.per == rate.per) {
                return Err(ServiceRefusal::WindowExists.into());
            }
            if windows.len() >= MAX_WINDOWS {
                return Err(ServiceRefusal::TooManyWindows.into());
            }
            windows.push(rate);
            Ok(())
        };
        let changed = self.edit((tenant, service), &limit.name, client_ip, add).await?;
        bucket_of(&changed, rate)
    }

    /// Replaces a window of a named limit.
    pub async fn change_bucket(
        &self,
        (tenant, service): (&AuthenticatedTenant, &VerifyService),
        (limit, former, rate): (&RateLimit, Rate, Rate),
        client_ip: Option<IpAddr>,
    ) -> Result<LimitBucket, Refusal> {
        let change = |edited: &mut Edited<'_>| -> Result<(), Refusal> {
            let windows = edited.windows(&limit.name)?;
            let is_taken = |window: &Rate| window.per == rate.per && window.per != former.per;
            if windows.iter().any(is_taken) {
                return Err(ServiceRefusal::WindowExists.into());
            }
            without(windows, former)?;
            windows.push(rate);
            Ok(())
        };
        let changed = self.edit((tenant, service), &limit.name, client_ip, change).await?;
        bucket_of(&changed, rate)
    }

    /// Deletes a window of a named limit.
    pub async fn remove_bucket(
        &self,
        (tenant, service): (&AuthenticatedTenant, &VerifyService),
        (limit, former): (&RateLimit, Rate),
        client_ip: Option<IpAddr>,
    ) -> Result<(), Refusal> {
        let remove = |edited: &mut Edited<'_>| without(edited.windows(&limit.name)?, former);
        self.edited((tenant, service), client_ip, remove).await.map(|_| ())
    }

    async fn edit(
        &self,
        whose: (&AuthenticatedTenant, &VerifyService),
        name: &LimitName,
        client_ip: Option<IpAddr>,
        edit: impl Fn(&mut Edited<'_>) -> Result<(), Refusal>,
    ) -> Result<RateLimit, Refusal> {
        let limits = self.edited(whose, client_ip, edit).await?;
        limits.into_iter().find(|limit| limit.name == *name).ok_or(ServiceRefusal::Unknown.into())
    }

    /// Edits the named limits of a service, and returns them. The decision is made on what is stored.
    async fn edited(
        &self,
        (tenant, service): (&AuthenticatedTenant, &VerifyService),
        client_ip: Option<IpAddr>,
        edit: impl Fn(&mut Edited<'_>) -> Result<(), Refusal>,
    ) -> Result<Vec<RateLimit>, Refusal> {
        let (purpose, now, created_at) = (&service.purpose, self.clock.now(), tenant.row().created_at);
        let change = |draft: &mut TenantDraft| -> Result<(), Refusal> {
            let TenantSettings { policy, purposes, services, .. } = &mut draft.settings;
            if *purpose == DEFAULT && !services.contains_key(purpose) {
                services.insert(purpose.clone(), ServiceSettings::new(None, created_at));
            }
            let kept = services.get_mut(purpose).ok_or(ServiceRefusal::Unknown)?;
            if *purpose != DEFAULT && kept.created_at != service.settings.created_at {
                return Err(ServiceRefusal::Unknown.into());
            }
            let mut own = purposes.remove(purpose).unwrap_or_default();
            let mut edited = Edited {
                of_all: &policy.limits.named,
                own: &mut own.limits.named,
                descriptions: &mut kept.limits,
            };
            edit(&mut edited)?;
            let named = merged(&policy.limits.named, &own.limits.named);
            kept.limits.retain(|name, _| named.contains_key(name));
            kept.updated_at = now;
            if !own.is_empty() {
                purposes.insert(purpose.clone(), own);
            }
            Ok(())
        };
        let changed = self.tenants.try_change(tenant, client_ip, change).await?;
        Ok(self.limits_of(&changed.handle, &changed.settings, service))
    }
}

/// Removes the window of the same length.
fn without(windows: &mut Vec<Rate>, former: Rate) -> Result<(), Refusal> {
    let before = windows.len();
    windows.retain(|window| window.per != former.per);
    if windows.len() < before { Ok(()) } else { Err(ServiceRefusal::Unknown.into()) }
}

fn bucket_of(limit: &RateLimit, rate: Rate) -> Result<LimitBucket, Refusal> {
    let found = limit.buckets.iter().find(|bucket| bucket.rate.per == rate.per).copied();
    found.ok_or(ServiceRefusal::Unknown.into())
}
