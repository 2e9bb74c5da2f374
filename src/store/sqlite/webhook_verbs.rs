//! The verbs about webhooks: each is one closure of the writer, or one read.

use std::time::Duration;

use crate::domain::id::TenantId;
use crate::domain::time::Timestamp;
use crate::domain::webhooks::event::EventId;
use crate::domain::webhooks::webhook::{
    DisabledFor, Tried, Webhook, WebhookDelivery, WebhookHandle, WebhookId,
};
use crate::store::{
    ClaimedWebhook, Queued, SweptWebhooks, Verb, WebhookChange, WebhookDeliveryPage, WebhookRotation,
    WebhookStore,
};

use super::{SqliteStore, posts, webhooks};

impl WebhookStore for SqliteStore {
    fn add_webhook(&self, new: Webhook) -> Verb<'_, bool> {
        self.engine.writer.write(move |group| webhooks::add(group, &new))
    }

    fn webhooks(&self, tenant: TenantId) -> Verb<'_, Vec<Webhook>> {
        self.engine.look(move |connection| webhooks::all(connection, tenant))
    }

    fn webhook(&self, tenant: TenantId, handle: WebhookHandle) -> Verb<'_, Option<Webhook>> {
        self.engine.look(move |connection| webhooks::find(connection, tenant, &handle))
    }

    fn change_webhook(&self, change: WebhookChange, now: Timestamp) -> Verb<'_, Option<Webhook>> {
        self.engine.writer.write(move |group| webhooks::change(group, &change, now))
    }

    fn rotate_webhook(&self, rotation: WebhookRotation, now: Timestamp) -> Verb<'_, bool> {
        self.engine.writer.write(move |group| webhooks::rotate(group, &rotation, now))
    }

    fn delete_webhook(&self, tenant: TenantId, handle: WebhookHandle, now: Timestamp) -> Verb<'_, bool> {
        self.engine.writer.write(move |group| webhooks::delete(group, tenant, &handle, now))
    }

    fn posts(
        &self,
        tenant: TenantId,
        handle: WebhookHandle,
        page: WebhookDeliveryPage,
    ) -> Verb<'_, Option<Vec<WebhookDelivery>>> {
        self.engine.look(move |connection| posts::page(connection, tenant, &handle, page))
    }

    fn replay_post(
        &self,
        tenant: TenantId,
        handle: WebhookHandle,
        event: EventId,
        now: Timestamp,
    ) -> Verb<'_, Queued> {
        self.engine.writer.write(move |connection| posts::replay(connection, tenant, &handle, event, now))
    }

    fn ping_webhook(&self, tenant: TenantId, handle: WebhookHandle, now: Timestamp) -> Verb<'_, Queued> {
        self.engine.writer.write(move |connection| posts::ping(connection, tenant, &handle, now))
    }

    fn release_webhooks(&self) -> Verb<'_, usize> {
        self.engine
            .writer
            .write(|connection| connection.execute("UPDATE webhooks SET held = 0 WHERE held = 1", []))
    }

    fn claim_webhooks(&self, now: Timestamp, limit: usize, each: usize) -> Verb<'_, Vec<ClaimedWebhook>> {
        // Looked for before the writer is bothered: mostly there is nothing.
        let any = self.engine.look(move |connection| posts::any_due(connection, now));
        Box::pin(async move {
            match any.await? {
                true => {
                    self.engine
                        .writer
                        .write(move |connection| posts::claim(connection, now, limit, each))
                        .await
                }
                false => Ok(Vec::new()),
            }
        })
    }

    fn settle_webhook(
        &self,
        id: WebhookId,
        tried: Vec<Tried>,
        now: Timestamp,
    ) -> Verb<'_, Option<DisabledFor>> {
        self.engine.writer.write(move |group| posts::settle(group, id, &tried, now))
    }

    fn sweep_webhooks(&self, now: Timestamp, keep: Duration) -> Verb<'_, SweptWebhooks> {
        self.engine.writer.write(move |connection| posts::sweep(connection, now - keep))
    }
}
