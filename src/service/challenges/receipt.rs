//! Receipts: the proof of a verification, for backends that did not take part in it.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::crypto::keyring::Keyring;
use crate::crypto::receipt;
use crate::crypto::receipt::Receipt;
use crate::crypto::shareable_key::Codec;
use crate::domain::address::Address;
use crate::domain::challenges::challenge::Challenge;
use crate::domain::challenges::details::BoundFields;
use crate::domain::tenants::tenant::TenantHandle;
use crate::domain::time::Clock;
use crate::service::parts::Parts;
use crate::service::rules::Rules;
use crate::store::Verified;

use super::payload;

/// Signs receipts.
pub struct Receipts {
    keyring: Arc<Keyring>,
    codec: Codec,
    clock: Arc<dyn Clock>,
    rules: Arc<Rules>,
}

impl Receipts {
    pub(in crate::service) fn new(parts: &Parts) -> Self {
        Self {
            keyring: Arc::clone(&parts.keyring),
            codec: parts.keyring.shareable_keys(),
            clock: Arc::clone(&parts.clock),
            rules: Arc::clone(&parts.rules),
        }
    }
}

impl Receipts {
    /// Returns the receipt of a verification; `None` if the message of the challenge was altered or
    /// moved in the store.
    pub(super) fn of(&self, verified: &Verified, bound: &BoundFields) -> Option<String> {
        let owner = (verified.binding.tenant, verified.binding.challenge);
        let recipient = payload::recipient(&self.keyring, owner, &verified.payload)?;
        Some(self.sign(&verified.tenant, &verified.challenge, &recipient, bound))
    }

    /// Signs that `recipient` has answered this challenge of `tenant`.
    pub(super) fn sign(
        &self,
        tenant: &TenantHandle,
        challenge: &Challenge,
        recipient: &Address,
        bound: &BoundFields,
    ) -> String {
        let details = &challenge.details;
        let metadata: Map<String, Value> = details
            .metadata()
            .iter()
            .map(|(name, value)| (name.clone(), Value::from(value.as_str())))
            .collect();
        let (bind, key) = (receipt::bind_hash(bound), self.codec.encode(challenge.id));
        let receipt = Receipt {
            tenant,
            recipient: recipient.as_str(),
            purpose: &challenge.purpose,
            channel: challenge.channel.as_str(),
            key: key.as_str(),
            nonce: details.nonce(),
            bind: bind.as_ref(),
            metadata: (!metadata.is_empty()).then_some(&metadata),
        };
        self.keyring.issue_receipt(&self.rules.receipts, &receipt, self.clock.wall())
    }
}
