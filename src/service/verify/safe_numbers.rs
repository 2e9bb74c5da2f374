//! The safe list: phone numbers that a tenant vouches for, such as those of its testers.
//!
//! The rules against toll fraud that judge a number by others, of its range or its country, leave these alone. The
//! limits of the number itself, of who asks, and every budget still apply. Only sids of the numbers are kept.

use std::net::IpAddr;
use std::sync::Arc;

use crate::crypto::sids::Sids;
use crate::domain::phone::number::PhoneNumber;
use crate::domain::sid::Sid;
use crate::domain::tenants::tenant::MAX_SAFE_NUMBERS;
use crate::service::parts::Parts;
use crate::service::refusal::{Refusal, ServiceRefusal};
use crate::service::tenants::authenticated::AuthenticatedTenant;
use crate::service::tenants::profile::{TenantDraft, Tenants};

/// A number on the safe list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SafeNumber {
    /// Its sid.
    pub sid: Sid,
    /// The number, as the caller has just named it.
    pub number: PhoneNumber,
}

/// The safe lists of tenants.
pub struct SafeNumbers {
    tenants: Arc<Tenants>,
    sids: Sids,
}

impl SafeNumbers {
    pub(in crate::service) fn new(parts: &Parts, tenants: Arc<Tenants>) -> Self {
        Self { tenants, sids: Sids::new(parts.keyring.shareable_keys()) }
    }
}

impl SafeNumbers {
    /// Adds a number, given with plus and country code. One that is on the list stays there.
    pub async fn add(
        &self,
        tenant: &AuthenticatedTenant,
        number: &str,
        client_ip: Option<IpAddr>,
    ) -> Result<SafeNumber, Refusal> {
        let safe = self.parse(tenant, number).ok_or(ServiceRefusal::NoNumber)?;
        let add = |draft: &mut TenantDraft| -> Result<(), Refusal> {
            let numbers = &mut draft.settings.safe_numbers;
            if numbers.insert(safe.sid) && numbers.len() > MAX_SAFE_NUMBERS {
                return Err(ServiceRefusal::TooManySafeNumbers.into());
            }
            Ok(())
        };
        self.tenants.try_change(tenant, client_ip, add).await?;
        Ok(safe)
    }

    /// Returns a number that is on the list.
    pub fn find(&self, tenant: &AuthenticatedTenant, number: &str) -> Result<SafeNumber, Refusal> {
        let is_kept =
            |safe: &SafeNumber| self.tenants.profile(tenant).settings.safe_numbers.contains(&safe.sid);
        self.parse(tenant, number).filter(is_kept).ok_or(ServiceRefusal::Unknown.into())
    }

    /// Removes a number.
    pub async fn remove(
        &self,
        tenant: &AuthenticatedTenant,
        number: &str,
        client_ip: Option<IpAddr>,
    ) -> Result<(), Refusal> {
        let safe = self.parse(tenant, number).ok_or(ServiceRefusal::Unknown)?;
        let remove = |draft: &mut TenantDraft| -> Result<(), Refusal> {
            let was_there = draft.settings.safe_numbers.remove(&safe.sid);
            was_there.then_some(()).ok_or(ServiceRefusal::Unknown.into())
        };
        self.tenants.try_change(tenant, client_ip, remove).await.map(|_| ())
    }

    fn parse(&self, tenant: &AuthenticatedTenant, text: &str) -> Option<SafeNumber> {
        let number = PhoneNumber::parse(text, None).ok()?;
        Some(SafeNumber { sid: self.sids.safe_number(tenant.id(), number.as_str()), number })
    }
}
