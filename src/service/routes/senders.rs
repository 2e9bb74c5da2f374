//! What a tenant's messages are sent with, opened.

use std::sync::Arc;

use crate::crypto::keyring::Keyring;
use crate::delivery::Sender;
use crate::domain::tenants::tenant::Tenant;
use crate::service::keys::sub_keys::SubKeys;
use crate::service::parts::Parts;
use crate::service::refusal::Refusal;

use super::sealed_smtp;

/// What opens the accounts of tenants.
pub struct Senders {
    keyring: Arc<Keyring>,
    keys: Arc<SubKeys>,
}

impl Senders {
    pub(in crate::service) fn new(parts: &Parts, keys: Arc<SubKeys>) -> Self {
        Self { keyring: Arc::clone(&parts.keyring), keys }
    }

    /// A tenant's accounts. Another process may have sealed them under a version that is newer than
    /// those known here.
    pub(in crate::service) async fn of(&self, tenant: &Tenant) -> Result<Sender, Refusal> {
        if tenant.smtp.as_ref().is_some_and(|sealed| self.keyring.is_of_unknown_version(sealed)) {
            self.keys.refresh_missing().await;
        }
        Ok(sealed_smtp::sender(&self.keyring, tenant)?)
    }
}
