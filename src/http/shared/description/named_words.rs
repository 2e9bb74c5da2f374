//! The words of the domain that answers share, as components. They are lists here; what leaves in an answer is opened
//! when the document is built, because a later version may have more.

use std::borrow::Cow;

use serde_json::{Value, json};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::domain::challenges::challenge::ChallengeStatus;
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::deliveries::delivery::{DeliveryError, DeliveryStatus};
use crate::domain::phone::fraud::rule::FraudRule;
use crate::domain::tenants::route::TransportKind;
use crate::domain::tenants::template::Medium;
use crate::domain::webhooks::event::EventKind;

use super::schemas::part;
use super::words::{component, stand_in};

stand_in! { Channel EventType IpAddress Transport }

component! {
    ChallengeStatus: words(
        "`pending` at first; all other values are final.",
        ChallengeStatus::ALL.map(ChallengeStatus::as_str),
    );
    Channel: words(
        "How the code is delivered; `none` if the tenant delivers it itself.",
        ChannelKind::ALL.map(ChannelKind::as_str),
    );
    DeliveryStatus: words(
        "`sent` means that the mail server or provider has accepted the message, `delivered` that the provider has \
         reported its arrival.",
        DeliveryStatus::ALL.map(DeliveryStatus::as_str),
    );
    DeliveryError: words("The reason of a failure.", DeliveryError::ALL.map(DeliveryError::as_str));
    Medium: words("The kind of message: a mail, a text message or a call.", Medium::ALL.map(Medium::as_str));
    Transport: words("What a route sends through.", TransportKind::ALL.map(TransportKind::as_str));
    FraudRule: words(
        "A rule against toll fraud that may only record.",
        FraudRule::ALL.into_iter().filter(|rule| rule.is_recordable()).map(FraudRule::as_str),
    );
    EventType: words("What happened.", EventKind::ALL.into_iter().chain([EventKind::Ping]).map(EventKind::as_str));
    IpAddress: json!({
        "description": "An IP address.",
        "anyOf": [
            { "type": "string", "format": "ipv4", "maxLength": 15 },
            { "type": "string", "format": "ipv6", "maxLength": 45 },
        ],
        "examples": ["203.0.113.7"],
    });
}

fn words(description: &str, words: impl IntoIterator<Item = &'static str>) -> Value {
    json!({ "type": "string", "description": description, "enum": words.into_iter().collect::<Vec<_>>() })
}
