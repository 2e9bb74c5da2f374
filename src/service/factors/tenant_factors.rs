//! The factors of tenants: finding and deleting them.

use std::net::IpAddr;
use std::sync::Arc;

use crate::crypto::keyring::Keyring;
use crate::crypto::shareable_key::Codec;
use crate::domain::conditions::Subject;
use crate::domain::factors::factor::{Factor, FactorHandle};
use crate::domain::factors::identity::Identity;
use crate::domain::id::IdGenerator;
use crate::domain::random::Entropy;
use crate::domain::time::Clock;
use crate::service::admission::Admission;
use crate::service::keys::sub_keys::SubKeys;
use crate::service::limits::rates::TenantRates;
use crate::service::parts::Parts;
use crate::service::refusal::{FactorRefusal, Refusal};
use crate::service::rules::Rules;
use crate::service::shared::Shared;
use crate::service::tenants::authenticated::AuthenticatedTenant;
use crate::store::{FactorChange, Store, StoreError};

use super::sealed::{self, Opened};

/// The factors of tenants.
pub struct Factors {
    pub(super) store: Arc<dyn Store>,
    pub(super) keyring: Arc<Keyring>,
    pub(super) codec: Codec,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) entropy: Arc<dyn Entropy>,
    pub(super) ids: Arc<IdGenerator>,
    pub(super) rules: Arc<Rules>,
    pub(super) rates: Arc<TenantRates>,
    pub(super) admission: Arc<Admission>,
    pub(super) keys: Arc<SubKeys>,
}

/// A factor, and whose it is.
#[derive(Clone, Debug)]
pub struct FoundFactor {
    /// The factor.
    pub factor: Factor,
    /// The identity that it belongs to.
    pub identity: Identity,
}

impl Factors {
    pub(in crate::service) fn new(parts: &Parts, shared: &Shared) -> Self {
        Self {
            store: Arc::clone(&parts.store),
            keyring: Arc::clone(&parts.keyring),
            codec: parts.keyring.shareable_keys(),
            clock: Arc::clone(&parts.clock),
            entropy: Arc::clone(&parts.entropy),
            ids: Arc::clone(&parts.ids),
            rules: Arc::clone(&parts.rules),
            rates: Arc::clone(&shared.rates),
            admission: Arc::clone(&shared.admission),
            keys: Arc::clone(&shared.keys),
        }
    }

    /// Returns the factors of an identity, in order of creation.
    pub async fn list(
        &self,
        tenant: &AuthenticatedTenant,
        identity: &Identity,
    ) -> Result<Vec<FoundFactor>, Refusal> {
        let indexes = self.keyring.identity_indexes(tenant.id(), identity);
        let found = self.store.factors_of(tenant.id(), indexes).await?;
        Ok(found.into_iter().map(|factor| FoundFactor { factor, identity: identity.clone() }).collect())
    }

    /// Returns a tenant's factor.
    pub async fn find(&self, tenant: &AuthenticatedTenant, handle: &str) -> Result<FoundFactor, Refusal> {
        let found = self.store.factor(tenant.id(), parsed(handle)?).await?;
        let factor = found.ok_or(FactorRefusal::Unknown)?;
        let Opened { identity, .. } = self.open(&factor).await?;
        Ok(FoundFactor { factor, identity })
    }

    /// Deletes a factor, with its recovery codes.
    pub async fn delete(
        &self,
        tenant: &AuthenticatedTenant,
        handle: &str,
        client_ip: Option<IpAddr>,
    ) -> Result<FoundFactor, Refusal> {
        let found = self.find(tenant, handle).await?;
        let subject = Subject::Factor(found.factor.handle.clone());
        let store = tenant.conditions().over(&self.store).of(tenant.id(), subject).store();
        match store.delete_factor(self.change(tenant, handle, client_ip)?).await? {
            true => Ok(found),
            false => Err(FactorRefusal::Unknown.into()),
        }
    }

    /// Returns these factors, and whose they are.
    pub(in crate::service) async fn opened(&self, factors: Vec<Factor>) -> Result<Vec<FoundFactor>, Refusal> {
        let mut opened = Vec::new();
        for factor in factors {
            let Opened { identity, .. } = self.open(&factor).await?;
            opened.push(FoundFactor { factor, identity });
        }
        Ok(opened)
    }

    /// Opens the content of a factor. A key that another process has made may have to be loaded first.
    pub(super) async fn open(&self, factor: &Factor) -> Result<Opened, Refusal> {
        if self.keyring.is_of_unknown_version(&factor.secret) {
            self.keys.refresh_missing().await;
        }
        sealed::open(&self.keyring, factor).ok_or_else(|| {
            tracing::error!(factor = %factor.handle, "the secret of a factor does not open");
            Refusal::Store(StoreError::Unavailable)
        })
    }

    pub(super) fn change(
        &self,
        tenant: &AuthenticatedTenant,
        handle: &str,
        client_ip: Option<IpAddr>,
    ) -> Result<FactorChange, Refusal> {
        let handle = parsed(handle)?;
        Ok(FactorChange { tenant: tenant.id(), handle, now: self.clock.now(), by: tenant.actor(client_ip) })
    }
}

fn parsed(handle: &str) -> Result<FactorHandle, Refusal> {
    FactorHandle::parse(handle).ok_or(FactorRefusal::Unknown.into())
}
