//! The description of routes: one shape for each transport.

use std::borrow::Cow;

use serde_json::{Value, json};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::domain::tenants::transports::presets;

use crate::http::shared::description::schemas::part;

use super::body::{RouteBody, SmtpRouteBody};

impl PartialSchema for RouteBody {
    fn schema() -> RefOr<Schema> {
        let smtp = json!({ "$ref": format!("#/components/schemas/{}", SmtpRouteBody::name()) });
        let providers = settings().map(|(word, channels, settings)| provider(word, channels, settings));
        let shapes: Vec<_> = std::iter::once(smtp).chain(providers).collect();
        part(json!({
            "description": "A new route, or the new state of an existing one: `transport` decides about the shape.",
            "oneOf": shapes,
        }))
    }
}

impl ToSchema for RouteBody {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("RouteRequest")
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((SmtpRouteBody::name().into_owned(), SmtpRouteBody::schema()));
        SmtpRouteBody::schemas(schemas);
    }
}

/// The settings of any provider.
pub(super) fn any_settings() -> RefOr<Schema> {
    let all = settings().map(|(_, _, settings)| settings);
    part(json!({ "description": "The settings, of the shape of the transport.", "anyOf": all }))
}

fn provider(word: &str, channels: Value, settings: Value) -> Value {
    let name =
        json!({ "type": ["string", "null"], "description": "Your name for the route.", "maxLength": 100 });
    let position = "The place in the order in which routes are tried, from 0. Without it a new route is the last one, \
                    and an existing one keeps its place.";
    let served = "The channels that it serves; without it, all that the settings have a sender for.";
    let secret = "The token, key or password. Never returned. An existing route keeps its own without it, as long as the \
                  place that it is sent to, and the account, stay the same.";
    let report_key = "What the provider signs its reports with, where that is not the `secret`: then unsigned ones are \
                      refused. Never returned. An existing route keeps its own without it; null removes it.";
    let channels = json!({ "type": "string", "enum": channels });
    let channels = json!({ "type": ["array", "null"], "description": served, "items": channels, "minItems": 1, "maxItems": 6 });
    json!({
        "type": "object",
        "title": word,
        "required": ["transport", "settings"],
        "properties": {
            "transport": { "type": "string", "enum": [word] },
            "name": name,
            "position":
                { "type": ["integer", "null"], "description": position, "minimum": 0, "maximum": 99, "format": "int32" },
            "channels": channels,
            "settings": settings,
            "secret": sealed(secret),
            "report_key": sealed(report_key),
        },
        "additionalProperties": false,
    })
}

/// A secret, which is only written.
fn sealed(description: &str) -> Value {
    json!({
        "type": ["string", "null"], "description": description, "format": "password", "writeOnly": true,
        "minLength": 1, "maxLength": 2048, "pattern": "^[!-~]*$",
    })
}

/// Each provider's word, channels and settings.
fn settings() -> [(&'static str, Value, Value); 6] {
    [
        ("twilio", json!(["sms", "whatsapp", "voice"]), twilio()),
        ("whatsapp_cloud", json!(["whatsapp"]), whatsapp_cloud()),
        ("telegram_gateway", json!(["telegram"]), telegram_gateway()),
        ("http", json!(["sms"]), http()),
        ("smpp", json!(["sms"]), smpp()),
        ("log", json!(["sms", "whatsapp", "voice", "telegram"]), log()),
    ]
}

fn twilio() -> Value {
    let sid = |prefix: &str, text: &str, kind: Value| json!({ "type": kind, "description": text, "pattern": format!("^{prefix}[0-9a-f]{{32}}$"), "maxLength": 34 });
    let optional = json!(["string", "null"]);
    object(
        &["account_sid"],
        json!({
            "account_sid": sid("AC", "The account.", json!("string")),
            "api_key_sid":
                sid("SK", "The API key that the secret belongs to; without it, the secret is the auth token.", optional.clone()),
            "from": originators("The sender of texts."),
            "messaging_service_sid":
                sid("MG", "The messaging service that chooses the sender of texts instead.", optional),
            "voice_from": originators("The number that calls come from."),
            "whatsapp": {
                "type": ["object", "null"],
                "description": "The WhatsApp sender, and the content template whose first variable is the code.",
                "required": ["from", "content_sid"],
                "properties": {
                    "from": { "type": "string", "pattern": "^\\+[1-9][0-9]{6,14}$", "maxLength": 16 },
                    "content_sid": { "type": "string", "pattern": "^HX[0-9a-f]{32}$", "maxLength": 34 },
                },
                "additionalProperties": false,
            },
            "base_url": base_url("https://api.twilio.com"),
        }),
    )
}

fn whatsapp_cloud() -> Value {
    object(
        &["phone_number_id", "template", "languages"],
        json!({
            "phone_number_id": {
                "type": "string", "description": "The id of the sending number; not the number itself.",
                "pattern": "^[0-9]{5,30}$", "maxLength": 30,
            },
            "template": {
                "type": "string", "description": "The name of the authentication template.",
                "pattern": "^[a-z0-9_]+$", "minLength": 1, "maxLength": 512,
            },
            "languages": {
                "type": "array",
                "description": "The languages in which it is approved, as Meta writes them; the first is for all others.",
                "items": { "type": "string", "maxLength": 35 }, "minItems": 1, "maxItems": 100,
            },
            "api_version": {
                "type": ["string", "null"], "description": "Such as v23.0, which is the default.",
                "pattern": "^v[0-9]{1,3}\\.[0-9]{1,3}$", "maxLength": 8,
            },
            "base_url": base_url("https://graph.facebook.com"),
        }),
    )
}

fn telegram_gateway() -> Value {
    object(
        &[],
        json!({
            "sender_username": {
                "type": ["string", "null"], "description": "A verified channel of the account, without @.",
                "pattern": "^[A-Za-z0-9_]{4,32}$", "maxLength": 32,
            },
            "base_url": base_url("https://gatewayapi.telegram.org"),
        }),
    )
}

fn http() -> Value {
    let words: Vec<_> = presets::all().map(|(word, _)| word).collect();
    let text =
        |text: &str, most: u32| json!({ "type": ["string", "null"], "description": text, "maxLength": most });
    object(
        &[],
        json!({
            "preset": { "type": ["string", "null"], "description": "A gateway that is known.", "enum": with_null(&words) },
            "gateway": {
                "type": ["object", "null"],
                "description": "Another gateway; its fields are described in the document on channels.",
                "required": ["url", "fields", "success"],
            },
            "account": text("The user name, key or account that the secret belongs to.", 100),
            "region": text("The region, if the gateway has several.", 20),
            "base_url": base_url("the place that the preset names"),
            "from": originators("The sender."),
            "constants": {
                "type": "object", "description": "Further fields, by their names in the request.",
                "additionalProperties": { "type": ["string", "integer", "boolean"] }, "maxProperties": 100,
            },
        }),
    )
}

fn smpp() -> Value {
    let login = |text: &str, most: u32| json!({ "type": "string", "description": text, "pattern": "^[!-~]*$", "maxLength": most });
    let one_of =
        |text: &str, words: [&str; 2]| json!({ "type": "string", "description": text, "enum": words });
    let sender = originators("The sender.");
    object(
        &["host", "port", "system_id", "from"],
        json!({
            "host": {
                "type": "string", "description": "The message centre: a host name in lower case, or an IP address.",
                "minLength": 1, "maxLength": 253,
            },
            "port": {
                "type": "integer", "format": "int32", "minimum": 1, "maximum": 65535,
                "description": "One that the operator allows: by default 2775, 2776 and 3550.",
            },
            "tls": one_of(
                "TLS from the first byte, which is the default, or none where the operator allows that for the host.",
                ["implicit", "none"],
            ),
            "system_id": login("The login.", 15),
            "system_type": login("The type of system, where the centre asks for one.", 12),
            "bind": one_of(
                "One session for messages and receipts, or a transmitter and a receiver.",
                ["transceiver", "separate"],
            ),
            "from": { "description": sender["description"], "anyOf": [sender["anyOf"][0], sender["anyOf"][1]] },
            "window": {
                "type": "integer", "format": "int32", "minimum": 1, "maximum": 100,
                "description": "How many messages may wait for their answers at once; 10 without it.",
            },
            "default_alphabet": one_of(
                "What the centre takes texts without a coding of their own for; gsm without it.",
                ["gsm", "latin1"],
            ),
        }),
    )
}

fn log() -> Value {
    let mut shape = object(&[], json!({ "from": originators("The sender that the inbox shows.") }));
    shape["description"] =
        json!("Only under `otpmint dev`, whose inbox shows the messages; every other server refuses it.");
    shape
}

fn with_null(words: &[&str]) -> Vec<Value> {
    words.iter().map(|word| json!(word)).chain([Value::Null]).collect()
}

fn object(required: &[&str], properties: Value) -> Value {
    let mut shape = json!({ "type": "object", "properties": properties, "additionalProperties": false });
    if !required.is_empty() {
        shape["required"] = json!(required);
    }
    shape
}

fn base_url(usual: &str) -> Value {
    json!({
        "type": ["string", "null"], "description": format!("Where the API is, if not at {usual}."), "format": "uri",
        "maxLength": 500,
    })
}

fn originators(what: &str) -> Value {
    let one = json!({ "type": "string", "minLength": 1, "maxLength": 16 });
    let description = format!(
        "{what} A number with plus, a short code or a name of at most 11 characters; or one by the leading digits of the \
         recipient's number, with a `default`."
    );
    json!({
        "description": description,
        "anyOf": [
            one,
            { "type": "object", "additionalProperties": one, "required": ["default"], "maxProperties": 301 },
            { "type": "null" },
        ],
    })
}
