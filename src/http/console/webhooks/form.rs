//! The form of a webhook.

use serde_json::{Value, json};

use crate::domain::webhooks::event::EventKind;
use crate::domain::webhooks::webhook::Webhook;

use crate::http::console::bodies;
use crate::http::console::fields::{self, Empty, Field, FieldKind, FieldRow};
use crate::http::console::form_fields::FormFields;
use crate::http::shared::bodies::webhook::{WebhookBody, WebhookChangeBody};
use crate::http::shared::problems::rejection::Rejection;

static FIELDS: &[Field] = &[
    Field::of(FieldKind::Url, "/url", "URL", "Where events are posted, by HTTPS.").needed(),
    Field::text("/description", "Name", "Your name for it; may be empty."),
];

/// The boxes of the events.
const EVENTS: &str = "events";
/// The field that says whether events are sent.
const ENABLED: &str = "enabled";

/// The form, as the page shows it.
pub(super) struct WebhookForm {
    pub(super) fields: Vec<FieldRow>,
    /// The kinds of events, and whether each is sent.
    pub(super) events: Vec<(&'static str, bool)>,
    pub(super) enabled: bool,
}

impl WebhookForm {
    /// The form of a new webhook: it receives everything.
    pub(super) fn blank() -> Self {
        Self { fields: fields::rows(FIELDS, None), events: events(|_| true), enabled: true }
    }

    pub(super) fn of(webhook: &Webhook) -> Self {
        let shown = json!({ "url": webhook.url.as_str(), "description": webhook.description });
        Self {
            fields: fields::rows(FIELDS, Some(&shown)),
            events: events(|kind| webhook.events.iter().any(|sent| sent == kind)),
            enabled: webhook.enabled,
        }
    }

    /// The form as it was typed, with what is wrong.
    pub(super) fn typed(typed: &FormFields, wrong: &Rejection) -> Self {
        let mut fields = fields::typed_rows(FIELDS, typed, wrong);
        fields::focus_first(&mut fields);
        let is_ticked = |kind: EventKind| typed.all(EVENTS).any(|word| word == kind.as_str());
        Self { fields, events: events(is_ticked), enabled: typed.text(ENABLED) != "no" }
    }

    pub(super) fn first_error(&self) -> Option<String> {
        fields::first_error(&self.fields)
    }
}

fn events(is_sent: impl Fn(EventKind) -> bool) -> Vec<(&'static str, bool)> {
    EventKind::ALL.into_iter().map(|kind| (kind.as_str(), is_sent(kind))).collect()
}

/// Reads the form of a new webhook.
pub(super) fn new(typed: &FormFields) -> Result<WebhookBody, Rejection> {
    bodies::shaped(read(typed, Empty::Absent)?)
}

/// Reads the changes to a webhook.
pub(super) fn change(typed: &FormFields) -> Result<WebhookChangeBody, Rejection> {
    bodies::shaped(read(typed, Empty::Null)?)
}

fn read(typed: &FormFields, empty: Empty) -> Result<Value, Rejection> {
    let ticked: Vec<_> = typed.all(EVENTS).collect();
    let mut body = json!({ "events": ticked, "enabled": typed.text(ENABLED) != "no" });
    fields::read(FIELDS, typed, &mut body, empty)?;
    Ok(body)
}
