//! The sandbox of a tenant: made with its first test key, and as separate from live data as another
//! tenant is.

use std::fmt;
use std::net::IpAddr;

use secrecy::{ExposeSecret, SecretString};

use crate::crypto::secret_key::SecretKey;
use crate::domain::id::TenantId;
use crate::domain::reports::audit::Actor;
use crate::domain::tenants::credential::{KeyHandle, KeyInfo, Scopes};
use crate::domain::tenants::tenant::TenantHandle;
use crate::service::refusal::Refusal;
use crate::store::{NewKey, NewTestKey, TestKeyAdded};

use super::authenticated::AuthenticatedTenant;
use super::profile::{TenantProfile, Tenants};

/// What a test key is called unless its owner says otherwise.
const NAME: &str = "test";

/// A test key to be made.
pub struct TestKeyRequest {
    /// What its owner calls it.
    pub name: Option<String>,
    /// What it may do.
    pub scopes: Scopes,
    /// The key itself, where it has to be known before; one is generated without.
    pub secret: Option<SecretString>,
    /// The client's address.
    pub client_ip: Option<IpAddr>,
}

impl TestKeyRequest {
    /// One as a tenant's first key is.
    pub fn usual() -> Self {
        Self { name: None, scopes: Scopes::USUAL, secret: None, client_ip: None }
    }
}

/// A test key that was made.
pub struct TestKey {
    /// The sandbox that it opens.
    pub sandbox: TenantHandle,
    /// What can be said of it later.
    pub info: KeyInfo,
    /// The key: shown this once, never again.
    pub secret: SecretKey,
}

impl fmt::Debug for TestKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TestKey({}, {})", self.sandbox, self.info.handle)
    }
}

impl Tenants {
    /// Makes a key to the tenant's sandbox, and the sandbox if it has none yet.
    pub async fn add_test_key(
        &self,
        tenant: &AuthenticatedTenant,
        request: TestKeyRequest,
    ) -> Result<TestKey, Refusal> {
        match tenant.is_sandbox() {
            true => Err(Refusal::AlreadySandbox),
            false => self.make_test_key(tenant.id(), tenant.actor(request.client_ip), request).await,
        }
    }

    /// The same for a live tenant of whom nothing needs to be proved.
    pub async fn test_key_of(&self, live: TenantId, request: TestKeyRequest) -> Result<TestKey, Refusal> {
        self.make_test_key(live, Actor::at(request.client_ip), request).await
    }

    async fn make_test_key(
        &self,
        live: TenantId,
        by: Actor,
        request: TestKeyRequest,
    ) -> Result<TestKey, Refusal> {
        let entropy = self.entropy.as_ref();
        let secret = match &request.secret {
            Some(known) => {
                let key = SecretKey::presented(known.expose_secret()).ok().filter(SecretKey::is_test);
                let key = key.ok_or(Refusal::UnusableSecretKey)?;
                self.secret_keys.check_untaken(&key).await?;
                key
            }
            None => SecretKey::generate_test(entropy),
        };
        let now = self.clock.now();
        let key = NewKey {
            hash: self.keyring.secret_key_hash(secret.expose()),
            handle: KeyHandle::draw(entropy),
            name: request.name.unwrap_or_else(|| NAME.to_owned()),
            scopes: request.scopes,
            hint: secret.hint(),
        };
        let info = key.told(now);
        let sandbox = (TenantId(self.ids.next(now)), TenantHandle::draw(entropy));
        let new = NewTestKey { live, sandbox, key, by };
        match self.store.add_test_key(new, now).await? {
            TestKeyAdded::Added(sandbox) => Ok(TestKey { sandbox: sandbox.handle, info, secret }),
            TestKeyAdded::Taken => Err(Refusal::UnusableSecretKey),
            TestKeyAdded::TooMany => Err(Refusal::TooManyKeys),
            TestKeyAdded::Unknown => Err(Refusal::AlreadySandbox),
        }
    }

    /// The tenant's sandbox.
    pub async fn sandbox(&self, tenant: &AuthenticatedTenant) -> Result<TenantProfile, Refusal> {
        if tenant.is_sandbox() {
            return Err(Refusal::AlreadySandbox);
        }
        let found = self.store.sandbox_of(tenant.id()).await?;
        found.map(|row| self.profile_of(&row)).ok_or(Refusal::NoSandbox)
    }
}
