//! Composes the sender of webhooks.

use std::sync::Arc;

use crate::config::Settings;
use crate::delivery::net::http::HttpClient;
use crate::delivery::webhooks::{WebhookClient, WebhookSender};
use crate::service::StoreWebhookLedger;

use super::ambient::Ambient;
use super::foundation::Foundation;
use super::senders::trust;
use super::start_error::StartError;

/// The sender of webhooks, over an open store.
pub(super) fn sender(
    settings: &Settings,
    ambient: &Ambient,
    foundation: &Foundation,
) -> Result<Arc<WebhookSender>, StartError> {
    let rule = settings.webhook_rule().map_err(|error| StartError::Config(error.to_string()))?;
    let ledger = StoreWebhookLedger::new(
        Arc::clone(&foundation.store),
        Arc::clone(&foundation.keyring),
        ambient.clock.clone(),
    );
    let (clock, entropy) = (ambient.clock.clone(), Arc::clone(&ambient.entropy));
    let client = WebhookClient::new(HttpClient::new(rule, trust(settings)?));
    Ok(WebhookSender::new(client, Arc::new(ledger), clock, entropy))
}
