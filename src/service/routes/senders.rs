//! Senders: the opened routes of tenants.

use std::sync::Arc;

use crate::crypto::keyring::Keyring;
use crate::delivery::Sender;
use crate::domain::tenants::tenant::Tenant;
use crate::service::keys::sub_keys::SubKeys;
use crate::service::parts::Parts;
use crate::service::refusal::Refusal;
use crate::service::rules::Rules;

use super::sealed_routes::{self, OpenedRoutes};

/// Opens the routes of tenants.
pub struct Senders {
    keyring: Arc<Keyring>,
    keys: Arc<SubKeys>,
    rules: Arc<Rules>,
}

impl Senders {
    pub(in crate::service) fn new(parts: &Parts, keys: Arc<SubKeys>) -> Self {
        Self { keyring: Arc::clone(&parts.keyring), keys, rules: Arc::clone(&parts.rules) }
    }

    /// Returns the sender of a tenant's messages.
    pub(in crate::service) async fn of(&self, tenant: &Tenant) -> Result<Sender, Refusal> {
        self.refresh_keys(tenant).await;
        Ok(sealed_routes::sender(&self.keyring, tenant, self.rules.pictures_url.as_ref())?)
    }

    /// Returns a tenant's routes, including those that cannot be used.
    pub(super) async fn opened(&self, tenant: &Tenant) -> Result<OpenedRoutes, Refusal> {
        self.refresh_keys(tenant).await;
        Ok(sealed_routes::open(&self.keyring, tenant)?)
    }

    /// Rereads the keys if another process has sealed the routes under a version that is not known here.
    async fn refresh_keys(&self, tenant: &Tenant) {
        if tenant.routes.as_ref().is_some_and(|sealed| self.keyring.is_of_unknown_version(sealed)) {
            self.keys.refresh_missing().await;
        }
    }
}
