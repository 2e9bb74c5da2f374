//! Receipt: the proof of a verification, for a backend that was not there.

use serde_json::{Map, Value};

use crate::crypto::receipt::{self, Receipt};
use crate::domain::address::Address;
use crate::domain::challenges::challenge::Challenge;
use crate::domain::challenges::details::BoundFields;
use crate::domain::tenants::tenant::TenantHandle;
use crate::store::{StoreError, Verified};

use super::{Refusal, Services, VerifyRequest, payload};

impl Services {
    /// Checks an answer. With the right one comes the challenge, and a receipt that says who answered
    /// what for whom. All of that comes with the decision: nothing is left that could fail.
    pub async fn proved(&self, request: VerifyRequest<'_>) -> Result<(Challenge, String), Refusal> {
        let bound = request.bound.clone();
        let verified = self.verify(request).await?;
        let receipt = self.receipt(&verified, &bound);
        receipt.map(|receipt| (verified.challenge, receipt)).ok_or(Refusal::Store(StoreError::Unavailable))
    }

    /// `None` when the message of the challenge was altered or moved in the store.
    fn receipt(&self, verified: &Verified, bound: &BoundFields) -> Option<String> {
        let owner = (verified.binding.tenant, verified.binding.challenge);
        let recipient = payload::recipient(&self.keyring, owner, &verified.payload)?;
        Some(self.sign_receipt(&verified.tenant, &verified.challenge, &recipient, bound))
    }

    /// Signs that `recipient` has answered this challenge of `tenant`.
    pub(super) fn sign_receipt(
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
            channel: challenge.channel,
            key: key.as_str(),
            nonce: details.nonce(),
            bind: bind.as_ref(),
            metadata: (!metadata.is_empty()).then_some(&metadata),
        };
        self.keyring.issue_receipt(&self.rules.receipts, &receipt, self.clock.wall())
    }
}
