//! The durable side of logins: what is kept of them in the store.

use std::sync::Arc;

use secrecy::{ExposeSecret as _, SecretString};

use crate::crypto::Place;
use crate::crypto::keyring::Keyring;
use crate::delivery::{KeptLogin, LoginLedger, LoginOwner, NotKept};
use crate::domain::BoxFuture;
use crate::domain::random::Entropy;
use crate::domain::tenants::oauth::TokenRefusal;
use crate::domain::time::Timestamp;
use crate::store::{RouteLogin, SeenLogin, Store, StoreError, Verb};

/// The store, as used by logins with OAuth.
pub struct StoreLoginLedger {
    store: Arc<dyn Store>,
    keyring: Arc<Keyring>,
    entropy: Arc<dyn Entropy>,
}

impl StoreLoginLedger {
    /// Creates a ledger over this store and these keys.
    pub fn new(store: Arc<dyn Store>, keyring: Arc<Keyring>, entropy: Arc<dyn Entropy>) -> Self {
        Self { store, keyring, entropy }
    }

    async fn read(&self, owner: LoginOwner) -> Result<KeptLogin, NotKept> {
        let row = self.store.route_login(owner.tenant, owner.login).await.map_err(unavailable)?;
        let RouteLogin { revision, refresh_token, refused, .. } = row.ok_or(NotKept::Outdated)?;
        let open = |sealed| {
            let text = self.keyring.open_sealed(&place(owner), &sealed).ok()?;
            std::str::from_utf8(&text).ok().map(SecretString::from)
        };
        let refresh_token = match refresh_token {
            None => None,
            Some(sealed) => Some(open(sealed).ok_or_else(|| {
                tracing::error!(tenant = owner.tenant.0, "a refresh token cannot be opened");
                NotKept::Unavailable
            })?),
        };
        Ok(KeptLogin { revision, refresh_token, refused: refused.map(|(refusal, _)| refusal) })
    }
}

impl LoginLedger for StoreLoginLedger {
    fn find(&self, owner: LoginOwner) -> BoxFuture<'_, Result<KeptLogin, NotKept>> {
        Box::pin(self.read(owner))
    }

    fn keep_token<'a>(
        &'a self,
        owner: LoginOwner,
        seen: i64,
        token: &'a SecretString,
    ) -> BoxFuture<'a, Result<i64, NotKept>> {
        let entropy = self.entropy.as_ref();
        let sealed = self.keyring.seal(&place(owner), token.expose_secret().as_bytes(), entropy);
        let kept = self.store.keep_refresh_token(of(owner, seen), sealed);
        Box::pin(async move { is_done(kept).await.map(|()| seen + 1) })
    }

    fn stop(
        &self,
        owner: LoginOwner,
        seen: i64,
        refusal: TokenRefusal,
        now: Timestamp,
    ) -> BoxFuture<'_, Result<(), NotKept>> {
        Box::pin(is_done(self.store.stop_login(of(owner, seen), refusal, now)))
    }

    fn resume(&self, owner: LoginOwner, seen: i64) -> BoxFuture<'_, Result<(), NotKept>> {
        Box::pin(is_done(self.store.resume_login(of(owner, seen))))
    }
}

fn place(owner: LoginOwner) -> Place<'static> {
    Place { table: "route_logins", column: "refresh_token", tenant: owner.tenant, row: owner.login.0 }
}

fn of(owner: LoginOwner, revision: i64) -> SeenLogin {
    SeenLogin { tenant: owner.tenant, login: owner.login, revision }
}

async fn is_done(change: Verb<'_, bool>) -> Result<(), NotKept> {
    match change.await.map_err(unavailable)? {
        true => Ok(()),
        false => Err(NotKept::Outdated),
    }
}

fn unavailable(_: StoreError) -> NotKept {
    NotKept::Unavailable
}
