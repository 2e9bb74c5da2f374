//! The message object.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::challenges::challenge::Challenge;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::deliveries::history::ChallengeDelivery;
use crate::domain::locale::Locale;
use crate::domain::time::Timestamp;
use crate::service::Services;

use crate::http::shared::description::named_words::Channel;
use crate::http::shared::description::operation::Example;
use crate::http::shared::description::words::ShareableKey;
use crate::http::shared::description::{examples, schemas};
use crate::http::v1::challenges::found_view::ChallengeDeliveryView;
use crate::http::v1::challenges::view::DeliveryView;

/// An example of an id.
pub(super) const ID: &str = "RtYuIoPaSdFgHjKlZxCvBnM";

/// A relayed message. Its code cannot be verified here.
#[derive(Serialize, ToSchema)]
#[schema(as = Message)]
pub(crate) struct MessageView {
    /// The id of the message: 23 ASCII letters. It is no shareable key.
    #[schema(value_type = ShareableKey)]
    id: String,
    /// What the code is for.
    purpose: Purpose,
    #[schema(value_type = Channel)]
    channel: &'static str,
    /// The recipient, masked.
    #[schema(required, max_length = 254)]
    to: Option<String>,
    /// The language of the message.
    locale: Locale,
    /// When the code was taken over.
    created_at: Timestamp,
    /// When the message is no longer sent.
    expires_at: Timestamp,
    #[schema(required)]
    delivery: Option<DeliveryView>,
    #[schema(schema_with = schemas::entries)]
    metadata: BTreeMap<String, String>,
}

/// A relayed message with all of its deliveries.
#[derive(Serialize, ToSchema)]
#[schema(as = MessageWithDeliveries)]
pub(crate) struct FoundMessageView {
    #[serde(flatten)]
    message: MessageView,
    /// The deliveries in their order, also over other channels; the last one is that of `delivery`.
    #[schema(max_items = 10)]
    deliveries: Vec<ChallengeDeliveryView>,
}

impl MessageView {
    /// The object of a relayed message.
    pub(crate) fn of(services: &Services, challenge: &Challenge) -> Self {
        Self {
            id: services.challenges.shareable_key(challenge.id).as_str().to_owned(),
            purpose: challenge.purpose.clone(),
            channel: challenge.channel.as_str(),
            to: challenge.to.clone(),
            locale: challenge.details.locale().cloned().unwrap_or(Locale::ENGLISH),
            created_at: challenge.minted_at(),
            expires_at: challenge.standing.expires_at,
            delivery: DeliveryView::of(challenge),
            metadata: challenge.details.metadata().clone(),
        }
    }
}

impl FoundMessageView {
    /// The object of a relayed message and its deliveries.
    pub(crate) fn of(services: &Services, challenge: &Challenge, deliveries: &[ChallengeDelivery]) -> Self {
        let message = MessageView::of(services, challenge);
        Self { message, deliveries: deliveries.iter().map(ChallengeDeliveryView::of).collect() }
    }
}

impl Example for MessageView {
    fn example() -> Self {
        Self {
            id: ID.to_owned(),
            purpose: Purpose::LOGIN,
            channel: "email",
            to: Some("j***@e***.com".to_owned()),
            locale: Locale::ENGLISH,
            created_at: examples::at("08:30:00"),
            expires_at: examples::at("08:40:00"),
            delivery: Some(DeliveryView::sent()),
            metadata: BTreeMap::new(),
        }
    }
}

impl Example for FoundMessageView {
    fn example() -> Self {
        Self { message: MessageView::example(), deliveries: vec![ChallengeDeliveryView::example()] }
    }
}
