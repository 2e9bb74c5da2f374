//! What the pages of webhooks have in common.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use crate::domain::webhooks::webhook::{DisabledFor, Webhook};

use crate::http::console::new_secret::NewSecretPage;
use crate::http::console::page;
use crate::http::console::session::Seat;

/// The end of the path of these pages.
pub(super) const HERE: &str = "/webhooks";

/// The path of the webhook with this handle.
pub(super) fn here(seat: &Seat, id: &str) -> String {
    format!("{}/{id}", seat.path(HERE))
}

/// The page that shows a signing secret.
pub(super) fn shown_once(seat: &Seat, title: &str, webhook: &Webhook, secret: &str) -> HttpResponse {
    let there = format!("{}/{}", seat.path(HERE), webhook.handle);
    page::page(StatusCode::CREATED, &NewSecretPage { layout: seat.layout(title, HERE), secret, there })
}

/// Whether a webhook works, as a badge says it.
pub(super) fn standing(webhook: &Webhook) -> (&'static str, &'static str) {
    match (webhook.enabled, webhook.disabled_for, webhook.failing_since) {
        (_, Some(DisabledFor::Gone), _) => ("bad", "disabled: it answered 410"),
        (_, Some(DisabledFor::Failing), _) => ("bad", "disabled: it failed for five days"),
        (false, None, _) => ("", "disabled"),
        (true, None, Some(_)) => ("bad", "failing"),
        (true, None, None) => ("good", "enabled"),
    }
}
