//! The `data` of events that are about neither a challenge nor a message. The domain writes them
//! (`domain/webhooks/snapshot.rs` and its neighbours); these are read by nobody but the description.

use std::borrow::Cow;

use serde_json::json;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::domain::factors::factor::FactorHandle;
use crate::domain::tenants::credential::KeyHandle;
use crate::domain::time::Timestamp;
use crate::domain::webhooks::webhook::WebhookHandle;

use crate::http::shared::description::answers::reference;
use crate::http::shared::description::schemas::part;
use crate::http::shared::description::words::{AccountHandle, component, stand_in};

stand_in! { DeliverySubject PingData }

component! {
    DeliverySubject: json!({
        "description": "The challenge whose code was delivered, or the relayed message.",
        "anyOf": [reference("Challenge"), reference("Message")],
    });
    PingData: json!({ "type": "object", "description": "Nothing has happened.", "properties": {} });
}

/// Defines shapes that are only described.
macro_rules! shapes {
    ($($(#[$meta:meta])* $name:ident { $($(#[$field_meta:meta])* $field:ident: $type:ty,)+ })+) => {$(
        $(#[$meta])*
        #[derive(ToSchema)]
        #[expect(dead_code, reason = "only its schema is used")]
        pub(super) struct $name { $($(#[$field_meta])* $field: $type,)+ }
    )+};
}

shapes! {
    /// A factor as it was then, without its identity.
    FactorData {
        /// The handle of the factor.
        factor: FactorHandle,
        /// `unconfirmed` until the first right code, then `active`.
        #[schema(max_length = 32)]
        status: String,
        /// How many recovery codes were left.
        #[schema(minimum = 0, maximum = 10)]
        recovery_codes_remaining: i64,
        /// When the factor was added.
        created_at: Timestamp,
        /// When the first right code came, or the import was confirmed.
        #[schema(required)]
        confirmed_at: Option<Timestamp>,
        /// When a code was last accepted.
        #[schema(required)]
        used_at: Option<Timestamp>,
        /// The end of the pause after too many wrong codes; null if codes were checked.
        #[schema(required)]
        paused_until: Option<Timestamp>,
    }

    /// A route that can send nothing until you change it.
    RouteFailedData {
        /// The id of the route.
        #[schema(value_type = AccountHandle)]
        id: String,
        /// The reason, as the token endpoint gave it.
        #[schema(max_length = 64)]
        error: String,
    }

    /// A budget of messages to phone numbers that is nearly spent.
    PhoneBudgetData {
        /// What is counted: `messages`, or of these the `calls`.
        #[schema(max_length = 32)]
        counts: String,
        /// Within which time: `hour` or `day`.
        #[schema(max_length = 32)]
        period: String,
        /// How many were sent.
        used: u32,
        /// How many may be sent.
        budget: u32,
    }

    /// Few codes to the numbers of a country are entered.
    PhoneConversionData {
        /// The country (ISO 3166-1 alpha-2).
        #[schema(min_length = 2, max_length = 2)]
        country: String,
        /// Codes that were sent within the hour.
        sent: u32,
        /// Those of them that were entered.
        verified: u32,
    }

    /// A cap on mints that began to refuse them.
    MintsCappedData {
        /// Mints within the last hour.
        minted_in_hour: u32,
        /// Mints within the last day.
        minted_in_day: u32,
        /// How many an hour may have; null if that is not capped.
        #[schema(required)]
        per_hour: Option<u32>,
        /// How many a day may have; null if that is not capped.
        #[schema(required)]
        per_day: Option<u32>,
    }

    /// Another webhook that the server has disabled.
    WebhookDisabledData {
        /// The handle of the webhook.
        id: WebhookHandle,
        /// Your name for it.
        #[schema(max_length = 200)]
        description: String,
        /// Why: `gone` or `failing`.
        #[schema(max_length = 32)]
        disabled_for: String,
    }

    /// Guesses at the codes of very many users.
    SpraySuspectedData {
        /// What is suspected: `suspicious` or `under_attack`.
        #[schema(max_length = 32)]
        level: String,
        /// Challenges that were opened in the hours that were weighed.
        opened: i64,
        /// Those of them that were verified.
        verified: i64,
        /// Those of them whose attempts were used up.
        exhausted: i64,
        /// Wrong answers.
        wrong: i64,
        /// Wrong answers that verified challenges explain.
        explained: i64,
        /// Recipients with wrong answers.
        recipients: i64,
        /// The accounts that the other answers are expected to open.
        expected_accounts: f64,
        /// Whether measures are taken, or it is only recorded.
        acts: bool,
    }

    /// A secret key that ends soon.
    KeyExpiringData {
        /// The handle of the key.
        key: KeyHandle,
        /// Your name for it.
        #[schema(max_length = 100)]
        name: String,
        /// When it ends.
        expires_at: Timestamp,
        /// When it was last used.
        #[schema(required)]
        last_used_at: Option<Timestamp>,
    }
}
