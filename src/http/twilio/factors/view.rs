//! Entities, factors and their challenges in answers.

use secrecy::ExposeSecret;
use serde_json::{Value, json};

use crate::domain::factors::factor::FactorStatus;
use crate::domain::factors::identity::Identity;
use crate::domain::sid::{Sid, SidKind};
use crate::domain::time::Timestamp;
use crate::service::{AuthenticatedTenant, Enrolled, FoundFactor, Services, VerifyService};

/// How many periods before and after the present one are accepted.
const SKEW: u8 = 1;

/// What the objects of an entity have in common.
pub(super) struct View<'a> {
    pub(super) services: &'a Services,
    pub(super) tenant: &'a AuthenticatedTenant,
    pub(super) service: &'a VerifyService,
    pub(super) identity: &'a Identity,
    pub(super) base: String,
}

impl View<'_> {
    /// Returns the object of the entity, which has existed since `created`.
    pub(super) fn entity(&self, created: Timestamp) -> Value {
        let url = self.url();
        json!({
            "sid": self.entity_sid(),
            "identity": self.identity.as_str(),
            "account_sid": self.account(),
            "service_sid": self.service.sid,
            "date_created": created,
            "date_updated": created,
            "url": url,
            "links": {
                "factors": format!("{url}/Factors"),
                "new_factors": format!("{url}/Factors"),
                "challenges": format!("{url}/Challenges"),
            },
        })
    }

    /// Returns the object of a factor.
    pub(super) fn factor(&self, found: &FoundFactor) -> Value {
        let factor = &found.factor;
        let sid = self.services.factors.sid(self.tenant, &factor.handle);
        let status = match factor.status() {
            FactorStatus::Active => "verified",
            FactorStatus::Unconfirmed => "unverified",
        };
        json!({
            "sid": sid,
            "account_sid": self.account(),
            "service_sid": self.service.sid,
            "entity_sid": self.entity_sid(),
            "identity": self.identity.as_str(),
            // No name is kept.
            "friendly_name": "",
            "status": status,
            "factor_type": "totp",
            "config": {
                "alg": factor.shape.algorithm().as_str().to_ascii_lowercase(),
                "skew": SKEW,
                "code_length": factor.shape.digits(),
                "time_step": factor.shape.period(),
            },
            "metadata": null,
            "date_created": factor.created_at,
            "date_updated": factor.used_at.max(factor.confirmed_at).unwrap_or(factor.created_at),
            "url": format!("{}/Factors/{sid}", self.url()),
        })
    }

    /// Returns the object of a factor that was just added, with its secret, which is shown only this once.
    pub(super) fn new_factor(&self, enrolled: &Enrolled, friendly_name: &str) -> Value {
        let mut object = self.factor(&enrolled.found);
        object["friendly_name"] = friendly_name.into();
        object["binding"] =
            json!({ "secret": enrolled.secret.expose_secret(), "uri": enrolled.uri.expose_secret() });
        object["options"] = Value::Null;
        object
    }

    /// Returns the object of an answer that was evaluated at `now`.
    pub(super) fn challenge(&self, factor: &FoundFactor, is_right: bool, now: Timestamp) -> Value {
        let handle = &factor.factor.handle;
        let names = [handle.as_str(), &now.as_millis().to_string()];
        let sid = self.services.sids.named(SidKind::FactorChallenge, self.tenant.handle(), &names);
        let url = format!("{}/Challenges/{sid}", self.url());
        json!({
            "sid": sid,
            "account_sid": self.account(),
            "service_sid": self.service.sid,
            "entity_sid": self.entity_sid(),
            "identity": self.identity.as_str(),
            "factor_sid": self.services.factors.sid(self.tenant, handle),
            "date_created": now,
            "date_updated": now,
            "date_responded": is_right.then_some(now),
            "expiration_date": now,
            "status": if is_right { "approved" } else { "pending" },
            "responded_reason": null,
            "details": null,
            "hidden_details": null,
            "metadata": null,
            "factor_type": "totp",
            "url": url,
            "links": { "notifications": format!("{url}/Notifications") },
        })
    }

    fn account(&self) -> Sid {
        self.services.sids.account(self.tenant.id())
    }

    fn entity_sid(&self) -> Sid {
        self.services.sids.named(SidKind::Entity, self.tenant.handle(), &[self.identity.as_str()])
    }

    fn url(&self) -> String {
        let identity: String = form_urlencoded::byte_serialize(self.identity.as_str().as_bytes()).collect();
        // In a path, a plus is a plus.
        let identity = identity.replace('+', "%20");
        format!("{}/Services/{}/Entities/{identity}", self.base, self.service.sid)
    }
}
