//! Webhooks in answers.

use serde_json::{Value, json};

use crate::domain::sid::{Sid, SidKind};
use crate::domain::webhooks::webhook::Webhook;
use crate::service::{AuthenticatedTenant, Services, VerifyService};

use super::body::word;

/// What the objects of a service's webhooks have in common.
pub(super) struct View<'a> {
    pub(super) services: &'a Services,
    pub(super) tenant: &'a AuthenticatedTenant,
    pub(super) service: &'a VerifyService,
    pub(super) base: String,
}

impl View<'_> {
    /// Returns the sid of a webhook.
    pub(super) fn sid(&self, webhook: &Webhook) -> Sid {
        self.services.sids.named(SidKind::Webhook, self.tenant.handle(), &[webhook.handle.as_str()])
    }

    /// Returns the object of a webhook.
    pub(super) fn webhook(&self, webhook: &Webhook) -> Value {
        let sid = self.sid(webhook);
        let events: Vec<_> = webhook.events.iter().map(word).collect();
        json!({
            "sid": sid,
            "service_sid": self.service.sid,
            "account_sid": self.services.sids.account(self.tenant.id()),
            "friendly_name": webhook.description,
            "event_types": events,
            "status": if webhook.enabled { "enabled" } else { "disabled" },
            "version": "v2",
            "webhook_url": webhook.url.as_str(),
            "webhook_method": "POST",
            "date_created": webhook.created_at,
            "date_updated": webhook.created_at,
            "url": format!("{}/Services/{}/Webhooks/{sid}", self.base, self.service.sid),
        })
    }
}
