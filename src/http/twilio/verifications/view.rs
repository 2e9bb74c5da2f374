//! Verifications and checks in answers.

use serde_json::{Value, json};

use crate::domain::challenges::challenge::ChallengeStatus;
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::id::TenantId;
use crate::domain::time::Timestamp;
use crate::service::{CheckedAnswer, SeenVerification, Services, VerifyService};

/// What the objects of a service's verifications have in common.
pub(super) struct View<'a> {
    pub(super) services: &'a Services,
    pub(super) tenant: TenantId,
    pub(super) service: &'a VerifyService,
    pub(super) base: String,
    pub(super) amount: Option<String>,
    pub(super) payee: Option<String>,
}

impl View<'_> {
    /// Returns the object of a verification.
    pub(super) fn verification(&self, seen: &SeenVerification) -> Value {
        let sids = &self.services.sids;
        let sid = sids.verification(seen.challenge.id);
        let numbered = (1_u8..).zip(&seen.deliveries);
        let attempts = numbered.map(|(number, delivery)| {
            json!({
                "time": delivery.queued_at,
                "channel": channel(delivery.channel).to_ascii_uppercase(),
                "attempt_sid": sids.send_attempt(seen.challenge.id, number),
            })
        });
        let mut object = self.common(seen, seen.status);
        object["lookup"] = json!({});
        object["send_code_attempts"] = attempts.collect();
        object["sna"] = Value::Null;
        object["url"] = format!("{}/Services/{}/Verifications/{sid}", self.base, self.service.sid).into();
        object
    }

    /// Returns the object of a check.
    pub(super) fn check(&self, checked: &CheckedAnswer) -> Value {
        let mut object = self.common(&checked.seen, checked.seen.status);
        object["sna_attempts_error_codes"] = json!([]);
        object
    }

    fn common(&self, seen: &SeenVerification, status: ChallengeStatus) -> Value {
        let (sids, challenge) = (&self.services.sids, &seen.challenge);
        let clear = seen.to.as_ref().map(|to| to.as_str().to_owned());
        json!({
            "sid": sids.verification(challenge.id),
            "service_sid": self.service.sid,
            "account_sid": sids.account(self.tenant),
            "to": clear.or_else(|| challenge.to.clone()),
            "channel": channel(challenge.channel),
            "status": word(status),
            "valid": status == ChallengeStatus::Verified,
            "date_created": challenge.minted_at(),
            "date_updated": updated(seen),
            "amount": self.amount,
            "payee": self.payee,
        })
    }
}

/// Returns when something about a verification was last recorded with a time.
fn updated(seen: &SeenVerification) -> Timestamp {
    let deliveries = seen.deliveries.iter();
    let moments = deliveries.flat_map(|delivery| [Some(delivery.queued_at), delivery.at]).flatten();
    moments.chain([seen.challenge.minted_at()]).max().unwrap_or_default()
}

/// Returns the word of the Twilio API for a channel.
const fn channel(channel: ChannelKind) -> &'static str {
    match channel {
        ChannelKind::Voice => "call",
        other => other.as_str(),
    }
}

/// Returns the word of the Twilio API for a status.
const fn word(status: ChallengeStatus) -> &'static str {
    match status {
        ChallengeStatus::Pending => "pending",
        ChallengeStatus::Verified => "approved",
        ChallengeStatus::Canceled => "canceled",
        ChallengeStatus::Exhausted => "max_attempts_reached",
        ChallengeStatus::Expired => "expired",
    }
}
