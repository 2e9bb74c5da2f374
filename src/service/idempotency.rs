//! Idempotency: a request that comes again is answered again and not carried out again.
//!
//! The store remembers what a request changed in the transaction that changes it, so a retry finds
//! that whatever happened in between. What was answered is added after: should the server die
//! before, the answer is made again from the challenge, and only the receipt is lost, because the
//! recipient that it names has been erased by then.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use crate::crypto::Place;
use crate::domain::challenge::Challenge;
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::idempotency::{Once, Outcome};
use crate::domain::secret::{RequestDigest, Sealed};
use crate::store::KeptAnswer;

use super::{AuthenticatedTenant, Refusal, Services};

type RunningKey = (TenantId, RequestDigest);

/// The requests that are being carried out and may be repeated.
#[derive(Clone, Default)]
pub(super) struct RunningSet(Arc<Mutex<HashSet<RunningKey>>>);

/// A request that is being carried out. Dropping it lets the next one with its key in.
pub struct Running {
    set: RunningSet,
    key: RunningKey,
}

impl RunningSet {
    fn enter(&self, key: RunningKey) -> Option<Running> {
        let mut running = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        running.insert(key).then(|| Running { set: self.clone(), key })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.set.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
    }
}

/// What is known of a request that was carried out before.
#[derive(Debug)]
pub struct Recalled {
    /// What it changed.
    pub outcome: Outcome,
    /// The body that was answered, without a receipt, if it could be kept.
    pub answer: Option<String>,
    /// The receipt that was answered, as long as it is valid.
    pub receipt: Option<String>,
}

impl Services {
    /// What a request of `tenant` is recognised by: the key that it came with, within its route,
    /// and everything that it asks.
    pub fn once(&self, tenant: &AuthenticatedTenant, route: &str, key: &str, asked: (&str, &[u8])) -> Once {
        let digest = |parts| self.keyring.request_digest(tenant.id(), parts);
        Once {
            key: digest([b"key", route.as_bytes(), key.as_bytes()]),
            fingerprint: digest([b"request", asked.0.as_bytes(), asked.1]),
        }
    }

    /// Begins a request, unless one with the same key is running.
    pub fn begin(&self, tenant: &AuthenticatedTenant, once: &Once) -> Result<Running, Refusal> {
        self.running.enter((tenant.id(), once.key)).ok_or(Refusal::StillRunning)
    }

    /// What came of this request when it was carried out before, if it was.
    pub async fn recall(
        &self,
        tenant: &AuthenticatedTenant,
        once: &Once,
    ) -> Result<Option<Recalled>, Refusal> {
        let found = self.store.recall(tenant.id(), once.key, self.clock.now()).await?;
        let Some(remembered) = found else { return Ok(None) };
        if remembered.fingerprint != once.fingerprint {
            return Err(Refusal::KeyReused);
        }
        let open = |column, sealed: Option<Sealed>| self.open_kept(tenant, once, column, &sealed?);
        Ok(Some(Recalled {
            outcome: remembered.outcome,
            answer: open("answer", remembered.answer),
            receipt: open("receipt", remembered.receipt),
        }))
    }

    /// The challenge of a request whose answer could not be kept.
    pub async fn recalled_challenge(
        &self,
        tenant: &AuthenticatedTenant,
        id: ChallengeId,
    ) -> Result<Challenge, Refusal> {
        self.challenge_with(tenant.id(), id, None).await
    }

    /// Keeps what was answered: the body for as long as the request is remembered, the receipt for
    /// as long as it is valid. A failure costs a later retry the receipt and nothing else.
    pub async fn keep_answer(
        &self,
        tenant: &AuthenticatedTenant,
        once: &Once,
        answer: &str,
        receipt: Option<&str>,
    ) {
        let seal = |column, text: &str| {
            self.keyring.seal(&place(tenant, once, column), text.as_bytes(), self.entropy.as_ref())
        };
        let until = self.clock.now() + self.rules.receipts.lifetime();
        let kept = KeptAnswer {
            answer: seal("answer", answer),
            receipt: receipt.map(|receipt| (seal("receipt", receipt), until)),
        };
        if let Err(error) = self.store.keep_answer(tenant.id(), once.key, kept).await {
            tracing::warn!(%error, "an answer could not be kept for a retry");
        }
    }

    /// `None` also for what was altered or moved in the store: then there is no kept answer.
    fn open_kept(
        &self,
        tenant: &AuthenticatedTenant,
        once: &Once,
        column: &str,
        sealed: &Sealed,
    ) -> Option<String> {
        let text = self.keyring.open_sealed(&place(tenant, once, column), sealed).ok()?;
        String::from_utf8(text.to_vec()).ok()
    }
}

/// The row has no number of its own; a part of its key serves as well to tell it from others.
fn place<'a>(tenant: &AuthenticatedTenant, once: &Once, column: &'a str) -> Place<'a> {
    let [a, b, c, d, e, f, g, h, ..] = once.key.0;
    let row = i64::from_be_bytes([a, b, c, d, e, f, g, h]);
    Place { table: "idempotency", column, tenant: tenant.id(), row }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_free_again_when_its_request_has_ended() {
        let set = RunningSet::default();
        let key = (TenantId(1), RequestDigest([1; 32]));
        let running = set.enter(key);
        assert!(running.is_some() && set.enter(key).is_none());
        assert!(set.enter((TenantId(2), key.1)).is_some(), "another tenant's");
        drop(running);
        assert!(set.enter(key).is_some());
    }
}
