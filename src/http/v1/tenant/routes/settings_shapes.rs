//! What a route through each provider needs to know, as components of the description.

use std::borrow::Cow;

use serde_json::{Value, json};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::domain::tenants::transports::presets;

use crate::http::shared::description::answers::reference;
use crate::http::shared::description::schemas::part;
use crate::http::shared::description::words::{component, stand_in};

stand_in! {
    AnySettings Originators OriginatorsByPrefix TwilioSettings WhatsappCloudSettings TelegramGatewaySettings HttpSettings SmppSettings
    LogSettings
}

component! {
    TwilioSettings: twilio();
    WhatsappCloudSettings: whatsapp_cloud();
    TelegramGatewaySettings: telegram_gateway();
    HttpSettings: http();
    SmppSettings: smpp();
    LogSettings: log();
    Originators: json!({
        "description": "A number with plus, a short code or a name of at most 11 characters; or one by the leading digits \
                        of the recipient's number.",
        "anyOf": [one_originator(), reference("OriginatorsByPrefix")],
    });
    OriginatorsByPrefix: json!({
        "type": "object",
        "description": "Senders by the leading digits of the recipient's number, and a `default`.",
        "properties": { "default": one_originator() },
        "additionalProperties": one_originator(),
        "required": ["default"],
        "maxProperties": 301,
    });
}

/// A provider, as the description names its parts.
pub(super) struct Provider {
    /// Its word in `transport`.
    pub(super) word: &'static str,
    /// The first half of the names of its components.
    pub(super) name: &'static str,
    /// What it can deliver over.
    pub(super) channels: &'static [&'static str],
}

/// Every provider.
pub(super) const PROVIDERS: [Provider; 6] = [
    Provider { word: "twilio", name: "Twilio", channels: &["sms", "whatsapp", "voice"] },
    Provider { word: "whatsapp_cloud", name: "WhatsappCloud", channels: &["whatsapp"] },
    Provider { word: "telegram_gateway", name: "TelegramGateway", channels: &["telegram"] },
    Provider { word: "http", name: "Http", channels: &["sms"] },
    Provider { word: "smpp", name: "Smpp", channels: &["sms"] },
    Provider { word: "log", name: "Log", channels: &["sms", "whatsapp", "voice", "telegram"] },
];

impl Provider {
    /// The name of the component with its settings.
    pub(super) fn settings(&self) -> String {
        format!("{}Settings", self.name)
    }
}

/// The settings of every provider, and what they refer to, by name.
pub(super) fn components(schemas: &mut Vec<(String, RefOr<Schema>)>) {
    macro_rules! add {
        ($($type:ident)+) => { $(schemas.push(($type::name().into_owned(), $type::schema()));)+ };
    }
    add! { TwilioSettings WhatsappCloudSettings TelegramGatewaySettings HttpSettings SmppSettings LogSettings }
    add! { Originators OriginatorsByPrefix }
}

impl PartialSchema for AnySettings {
    fn schema() -> RefOr<Schema> {
        let all = PROVIDERS.map(|provider| reference(&provider.settings()));
        part(json!({ "description": "The settings, of the shape of the transport.", "anyOf": all }))
    }
}

impl ToSchema for AnySettings {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("ProviderSettings")
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        components(schemas);
    }
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
                "properties": {
                    "url": { "type": "string", "description": "Where messages are posted to.", "maxLength": 500 },
                    "fields": { "type": "object", "description": "What the request calls its parts." },
                    "success": { "type": "object", "description": "How an answer says that a message was taken." },
                },
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
            "from": { "description": "The sender.", "allOf": [reference("Originators")] },
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

/// A sender that may be absent.
fn originators(what: &str) -> Value {
    json!({ "description": what, "oneOf": [{ "type": "null" }, reference("Originators")] })
}

fn one_originator() -> Value {
    json!({ "type": "string", "minLength": 1, "maxLength": 16 })
}
