//! The interface to what is kept of a login.

use secrecy::SecretString;

use crate::domain::BoxFuture;
use crate::domain::id::TenantId;
use crate::domain::tenants::oauth::{LoginId, TokenRefusal};
use crate::domain::time::Timestamp;

/// The owner of a login.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct LoginOwner {
    /// The tenant.
    pub tenant: TenantId,
    /// The login.
    pub login: LoginId,
}

/// What is kept of a login beside what its owner has written.
#[derive(Clone, Debug)]
pub struct KeptLogin {
    /// Grows with every change.
    pub revision: i64,
    /// The refresh token that has replaced the one of the owner.
    pub refresh_token: Option<SecretString>,
    /// Why no token is asked for.
    pub refused: Option<TokenRefusal>,
}

/// The error for a change that was not kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NotKept {
    /// The login was changed or deleted, or another process has changed what is kept of it.
    Outdated,
    /// The store is not available.
    Unavailable,
}

/// The durable side of logins. Each change depends on the revision that the caller has seen.
pub trait LoginLedger: Send + Sync {
    /// Reads what is kept of a login.
    fn find(&self, owner: LoginOwner) -> BoxFuture<'_, Result<KeptLogin, NotKept>>;

    /// Keeps the refresh token that an issuer has given instead of the former one, and returns the
    /// new revision.
    fn keep_token<'a>(
        &'a self,
        owner: LoginOwner,
        seen: i64,
        token: &'a SecretString,
    ) -> BoxFuture<'a, Result<i64, NotKept>>;

    /// Records that an issuer refuses tokens for good, and tells the tenant.
    fn stop(
        &self,
        owner: LoginOwner,
        seen: i64,
        refusal: TokenRefusal,
        now: Timestamp,
    ) -> BoxFuture<'_, Result<(), NotKept>>;

    /// Records that the issuer gives tokens again.
    fn resume(&self, owner: LoginOwner, seen: i64) -> BoxFuture<'_, Result<(), NotKept>>;
}
