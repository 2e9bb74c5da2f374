//! The conditions under which a request asks for a change. They travel with the authenticated tenant or operator,
//! and the store checks them in the transaction of the change.

use std::sync::Arc;

use zeroize::Zeroizing;

use crate::crypto::Place;
use crate::crypto::keyring::Keyring;
use crate::domain::challenges::idempotency::{Made, Once, RequestOutcome, SECRET_LIFETIME};
use crate::domain::conditions::{Expected, Precondition, Subject};
use crate::domain::id::TenantId;
use crate::domain::random::Entropy;
use crate::domain::secret::RequestDigest;
use crate::domain::time::Timestamp;
use crate::store::{Conditions, OnceRequest, Store};

use super::requester::Requester;

/// The conditions of one request.
#[derive(Clone, Debug, Default)]
pub struct RequestConditions {
    /// The state in which it expects what it changes.
    pub expected: Option<Expected>,
    /// How its repetition is recognised, if it is carried out once.
    pub once: Option<Arc<(Requester, Once)>>,
}

/// Seals the secrets that a request makes, for its repetition.
#[derive(Clone, Copy)]
pub(in crate::service) struct SecretSealer<'a> {
    pub keyring: &'a Keyring,
    pub entropy: &'a dyn Entropy,
    pub now: Timestamp,
}

/// A change that is asked for under conditions.
pub(in crate::service) struct Conditional<'a> {
    conditions: &'a RequestConditions,
    store: &'a Arc<dyn Store>,
    into: Conditions,
}

impl RequestConditions {
    /// Returns the conditions of a change that is made only while this is the revision.
    pub fn while_at(revision: i64) -> Self {
        Self { expected: Some(Expected::OneOf(vec![revision])), once: None }
    }

    /// Begins a change over `store`.
    pub(in crate::service) fn over<'a>(&'a self, store: &'a Arc<dyn Store>) -> Conditional<'a> {
        Conditional { conditions: self, store, into: Conditions::default() }
    }
}

impl Conditional<'_> {
    /// The change is of this subject of a tenant.
    pub(in crate::service) fn of(mut self, tenant: TenantId, subject: Subject) -> Self {
        let expected = self.conditions.expected.clone();
        self.into.precondition = expected.map(|expected| Precondition { tenant, subject, expected });
        self
    }

    /// The change makes this, or what the store decides; with a secret in these fields of the answer, as JSON.
    pub(in crate::service) fn making(
        mut self,
        made: Option<Made>,
        secret: Option<&str>,
        sealer: SecretSealer<'_>,
    ) -> Self {
        self.into.request = self.conditions.once.as_deref().map(|(requester, once)| {
            let tenant = requester.owner;
            let once = with_secret(once.clone(), tenant, secret, sealer);
            OnceRequest { tenant, once, outcome: made.map(RequestOutcome::Made), now: sealer.now }
        });
        self
    }

    /// Returns the store for the change.
    pub(in crate::service) fn store(self) -> Arc<dyn Store> {
        match self.into.precondition.is_none() && self.into.request.is_none() {
            true => Arc::clone(self.store),
            false => self.store.under(self.into),
        }
    }
}

/// Returns the field `secret` of an answer, as JSON.
pub(in crate::service) fn secret_field(secret: &str) -> Zeroizing<String> {
    Zeroizing::new(serde_json::json!({ "secret": secret }).to_string())
}

/// Returns the same request, which makes a secret in these fields of its answer, as JSON.
pub(in crate::service) fn with_secret(
    once: Once,
    tenant: TenantId,
    secret: Option<&str>,
    sealer: SecretSealer<'_>,
) -> Once {
    let seal = |fields: &str| {
        let place = place(tenant, once.key, "receipt");
        let sealed = sealer.keyring.seal(&place, fields.as_bytes(), sealer.entropy);
        (sealed, sealer.now + SECRET_LIFETIME)
    };
    Once { secret: secret.map(seal), ..once }
}

/// Returns the place of a kept part. The row has no number, so a part of its key takes that role.
pub(super) fn place(tenant: TenantId, key: RequestDigest, column: &str) -> Place<'_> {
    let [a, b, c, d, e, f, g, h, ..] = key.0;
    let row = i64::from_be_bytes([a, b, c, d, e, f, g, h]);
    Place { table: "idempotency", column, tenant, row }
}
