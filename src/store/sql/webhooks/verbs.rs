//! The verbs for webhooks: each is one operation, or one read.

use std::time::Duration;

use crate::domain::id::TenantId;
use crate::domain::reports::actor::Actor;
use crate::domain::time::Timestamp;
use crate::domain::webhooks::event::{EventId, EventKinds};
use crate::domain::webhooks::webhook::{
    DisabledFor, Webhook, WebhookDelivery, WebhookHandle, WebhookId, WebhookTry,
};
use crate::store::sql::engine::Engine;
use crate::store::sql::group::Group;
use crate::store::sql::needs::Needs;
use crate::store::sql::store::SqlStore;
use crate::store::{
    ClaimedWebhook, EventQueued, SweptWebhooks, Verb, WebhookChange, WebhookDeliveryPage, WebhookRotation,
    WebhookStore,
};

use super::{claims, deliveries, endpoints, settle};

impl<E: Engine> WebhookStore for SqlStore<E> {
    fn add_webhook(&self, new: Webhook, by: Actor) -> Verb<'_, bool> {
        self.write(move |group| endpoints::add(group, &new, &by))
    }

    fn webhooks(&self, tenant: TenantId) -> Verb<'_, Vec<Webhook>> {
        self.read(move |tx| endpoints::all(tx, tenant))
    }

    fn wanted_events(&self, tenant: TenantId) -> Verb<'_, EventKinds> {
        self.read(move |tx| endpoints::wanted(tx, tenant))
    }

    fn webhook(&self, tenant: TenantId, handle: WebhookHandle) -> Verb<'_, Option<Webhook>> {
        self.read(move |tx| endpoints::find(tx, tenant, &handle))
    }

    fn change_webhook(&self, change: WebhookChange, now: Timestamp) -> Verb<'_, Option<Webhook>> {
        self.write(move |group| endpoints::change(group, &change, now))
    }

    fn rotate_webhook(&self, rotation: WebhookRotation, now: Timestamp) -> Verb<'_, bool> {
        self.write(move |group| endpoints::rotate(group, &rotation, now))
    }

    fn delete_webhook(
        &self,
        tenant: TenantId,
        handle: WebhookHandle,
        (by, now): (Actor, Timestamp),
    ) -> Verb<'_, bool> {
        self.write(move |group| endpoints::delete(group, (tenant, &handle), &by, now))
    }

    fn webhook_deliveries(
        &self,
        tenant: TenantId,
        handle: WebhookHandle,
        page: WebhookDeliveryPage,
    ) -> Verb<'_, Option<Vec<WebhookDelivery>>> {
        self.read(move |tx| deliveries::page(tx, tenant, &handle, page))
    }

    fn replay_webhook_delivery(
        &self,
        tenant: TenantId,
        handle: WebhookHandle,
        event: EventId,
        now: Timestamp,
    ) -> Verb<'_, EventQueued> {
        self.write_held(Needs::NOTHING, move |group| deliveries::replay(group, tenant, &handle, event, now))
    }

    fn ping_webhook(&self, tenant: TenantId, handle: WebhookHandle, now: Timestamp) -> Verb<'_, EventQueued> {
        self.write_held(Needs::NOTHING, move |group| deliveries::ping(group, tenant, &handle, now))
    }

    fn release_webhooks(&self) -> Verb<'_, usize> {
        self.write(|group| claims::release(group, group.node()))
    }

    fn claim_webhooks(&self, now: Timestamp, limit: usize, each: usize) -> Verb<'_, Vec<ClaimedWebhook>> {
        // Check with a read first, because usually nothing is due and the writer should not be occupied.
        let any = self.read(move |tx| claims::any_due(tx, now));
        Box::pin(async move {
            match any.await? {
                true => {
                    let claim = move |group: &Group| claims::claim(group, now, limit, each);
                    let give_back = |group: &Group, claimed: &Vec<_>| claims::give_back(group, claimed);
                    self.write_holding(Needs::NOTHING, claim, give_back).await
                }
                false => Ok(Vec::new()),
            }
        })
    }

    fn settle_webhook(
        &self,
        id: WebhookId,
        tried: Vec<WebhookTry>,
        now: Timestamp,
    ) -> Verb<'_, Option<DisabledFor>> {
        self.write(move |group| settle::settle(group, id, &tried, now))
    }

    fn sweep_webhooks(&self, now: Timestamp, keep: Duration) -> Verb<'_, SweptWebhooks> {
        self.write(move |group| deliveries::sweep(group, now - keep))
    }
}
