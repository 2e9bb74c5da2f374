// SPDX-License-Identifier: MIT

//! Receipts, checked by their signature without a call for each.

mod bind;
mod keys;
mod parts;

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use jiff::{SignedDuration, Timestamp};

pub use self::bind::bind_hash;
use self::keys::{FetchedKeys, Keys};
pub use self::parts::Claims;
use crate::error::Error;
use crate::transport::{Connection, now};
use crate::types::Fields;

/// Why a receipt proves nothing here. It is not quoted, as it names its recipient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[expect(missing_docs, reason = "they say what they are")]
pub enum Fault {
    Malformed,
    WrongType,
    WrongAlgorithm,
    UnknownKey,
    WrongSignature,
    WrongIssuer,
    WrongAudience,
    Expired,
    FromTheFuture,
    WrongPurpose,
    WrongNonce,
    WrongChallenge,
    WrongBind,
    /// The keys could not be fetched, so nothing is known about the receipt.
    KeysUnavailable,
    /// A mistake of the caller's: neither a purpose, nor a nonce or key was expected.
    NothingExpected,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the receipt is refused: {self:?}")
    }
}

impl std::error::Error for Fault {}

/// What a receipt has to be for. The nonce of the mint or the key of the challenge ties it to one session: one of them
/// is needed.
#[derive(Clone, Debug, Default)]
pub struct Expected {
    purpose: String,
    nonce: Option<String>,
    key: Option<String>,
    bind: Fields,
}

impl Expected {
    /// With the nonce of the mint.
    pub fn nonce(purpose: impl Into<String>, nonce: impl Into<String>) -> Self {
        Self { purpose: purpose.into(), nonce: Some(nonce.into()), ..Self::default() }
    }

    /// With the key of the challenge.
    pub fn key(purpose: impl Into<String>, key: impl Into<String>) -> Self {
        Self { purpose: purpose.into(), key: Some(key.into()), ..Self::default() }
    }

    /// And with what was bound, from the transaction that you are about to execute.
    #[must_use]
    pub fn bind(mut self, name: impl Into<String>, text: impl Into<String>) -> Self {
        self.bind.insert(name.into(), text.into());
        self
    }
}

type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Checks receipts of one tenant. Many tasks may use it at once.
pub struct ReceiptVerifier {
    keys: Keys,
    audience: String,
    issuer: String,
    tolerance: SignedDuration,
    clock: Clock,
}

impl ReceiptVerifier {
    /// With a copy of the set of keys, for a backend that makes no calls.
    ///
    /// # Errors
    ///
    /// [`Kind::Misuse`](crate::Kind::Misuse) for what is no set of keys, and for an empty audience.
    pub fn offline(jwks: &[u8], audience: &str) -> Result<Self, Error> {
        let keys = keys::parse(jwks).ok_or_else(|| Error::misuse("This is not a set of keys"))?;
        Self::with(Keys::Fixed(keys), audience)
    }

    pub(crate) fn over(connection: Connection, audience: &str) -> Result<Self, Error> {
        Self::with(Keys::Fetched(FetchedKeys::new(connection)), audience)
    }

    fn with(keys: Keys, audience: &str) -> Result<Self, Error> {
        if audience.is_empty() {
            return Err(Error::misuse("The audience must be your tenant's handle"));
        }
        let (audience, issuer) = (audience.to_owned(), "otpmint".to_owned());
        Ok(Self { keys, audience, issuer, tolerance: SignedDuration::from_secs(10), clock: Arc::new(now) })
    }

    /// The server's setting `receipts.issuer`; `otpmint` by default.
    #[must_use]
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.issuer = issuer.into();
        self
    }

    /// By how many seconds the clocks may differ; 10 by default.
    #[must_use]
    pub fn tolerance(mut self, seconds: u32) -> Self {
        self.tolerance = SignedDuration::from_secs(seconds.into());
        self
    }

    /// Another clock than that of this machine.
    #[must_use]
    pub fn clock(mut self, clock: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// The claims of a receipt that is good for this. If it must be good only once, remember `id` until `expires_at`.
    ///
    /// # Errors
    ///
    /// What is wrong with it, or [`Fault::KeysUnavailable`].
    pub async fn verify(&self, receipt: &str, expected: &Expected) -> Result<Claims, Fault> {
        // A session that has lost its nonce must not accept a receipt without one.
        let is_given = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.is_empty());
        if expected.purpose.is_empty() || !(is_given(&expected.nonce) || is_given(&expected.key)) {
            return Err(Fault::NothingExpected);
        }
        let parts = parts::take_apart(receipt)?;
        let key = self.keys.find(&parts.kid, (self.clock)()).await?.ok_or(Fault::UnknownKey)?;
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key)
            .verify(parts.signed.as_bytes(), &parts.signature)
            .map_err(|_| Fault::WrongSignature)?;
        self.check(&parts.claims)?;
        compare(&parts.claims, expected)?;
        Ok(parts.claims)
    }

    fn check(&self, claims: &Claims) -> Result<(), Fault> {
        let now = (self.clock)();
        let later = |time: Timestamp| time.checked_add(self.tolerance).unwrap_or(Timestamp::MAX);
        match () {
            () if claims.issuer != self.issuer => Err(Fault::WrongIssuer),
            () if claims.audience != self.audience => Err(Fault::WrongAudience),
            () if now >= later(claims.expires_at) => Err(Fault::Expired),
            () if claims.issued_at > later(now) => Err(Fault::FromTheFuture),
            () => Ok(()),
        }
    }
}

impl fmt::Debug for ReceiptVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ReceiptVerifier").field(&self.audience).finish()
    }
}

fn compare(claims: &Claims, expected: &Expected) -> Result<(), Fault> {
    // A receipt for one transaction is none for anything else, so what was bound cannot be left out either.
    let hash = (!expected.bind.is_empty()).then(|| bind_hash(&expected.bind));
    match () {
        () if claims.purpose != expected.purpose => Err(Fault::WrongPurpose),
        () if expected.nonce.is_some() && claims.nonce != expected.nonce => Err(Fault::WrongNonce),
        () if expected.key.as_ref().is_some_and(|key| *key != claims.id) => Err(Fault::WrongChallenge),
        () if claims.bind != hash => Err(Fault::WrongBind),
        () => Ok(()),
    }
}
