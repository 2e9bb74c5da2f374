//! The dependencies of the console.

use std::sync::Arc;

use crate::crypto::keyring::Keyring;
use crate::domain::id::IdGenerator;
use crate::domain::random::Entropy;
use crate::domain::time::Clock;
use crate::domain::web_origin::WebOrigin;
use crate::service::keys::sub_keys::SubKeys;
use crate::service::parts::Parts;
use crate::service::shared::Shared;
use crate::service::tenants::authenticate::Authenticator;
use crate::service::tenants::names::TenantNames;
use crate::service::tenants::profile::Tenants;
use crate::store::Store;

use super::password_hashing::PasswordHashing;
use super::rules::ConsoleRules;

/// Signing in to the console and managing accounts, for operators and tenants.
pub struct Console {
    pub(super) store: Arc<dyn Store>,
    pub(super) keyring: Arc<Keyring>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) entropy: Arc<dyn Entropy>,
    pub(super) ids: Arc<IdGenerator>,
    pub(super) keys: Arc<SubKeys>,
    pub(super) authenticator: Arc<Authenticator>,
    pub(super) names: Arc<TenantNames>,
    pub(super) tenants: Arc<Tenants>,
    pub(super) rules: ConsoleRules,
    /// Where browsers reach the console.
    pub(super) public_url: Option<WebOrigin>,
    pub(super) passwords: PasswordHashing,
}

impl Console {
    pub(in crate::service) fn new(
        parts: &Parts,
        shared: &Shared,
        authenticator: Arc<Authenticator>,
        tenants: Arc<Tenants>,
    ) -> Self {
        Self {
            store: Arc::clone(&parts.store),
            keyring: Arc::clone(&parts.keyring),
            clock: Arc::clone(&parts.clock),
            entropy: Arc::clone(&parts.entropy),
            ids: Arc::clone(&parts.ids),
            keys: Arc::clone(&shared.keys),
            authenticator,
            names: Arc::clone(&shared.names),
            tenants,
            rules: parts.rules.console,
            public_url: parts.rules.public_url.clone(),
            passwords: PasswordHashing::default(),
        }
    }
}
