//! One operation for each kind of event: the server posts it, and your endpoint answers.

use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use crate::domain::webhooks::event::EventKind;

use crate::http::shared::description::answers::reference;
use crate::http::shared::description::examples;
use crate::http::shared::description::operation::{JSON, Schemas};
use crate::http::shared::description::words;
use crate::http::v1::challenges::view::ChallengeView;
use crate::http::v1::messages::view::MessageView;

use super::shapes::{
    DeliverySubject, FactorData, KeyExpiringData, MintsCappedData, PhoneBudgetData, PhoneConversionData,
    PingData, RouteFailedData, SpraySuspectedData, WebhookDisabledData,
};

/// The tag of these operations and its description.
pub(crate) const TAGGED: (&str, &str) =
    ("events", "What the server posts to the endpoints of webhooks, signed as Standard Webhooks defines.");

/// What is posted, for the description.
pub(crate) struct DescribedEvents {
    /// The operation of every kind of event, by its name.
    pub(crate) operations: Map<String, Value>,
    /// The schema of each payload, by its name.
    pub(crate) payloads: Map<String, Value>,
    /// The schemas that these refer to.
    pub(crate) schemas: Schemas,
}

/// Describes every kind of event.
pub(crate) fn webhooks() -> DescribedEvents {
    let (mut operations, mut payloads, mut schemas) = (Map::new(), Map::new(), Schemas::new());
    know::<ChallengeView>(&mut schemas);
    know::<MessageView>(&mut schemas);
    for kind in EventKind::ALL.into_iter().chain([EventKind::Ping]) {
        let data = Data::of(kind, &mut schemas);
        let payload = format!("{}Event", pascal(kind));
        operations
            .insert(kind.as_str().to_owned(), json!({ "post": operation(kind, &payload, data.example) }));
        payloads.insert(payload, event(kind, &data.schema));
    }
    DescribedEvents { operations, payloads, schemas }
}

/// What an event is about.
struct Data {
    /// The name of its schema.
    schema: String,
    example: Value,
}

impl Data {
    fn of(kind: EventKind, schemas: &mut Schemas) -> Self {
        match kind {
            EventKind::ChallengeCreated => Self::challenge("pending"),
            EventKind::ChallengeVerified => Self::challenge("verified"),
            EventKind::ChallengeExhausted | EventKind::RecipientLockedOut => Self::challenge("exhausted"),
            EventKind::ChallengeExpired => Self::challenge("expired"),
            EventKind::ChallengeCanceled => Self::challenge("canceled"),
            EventKind::DeliverySent | EventKind::DeliveryFailed | EventKind::DeliveryDelivered => {
                Self::shape::<DeliverySubject>(schemas, json!(ChallengeView::like("pending")))
            }
            EventKind::FactorConfirmed
            | EventKind::FactorPaused
            | EventKind::FactorRecovered
            | EventKind::FactorRemoved => Self::shape::<FactorData>(schemas, factor()),
            EventKind::RouteFailed => Self::shape::<RouteFailedData>(
                schemas,
                json!({ "id": "smtp_4hq7k2m9x3c8v5bn", "error": "invalid_grant" }),
            ),
            EventKind::PhoneBudget => Self::shape::<PhoneBudgetData>(
                schemas,
                json!({ "counts": "messages", "period": "day", "used": 800, "budget": 1000 }),
            ),
            EventKind::PhoneConversion => Self::shape::<PhoneConversionData>(
                schemas,
                json!({ "country": "DE", "sent": 60, "verified": 2 }),
            ),
            EventKind::MintsCapped => Self::shape::<MintsCappedData>(
                schemas,
                json!({ "minted_in_hour": 2000, "minted_in_day": 5200, "per_hour": 2000, "per_day": null }),
            ),
            EventKind::WebhookDisabled => Self::shape::<WebhookDisabledData>(
                schemas,
                json!({ "id": examples::webhook(), "description": "Shop", "disabled_for": "failing" }),
            ),
            EventKind::SpraySuspected => Self::shape::<SpraySuspectedData>(
                schemas,
                json!({
                    "level": "under_attack", "opened": 20_000, "verified": 12, "exhausted": 9_000, "wrong": 60_000,
                    "explained": 24, "recipients": 19_500, "expected_accounts": 0.06, "acts": true,
                }),
            ),
            EventKind::KeyExpiring => Self::shape::<KeyExpiringData>(schemas, key()),
            EventKind::Ping => Self::shape::<PingData>(schemas, json!({})),
        }
    }

    fn challenge(status: &'static str) -> Self {
        Self { schema: ChallengeView::name().into_owned(), example: json!(ChallengeView::like(status)) }
    }

    fn shape<T: ToSchema>(schemas: &mut Schemas, example: Value) -> Self {
        know::<T>(schemas);
        Self { schema: T::name().into_owned(), example }
    }
}

fn factor() -> Value {
    json!({
        "factor": examples::factor(), "status": "active", "recovery_codes_remaining": 9,
        "created_at": examples::at("08:30:00"), "confirmed_at": examples::at("08:31:00"),
        "used_at": examples::at("09:00:00"), "paused_until": null,
    })
}

fn key() -> Value {
    json!({
        "key": examples::key("key_8v5bn4hq7k2m9x3c"), "name": "backend",
        "expires_at": examples::at("08:30:00"), "last_used_at": null,
    })
}

fn know<T: ToSchema>(schemas: &mut Schemas) {
    let mut all = vec![(T::name().into_owned(), T::schema())];
    T::schemas(&mut all);
    schemas.extend(all);
}

/// The payload: its `type` is a constant, so that readers can tell payloads apart.
fn event(kind: EventKind, data: &str) -> Value {
    json!({
        "type": "object",
        "required": ["type", "timestamp", "data"],
        "properties": {
            "type": { "type": "string", "const": kind.as_str() },
            "timestamp": { "allOf": [reference("Timestamp")], "description": "When it happened." },
            "data": reference(data),
        },
    })
}

fn operation(kind: EventKind, payload: &str, example: Value) -> Value {
    let example = json!({ "type": kind.as_str(), "timestamp": examples::at("08:30:00"), "data": example });
    json!({
        "tags": [TAGGED.0],
        "summary": format!("`{}`", kind.as_str()),
        "description": kind.about(),
        "operationId": format!("on{}", pascal(kind)),
        // The signature is the proof; OpenAPI has no scheme for that.
        "security": [],
        "parameters": headers(),
        "requestBody": { "required": true, "content": { JSON: { "schema": reference(payload), "example": example } } },
        "responses": {
            "2XX": { "description": "You have stored the event. The body is ignored." },
            "410": { "description": "You want no more events: the webhook is disabled." },
            "default": { "description": "The event is sent again later." },
        },
    })
}

fn headers() -> [Value; 3] {
    let header = |name: &str, description: &str, schema: Value| json!({ "name": name, "in": "header", "required": true, "description": description, "schema": schema });
    [
        header("webhook-id", "The id of the event, the same on every try.", words::event()),
        header(
            "webhook-timestamp",
            "When it is sent, in seconds since 1970.",
            json!({ "type": "string", "pattern": "^[0-9]+$", "maxLength": 12 }),
        ),
        header(
            "webhook-signature",
            "`v1,` and the HMAC-SHA256 over id, timestamp and body in base64; two while the secret is replaced.",
            json!({ "type": "string", "pattern": "^v1,[A-Za-z0-9+/=]+( v1,[A-Za-z0-9+/=]+)*$", "maxLength": 200 }),
        ),
    ]
}

/// `challenge.locked_out` as `ChallengeLockedOut`.
fn pascal(kind: EventKind) -> String {
    let capital = |word: &str| {
        let (first, rest) = word.split_at(word.len().min(1));
        first.to_ascii_uppercase() + rest
    };
    kind.as_str().split(['.', '_']).map(capital).collect()
}
