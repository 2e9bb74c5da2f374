//! The secrets with which identity servers sign.

use std::net::IpAddr;
use std::sync::Arc;

use crate::crypto::Place;
use crate::crypto::hook_secret::HookSecrets;
use crate::crypto::keyring::Keyring;
use crate::domain::conditions::Subject;
use crate::domain::hook::{Product, SignatureScheme, SignedRequest};
use crate::domain::id::{IdGenerator, TenantId};
use crate::domain::random::Entropy;
use crate::domain::reports::actor::Author;
use crate::domain::tenants::credential::Scope;
use crate::domain::tenants::tenant::{TenantHandle, TenantStatus};
use crate::domain::time::{Clock, Timestamp};
use crate::service::keys::sub_keys::SubKeys;
use crate::service::parts::Parts;
use crate::service::refusal::{Refusal, RelayRefusal};
use crate::service::shared::Shared;
use crate::service::tenants::authenticate::Authenticator;
use crate::service::tenants::authenticated::AuthenticatedTenant;
use crate::store::{Hook, Store, StoreError};

/// The secrets of hooks.
pub struct Hooks {
    store: Arc<dyn Store>,
    keyring: Arc<Keyring>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    ids: Arc<IdGenerator>,
    keys: Arc<SubKeys>,
    authenticator: Arc<Authenticator>,
}

/// A hook with a secret, as its tenant sees it.
#[derive(Clone, Debug)]
pub struct HookSecret {
    /// The product.
    pub product: Product,
    /// The last four characters.
    pub hint: String,
    /// When it was set.
    pub created_at: Timestamp,
    /// Drawn whenever it is set.
    pub revision: i64,
}

/// A signed request for a tenant's hook. It has no `Debug`, because its body has a code.
pub struct HookRequest<'a> {
    /// The handle in the path.
    pub tenant: &'a str,
    /// The product.
    pub product: Product,
    /// What is signed, and the signatures.
    pub signed: SignedRequest<'a>,
}

fn place(tenant: TenantId, row: i64) -> Place<'static> {
    Place { table: "hooks", column: "secrets", tenant, row }
}

impl Hooks {
    pub(in crate::service) fn new(parts: &Parts, shared: &Shared, authenticator: Arc<Authenticator>) -> Self {
        Self {
            store: Arc::clone(&parts.store),
            keyring: Arc::clone(&parts.keyring),
            clock: Arc::clone(&parts.clock),
            entropy: Arc::clone(&parts.entropy),
            ids: Arc::clone(&parts.ids),
            keys: Arc::clone(&shared.keys),
            authenticator,
        }
    }

    /// Sets the secrets of a hook: those that the product has made, or a fresh one, which is returned once.
    pub async fn set(
        &self,
        tenant: &AuthenticatedTenant,
        (product, given): (Product, Option<&str>),
        client_ip: Option<IpAddr>,
    ) -> Result<(HookSecret, Option<HookSecrets>), Refusal> {
        let scheme = product.signature().ok_or(RelayRefusal::UnknownHook)?;
        let (secrets, is_fresh) = match (given, scheme) {
            (Some(text), _) => {
                (HookSecrets::parse(scheme, text).map_err(|_| RelayRefusal::WrongSecret)?, false)
            }
            (None, SignatureScheme::StandardWebhooks) => (HookSecrets::generate(self.entropy.as_ref()), true),
            // It makes its own and takes no other.
            (None, SignatureScheme::Zitadel) => return Err(RelayRefusal::WrongSecret.into()),
        };
        let now = self.clock.now();
        let store = self.changing(tenant, product);
        let (id, by, tenant) = (self.ids.next(now), tenant.actor(client_ip), tenant.id());
        let sealed =
            self.keyring.seal(&place(tenant, id), secrets.expose().as_bytes(), self.entropy.as_ref());
        let hint = secrets.hint();
        let hook = Hook { id, tenant, product, secrets: sealed, hint: hint.clone(), created_at: now };
        store.set_hook(hook, by).await?;
        Ok((HookSecret { product, hint, created_at: now, revision: id }, is_fresh.then_some(secrets)))
    }

    /// Returns a tenant's hook, if it has a secret.
    pub async fn find(&self, tenant: &AuthenticatedTenant, product: Product) -> Result<HookSecret, Refusal> {
        let found = self.store.hook(tenant.id(), product).await?.ok_or(RelayRefusal::UnknownHook)?;
        Ok(HookSecret { product, hint: found.hint, created_at: found.created_at, revision: found.id })
    }

    /// Deletes the secrets of a hook. What they sign is refused from now on.
    pub async fn delete(
        &self,
        tenant: &AuthenticatedTenant,
        product: Product,
        client_ip: Option<IpAddr>,
    ) -> Result<(), Refusal> {
        let done = (tenant.actor(client_ip), self.clock.now());
        let is_deleted = self.changing(tenant, product).delete_hook(tenant.id(), product, done).await?;
        is_deleted.then_some(()).ok_or(RelayRefusal::UnknownHook.into())
    }

    /// Returns the store for a change of a hook.
    fn changing(&self, tenant: &AuthenticatedTenant, product: Product) -> Arc<dyn Store> {
        tenant.conditions().over(&self.store).of(tenant.id(), Subject::Hook(product)).store()
    }

    /// Returns the tenant whose secret has signed a request. It may relay, and nothing else. Whether there is no
    /// such tenant, no secret or a wrong signature is not told.
    pub async fn prove(&self, request: &HookRequest<'_>) -> Result<AuthenticatedTenant, Refusal> {
        let scheme = request.product.signature().ok_or(Refusal::UnknownSecretKey)?;
        let now = self.clock.now();
        let handle = TenantHandle::parse(request.tenant).ok_or(Refusal::UnknownSecretKey)?;
        let found = self.store.tenant_by_handle(handle, now).await?.map(|(tenant, _)| tenant);
        let tenant = found.filter(|tenant| tenant.status == TenantStatus::Active);
        // Where there is no tenant or no secret, all the same is done, so that the time tells nothing.
        let of = tenant.as_ref().map_or(TenantId(-1), |tenant| tenant.id);
        let hook = self.store.hook(of, request.product).await?;
        let secrets = match &hook {
            Some(hook) => self.open(hook, scheme).await?,
            None => HookSecrets::generate(self.entropy.as_ref()),
        };
        // The product compares with its own clock.
        let is_proved = secrets.prove(scheme, &request.signed, self.clock.wall());
        let tenant = tenant.filter(|_| is_proved && hook.is_some()).ok_or(Refusal::UnknownSecretKey)?;
        let scopes = [Scope::Relay].into_iter().collect();
        let tenant = self.authenticator.authenticated(tenant, scopes).await?;
        Ok(tenant.acted_for_by(Author::Hook(request.product)))
    }

    /// Opens the secrets of a hook. A key that another process has made may have to be loaded first.
    async fn open(&self, hook: &Hook, scheme: SignatureScheme) -> Result<HookSecrets, Refusal> {
        if self.keyring.is_of_unknown_version(&hook.secrets) {
            self.keys.refresh_missing().await;
        }
        let opened = self.keyring.open_sealed(&place(hook.tenant, hook.id), &hook.secrets).ok();
        let text = opened.as_ref().and_then(|bytes| std::str::from_utf8(bytes).ok());
        text.and_then(|text| HookSecrets::parse(scheme, text).ok()).ok_or_else(|| {
            tracing::error!(product = hook.product.as_str(), "the secret of a hook does not open");
            Refusal::Store(StoreError::Unavailable)
        })
    }
}
