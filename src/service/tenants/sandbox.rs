//! The sandbox of a tenant. It is created with its first test key, and is as separate from live
//! data as another tenant is.

use std::fmt;
use std::net::IpAddr;

use secrecy::{ExposeSecret, SecretString};

use crate::crypto::secret_key::SecretKey;
use crate::domain::challenges::idempotency::Made;
use crate::domain::id::TenantId;
use crate::domain::reports::actor::{Actor, ShellUser};
use crate::domain::tenants::credential::{KeyHandle, KeyInfo, KeyTerms, Scopes};
use crate::domain::tenants::tenant::{Tenant, TenantHandle};
use crate::service::idempotency::conditions::RequestConditions;
use crate::service::refusal::{KeyRefusal, Refusal};
use crate::store::{LastManager, NewKey, NewTestKey, TestKeyAdded};

use super::authenticated::AuthenticatedTenant;
use super::profile::{TenantProfile, Tenants};

/// The default name of a test key.
const NAME: &str = "test";

/// A request for a test key.
pub struct TestKeyRequest {
    /// The owner's name for it.
    pub name: Option<String>,
    /// The scopes.
    pub scopes: Scopes,
    /// The key itself, if it must be known in advance; otherwise one is generated.
    pub secret: Option<SecretString>,
    /// The client's address.
    pub client_ip: Option<IpAddr>,
}

impl TestKeyRequest {
    /// Creates a request for a key like a tenant's first one.
    pub fn usual() -> Self {
        Self { name: None, scopes: Scopes::USUAL, secret: None, client_ip: None }
    }
}

/// A test key that was created.
pub struct TestKey {
    /// The sandbox that it opens.
    pub sandbox: TenantHandle,
    /// The public facts about the key.
    pub info: KeyInfo,
    /// The key: shown only this once.
    pub secret: SecretKey,
}

impl fmt::Debug for TestKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TestKey({}, {})", self.sandbox, self.info.handle)
    }
}

impl Tenants {
    /// Creates a key to the tenant's sandbox, and the sandbox if there is none yet.
    pub async fn add_test_key(
        &self,
        tenant: &AuthenticatedTenant,
        request: TestKeyRequest,
    ) -> Result<TestKey, Refusal> {
        match tenant.is_sandbox() {
            true => Err(Refusal::AlreadySandbox),
            false => {
                let by = (tenant.actor(request.client_ip), tenant.conditions());
                self.make_test_key(tenant.id(), by, request).await
            }
        }
    }

    /// Creates a key to the sandbox of a live tenant, at the shell.
    pub async fn test_key_of(
        &self,
        live: TenantId,
        request: TestKeyRequest,
        user: ShellUser,
    ) -> Result<TestKey, Refusal> {
        let by = (Actor::shell(user), &RequestConditions::default());
        self.make_test_key(live, by, request).await
    }

    async fn make_test_key(
        &self,
        live: TenantId,
        (by, conditions): (Actor, &RequestConditions),
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
            terms: KeyTerms::default(),
        };
        let info = key.info(now);
        let sandbox = (TenantId(self.ids.next(now)), TenantHandle::draw(entropy));
        let made = Made::TestKey(info.handle.clone());
        let store = self.secret_keys.making(conditions, made, &secret, now).store();
        let new = NewTestKey { live, sandbox, key, by };
        match store.add_test_key(new, now).await? {
            TestKeyAdded::Added(sandbox) => Ok(TestKey { sandbox: sandbox.handle, info, secret }),
            TestKeyAdded::Taken => Err(Refusal::UnusableSecretKey),
            TestKeyAdded::TooMany => Err(KeyRefusal::TooMany.into()),
            TestKeyAdded::Unknown => Err(Refusal::AlreadySandbox),
        }
    }

    /// Returns the live test keys of the tenant, and the sandbox that they open.
    pub async fn test_keys(
        &self,
        tenant: &AuthenticatedTenant,
    ) -> Result<(TenantHandle, Vec<KeyInfo>), Refusal> {
        let sandbox = self.sandbox_row(tenant).await?;
        let keys = self.store.secret_keys(sandbox.id, self.clock.now()).await?;
        Ok((sandbox.handle, keys))
    }

    /// Returns a live test key of the tenant, and the sandbox that it opens.
    pub async fn test_key(
        &self,
        tenant: &AuthenticatedTenant,
        key: &KeyHandle,
    ) -> Result<(TenantHandle, KeyInfo), Refusal> {
        let (sandbox, keys) = self.test_keys(tenant).await?;
        let found = keys.into_iter().find(|known| known.handle == *key).ok_or(Refusal::UnknownKey)?;
        Ok((sandbox, found))
    }

    /// Revokes a test key of the tenant, be it the last one: a new one opens the same sandbox.
    pub async fn revoke_test_key(
        &self,
        tenant: &AuthenticatedTenant,
        key: KeyHandle,
        client_ip: Option<IpAddr>,
    ) -> Result<(), Refusal> {
        let sandbox = self.sandbox_row(tenant).await?;
        let by = (tenant.actor(client_ip), LastManager::Goes);
        let of = (sandbox.id, &sandbox.handle);
        self.secret_keys.revoke_under(of, key, by, tenant.conditions()).await?;
        Ok(())
    }

    /// Returns the tenant's sandbox.
    pub async fn sandbox(&self, tenant: &AuthenticatedTenant) -> Result<TenantProfile, Refusal> {
        Ok(self.profile_of(&self.sandbox_row(tenant).await?))
    }

    async fn sandbox_row(&self, tenant: &AuthenticatedTenant) -> Result<Tenant, Refusal> {
        if tenant.is_sandbox() {
            return Err(Refusal::AlreadySandbox);
        }
        self.store.sandbox_of(tenant.id()).await?.ok_or(Refusal::NoSandbox)
    }
}
