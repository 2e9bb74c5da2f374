//! Idempotency: a repeated request gets the same response and is not carried out again.
//!
//! The store remembers what a request changed in the transaction that changes it, so a retry finds
//! it whatever happened in between. The response is added afterwards. If the server dies before
//! that, the response is rebuilt from the challenge, and only the receipt is lost, because the
//! recipient that it names has been erased by then.
//!
//! A node knows which requests it is carrying out itself, and refuses a second one with the same
//! key before it costs anything. Another node sees the decision, and which node made it. Until the
//! response is stored, it waits for that node, at most for as long as a request can take.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use secrecy::SecretString;
use zeroize::Zeroizing;

use crate::crypto::keyring::Keyring;
use crate::domain::challenges::idempotency::{Once, RequestOutcome, SECRET_LIFETIME};
use crate::domain::id::TenantId;
use crate::domain::node::Node;
use crate::domain::random::Entropy;
use crate::domain::secret::{RequestDigest, Sealed};
use crate::domain::time::Clock;
use crate::service::parts::Parts;
use crate::service::refusal::Refusal;
use crate::service::rules::Rules;
use crate::service::tenants::authenticated::AuthenticatedTenant;
use crate::store::{KeptResponse, Store};

use super::conditions::place;
use super::requester::Requester;

type RunningKey = (TenantId, RequestDigest);

/// The idempotent requests that this node is carrying out.
#[derive(Clone, Default)]
struct RunningSet(Arc<Mutex<HashSet<RunningKey>>>);

/// An idempotent request that is being carried out. Dropping it admits the next one with its key.
pub struct RunningRequest {
    set: RunningSet,
    keys: Vec<RunningKey>,
}

impl RunningSet {
    /// Enters a request under all of its keys, so that one from before a key rotation excludes one
    /// from after it.
    fn enter(&self, tenant: TenantId, keys: impl Iterator<Item = RequestDigest>) -> Option<RunningRequest> {
        let keys: Vec<_> = keys.map(|key| (tenant, key)).collect();
        let mut running = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if keys.iter().any(|key| running.contains(key)) {
            return None;
        }
        running.extend(keys.iter().copied());
        Some(RunningRequest { set: self.clone(), keys })
    }
}

impl Drop for RunningRequest {
    fn drop(&mut self) {
        let mut running = self.set.0.lock().unwrap_or_else(PoisonError::into_inner);
        for key in &self.keys {
            running.remove(key);
        }
    }
}

/// The record of a request that was carried out before.
#[derive(Debug)]
pub struct Recalled {
    /// What it changed.
    pub outcome: RequestOutcome,
    /// The response body, without a receipt, if it could be stored.
    pub response: Option<String>,
    /// The receipt in the response as long as it is valid, or the secret as long as it is repeated.
    pub passing: Option<Passing>,
    /// Whether there was one, which is not repeated any more.
    pub has_lost_it: bool,
}

/// What of a response is kept for a short time only.
#[derive(Debug)]
pub enum Passing {
    /// The receipt.
    Receipt(String),
    /// The whole body, which has a secret.
    Body(SecretString),
    /// The fields with the secret, as JSON: the body could not be kept.
    Fields(SecretString),
}

/// What to keep of a response.
#[derive(Clone, Copy)]
pub enum Kept<'a> {
    /// The body, and the receipt that was taken from it.
    Body(&'a str, Option<&'a str>),
    /// A body with a secret, for a short time.
    Secret(&'a str),
}

/// Begins a kept body with a secret. Fields begin with a brace, and receipts with a letter.
const WHOLE: char = '=';

/// The store of idempotent requests.
pub struct Idempotency {
    node: Node,
    store: Arc<dyn Store>,
    keyring: Arc<Keyring>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    rules: Arc<Rules>,
    running: RunningSet,
}

impl Idempotency {
    pub(in crate::service) fn new(parts: &Parts) -> Self {
        Self {
            node: parts.node,
            store: Arc::clone(&parts.store),
            keyring: Arc::clone(&parts.keyring),
            clock: Arc::clone(&parts.clock),
            entropy: Arc::clone(&parts.entropy),
            rules: Arc::clone(&parts.rules),
            running: RunningSet::default(),
        }
    }
}

impl Idempotency {
    /// Computes the digests by which a request is recognised: of its idempotency key within the
    /// route, and of the whole request.
    pub fn once(&self, by: &Requester, route: &str, key: &str, asked: (&str, &[u8])) -> Once {
        let digests = |parts| self.keyring.request_digests(by.owner, parts);
        let keys = digests([b"key", route.as_bytes(), key.as_bytes()]);
        let mut pairs = keys.into_iter().zip(digests([b"request", asked.0.as_bytes(), asked.1]));
        let Some((key, fingerprint)) = pairs.next() else { unreachable!("a keyring has a key in use") };
        Once { key, fingerprint, others: pairs.collect(), event: None, secret: None }
    }

    /// Computes the same for a request whose answer may have a secret: it is the same request only
    /// with the same credential.
    pub fn once_with_credential(&self, by: &Requester, route: &str, key: &str, asked: (&str, &[u8])) -> Once {
        let whose = format!("{}\0{}", by.credential, asked.0);
        self.once(by, route, key, (&whose, asked.1))
    }

    /// Begins a request, unless one with the same key is running.
    pub fn begin(&self, by: &Requester, once: &Once) -> Result<RunningRequest, Refusal> {
        self.running.enter(by.owner, once.keys()).ok_or(Refusal::StillRunning)
    }

    /// Returns the result of this request, if it was carried out before.
    pub async fn recall(&self, by: &Requester, once: &Once) -> Result<Option<Recalled>, Refusal> {
        let now = self.clock.now();
        for (key, fingerprint) in once.pairs() {
            let Some(remembered) = self.store.recall(by.owner, key, now).await? else { continue };
            if remembered.fingerprint != fingerprint {
                return Err(Refusal::KeyReused);
            }
            if remembered.held.is_some_and(|(node, until)| node != self.node && until > now) {
                return Err(Refusal::StillRunning);
            }
            let open = |column, sealed: Option<Sealed>| self.open_kept(by.owner, key, column, &sealed?);
            return Ok(Some(Recalled {
                outcome: remembered.outcome,
                response: open("response", remembered.response),
                passing: open("receipt", remembered.receipt).map(Passing::parse),
                has_lost_it: remembered.has_lost_receipt,
            }));
        }
        Ok(None)
    }

    /// Returns whether this request was carried out before, whatever came of its response.
    pub(in crate::service) async fn is_known(
        &self,
        tenant: &AuthenticatedTenant,
        once: &Once,
    ) -> Result<bool, Refusal> {
        let now = self.clock.now();
        for (key, fingerprint) in once.pairs() {
            match self.store.recall(tenant.id(), key, now).await? {
                None => {}
                Some(remembered) if remembered.fingerprint == fingerprint => return Ok(true),
                Some(_) => return Err(Refusal::KeyReused),
            }
        }
        Ok(false)
    }

    /// Returns what a request changed that was carried out before, whatever came of its response.
    pub(in crate::service) async fn outcome(
        &self,
        tenant: &AuthenticatedTenant,
        once: &Once,
    ) -> Result<Option<RequestOutcome>, Refusal> {
        let now = self.clock.now();
        for key in once.keys() {
            if let Some(remembered) = self.store.recall(tenant.id(), key, now).await? {
                return Ok(Some(remembered.outcome));
            }
        }
        Ok(None)
    }

    /// Stores the response: the body for as long as the request is remembered, the receipt for as
    /// long as it is valid, a secret for a short time. If this fails, a later retry lacks the
    /// receipt and nothing else.
    pub async fn keep_response(&self, by: &Requester, once: &Once, kept: Kept<'_>) {
        let seal = |column, text: &str| {
            self.keyring.seal(&place(by.owner, once.key, column), text.as_bytes(), self.entropy.as_ref())
        };
        let now = self.clock.now();
        let kept = match kept {
            Kept::Body(body, receipt) => {
                let until = now + self.rules.receipts.lifetime();
                let receipt = receipt.map(|receipt| (seal("receipt", receipt), until));
                KeptResponse { response: Some(seal("response", body)), receipt }
            }
            Kept::Secret(body) => {
                let whole = Zeroizing::new(format!("{WHOLE}{body}"));
                let receipt = Some((seal("receipt", &whole), now + SECRET_LIFETIME));
                KeptResponse { response: None, receipt }
            }
        };
        if let Err(error) = self.store.keep_response(by.owner, once.key, kept).await {
            tracing::warn!(%error, "a response could not be kept for a retry");
        }
    }

    /// Opens a stored part. Returns `None` also for a value that was altered or moved in the store:
    /// it is treated as not stored.
    fn open_kept(
        &self,
        tenant: TenantId,
        key: RequestDigest,
        column: &str,
        sealed: &Sealed,
    ) -> Option<String> {
        let text = self.keyring.open_sealed(&place(tenant, key, column), sealed).ok()?;
        String::from_utf8(text.to_vec()).ok()
    }
}

impl Passing {
    fn parse(text: String) -> Self {
        match text.strip_prefix(WHOLE) {
            Some(body) => Self::Body(body.into()),
            None if text.starts_with('{') => Self::Fields(text.into()),
            None => Self::Receipt(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_free_again_when_its_request_has_ended() {
        let set = RunningSet::default();
        let key = RequestDigest([1; 32]);
        let enter = |tenant, keys: &[RequestDigest]| set.enter(TenantId(tenant), keys.iter().copied());
        let running = enter(1, &[key]);
        assert!(running.is_some() && enter(1, &[key]).is_none());
        assert!(enter(1, &[RequestDigest([2; 32]), key]).is_none(), "the same one after a rotation");
        assert!(enter(2, &[key]).is_some(), "another tenant's");
        drop(running);
        assert!(enter(1, &[RequestDigest([2; 32]), key]).is_some());
    }
}
