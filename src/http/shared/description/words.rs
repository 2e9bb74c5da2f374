//! The schemas of the domain's words, once each: types have theirs as a component, parameters and maps have it in
//! place.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use serde_json::{Value, json};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::domain::challenges::code::{MAX_LENGTH, MIN_LENGTH};
use crate::domain::challenges::purpose::Purpose;
use crate::domain::challenges::return_url::MAX_URL;
use crate::domain::factors::factor::FactorHandle;
use crate::domain::locale::{Locale, MAX_TAG};
use crate::domain::policy::{MAX_ATTEMPTS, MAX_SENDS, MAX_TTL, MIN_TTL};
use crate::domain::tenants::credential::KeyHandle;
use crate::domain::tenants::tenant::TenantHandle;
use crate::domain::time::Timestamp;
use crate::domain::web_origin::MAX_ORIGIN;
use crate::domain::webhooks::webhook::WebhookHandle;

use super::schemas::part;

/// Defines types that only stand for a schema, where the domain has no type of its own.
macro_rules! stand_in {
    ($($name:ident)+) => { $(pub(crate) struct $name;)+ };
}

pub(crate) use stand_in;

stand_in! { AccountHandle RouteId ShareableKey EventName Ttl Attempts Sends CodeLength }

/// Gives a type a schema among the components, under the name of the type.
macro_rules! component {
    ($($type:ident: $schema:expr;)+) => {
        $(
            impl PartialSchema for $type {
                fn schema() -> RefOr<Schema> {
                    part($schema)
                }
            }

            impl ToSchema for $type {
                fn name() -> Cow<'static, str> {
                    Cow::Borrowed(stringify!($type))
                }
            }
        )+
    };
}

pub(crate) use component;

component! {
    Purpose: like(purpose(), "login");
    Locale: like(locale(), "en");
    ShareableKey: shareable_key();
    TenantHandle: handle("tnt");
    KeyHandle: handle("key");
    AccountHandle: handle("smtp");
    RouteId: route_id();
    WebhookHandle: handle("whk");
    FactorHandle: handle("fct");
    EventName: event();
    Timestamp: timestamp();
    Ttl: like(sized("int64", integer(MIN_TTL.as_secs()..=MAX_TTL.as_secs())), 600);
    Attempts: like(sized("int32", integer(1..=MAX_ATTEMPTS.into())), 5);
    Sends: like(sized("int32", integer(1..=MAX_SENDS.into())), 3);
    CodeLength: like(integer(MIN_LENGTH as u64..=MAX_LENGTH as u64), 6);
}

/// Adds an example.
fn like(mut schema: Value, example: impl Into<Value>) -> Value {
    schema["examples"] = json!([example.into()]);
    schema
}

fn integer(bounds: RangeInclusive<u64>) -> Value {
    json!({ "type": "integer", "minimum": bounds.start(), "maximum": bounds.end() })
}

fn sized(format: &str, mut schema: Value) -> Value {
    schema["format"] = json!(format);
    schema
}

/// A purpose.
pub(crate) fn purpose() -> Value {
    let pattern = "^[a-z][a-z0-9_]*$";
    json!({ "type": "string", "pattern": pattern, "minLength": 1, "maxLength": Purpose::MAX_LENGTH })
}

/// A language tag, as callers may write it.
pub(crate) fn locale() -> Value {
    let pattern = "^[A-Za-z]{2,3}([-_][A-Za-z]{4})?([-_]([A-Za-z]{2}|[0-9]{3}))?$";
    json!({ "type": "string", "pattern": pattern, "maxLength": MAX_TAG })
}

/// The purpose of wanted challenges.
pub(crate) fn wanted_purpose() -> RefOr<Schema> {
    let mut schema = purpose();
    schema["type"] = json!(["string", "null"]);
    schema["description"] =
        json!("Only challenges for this purpose. The limits are those of `verification` if it is absent.");
    part(schema)
}

/// The moment from which on something is wanted.
pub(crate) fn since() -> RefOr<Schema> {
    bound("From this moment on (RFC 3339).", "2026-11-21T00:00:00Z")
}

/// The moment before which something is wanted.
pub(crate) fn until() -> RefOr<Schema> {
    bound("Before this moment (RFC 3339).", "2026-11-22T00:00:00Z")
}

fn bound(description: &str, example: &str) -> RefOr<Schema> {
    let mut schema = moment();
    schema["type"] = json!(["string", "null"]);
    schema["description"] = json!(description);
    schema["examples"] = json!([example]);
    part(schema)
}

/// The tenant's language.
pub(crate) fn language() -> RefOr<Schema> {
    let mut schema = locale();
    schema["type"] = json!(["string", "null"]);
    schema["description"] = json!(
        "The language of messages for which a mint names none, and of pages whose visitors name none; null for English."
    );
    schema["examples"] = json!(["de"]);
    part(schema)
}

/// A shareable key.
pub(crate) fn shareable_key() -> Value {
    json!({ "type": "string", "pattern": "^[A-Za-z]{23}$", "minLength": 23, "maxLength": 23 })
}

/// The handle of a tenant, a key, an account or a webhook.
pub(crate) fn handle(prefix: &str) -> Value {
    json!({ "type": "string", "pattern": format!("^{prefix}_[2-9a-z]{{16}}$"), "maxLength": prefix.len() + 17 })
}

/// The id of a route: the word of its transport, and the rest as for every handle.
pub(crate) fn route_id() -> Value {
    json!({ "type": "string", "pattern": "^[a-z_]{3,20}_[2-9a-z]{16}$", "maxLength": 37 })
}

/// The id of an event: its `webhook-id`.
pub(crate) fn event() -> Value {
    json!({ "type": "string", "pattern": "^evt_[2-9a-z]{16}[0-9a-f]{16}$", "maxLength": 36 })
}

pub(crate) fn day() -> Value {
    json!({ "type": "string", "format": "date", "maxLength": 10 })
}

/// A moment, as the server writes it.
fn timestamp() -> Value {
    json!({ "type": "string", "format": "date-time", "maxLength": 32 })
}

/// A moment, as callers may write it.
pub(crate) fn moment() -> Value {
    json!({ "type": "string", "format": "date-time", "maxLength": 35 })
}

/// An IP address or a network.
pub(crate) fn network() -> Value {
    json!({ "type": "string", "pattern": "^[0-9A-Fa-f.:]+(/[0-9]{1,3})?$", "maxLength": 43 })
}

/// The origin of a web page.
pub(crate) fn web_origin() -> Value {
    json!({ "type": "string", "pattern": "^https?://[a-z0-9._:\\[\\]-]+$", "maxLength": MAX_ORIGIN })
}

/// The address to which a hosted page sends its visitor back.
pub(crate) fn return_url() -> Value {
    json!({ "type": "string", "format": "uri", "pattern": "^https?://[!-~]+$", "maxLength": MAX_URL })
}
