//! Receipt: the proof of a verification, for a backend that was not there.

use serde_json::{Map, Value};

use crate::crypto::receipt::{self, Receipt};
use crate::domain::challenge::Challenge;
use crate::domain::details::BoundFields;
use crate::store::{StoreError, Verified};

use super::{AuthenticatedTenant, Refusal, Services, VerifyRequest, payload};

impl Services {
    /// Checks an answer for `tenant`. With the right one comes the challenge, and a receipt that
    /// says who answered what for whom.
    pub async fn verify_for(
        &self,
        tenant: &AuthenticatedTenant,
        request: VerifyRequest<'_>,
    ) -> Result<(Challenge, String), Refusal> {
        let bound = request.bound.clone();
        let verified = self.verify(VerifyRequest { tenant: Some(tenant), ..request }).await?;
        let challenge = self.challenge_with(tenant, verified.binding.challenge, None).await?;
        let receipt = self.receipt(tenant, &verified, &challenge, &bound);
        receipt.map(|receipt| (challenge, receipt)).ok_or(Refusal::Store(StoreError::Unavailable))
    }

    /// `None` when the message of the challenge was altered or moved in the store.
    fn receipt(
        &self,
        tenant: &AuthenticatedTenant,
        verified: &Verified,
        challenge: &Challenge,
        bound: &BoundFields,
    ) -> Option<String> {
        let recipient = payload::recipient(&self.keyring, verified)?;
        let details = &challenge.details;
        let metadata: Map<String, Value> = details
            .metadata()
            .iter()
            .map(|(name, value)| (name.clone(), Value::from(value.as_str())))
            .collect();
        let (bind, key) = (receipt::bind_hash(bound), self.codec.encode(challenge.id));
        let receipt = Receipt {
            tenant: tenant.handle(),
            recipient: recipient.as_str(),
            purpose: &challenge.purpose,
            channel: challenge.channel,
            key: key.as_str(),
            nonce: details.nonce(),
            bind: bind.as_ref(),
            metadata: (!metadata.is_empty()).then_some(&metadata),
        };
        Some(self.keyring.issue_receipt(&self.rules.receipts, &receipt, self.clock.now()))
    }
}
