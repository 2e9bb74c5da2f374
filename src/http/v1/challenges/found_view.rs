//! A challenge that its tenant looks up, with all of its deliveries.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::challenges::challenge::Challenge;
use crate::domain::deliveries::delivery::{DeliveryError, DeliveryStatus};
use crate::domain::deliveries::history::ChallengeDelivery;
use crate::domain::time::Timestamp;
use crate::service::Services;

use crate::http::shared::description::examples;
use crate::http::shared::description::named_words::Channel;
use crate::http::shared::description::operation::Example;
use crate::http::shared::description::words::RouteId;

use super::view::ChallengeView;

/// A challenge with all of its deliveries.
#[derive(Serialize, ToSchema)]
#[schema(as = ChallengeWithDeliveries)]
pub(crate) struct FoundView {
    #[serde(flatten)]
    challenge: ChallengeView,
    /// The deliveries in their order, also over other channels; the last one is that of `delivery`.
    #[schema(max_items = 10)]
    deliveries: Vec<ChallengeDeliveryView>,
}

/// One delivery of a challenge.
#[derive(Serialize, ToSchema)]
#[schema(as = ChallengeDelivery)]
pub(crate) struct ChallengeDeliveryView {
    #[schema(value_type = Channel)]
    channel: &'static str,
    /// The last route that was tried; null until one was.
    #[schema(required, value_type = Option<RouteId>)]
    route: Option<String>,
    #[schema(value_type = DeliveryStatus)]
    status: &'static str,
    /// When the code was minted or sent again.
    queued_at: Timestamp,
    /// When it was sent, failed or was reported to have arrived; null while it is queued.
    #[schema(required)]
    at: Option<Timestamp>,
    /// The reason of the failure; null if it did not fail.
    #[schema(required, value_type = Option<DeliveryError>)]
    error: Option<&'static str>,
}

impl FoundView {
    /// The object of `challenge`.
    pub(crate) fn of(services: &Services, challenge: &Challenge, deliveries: &[ChallengeDelivery]) -> Self {
        let challenge = ChallengeView::of(services, challenge);
        Self { challenge, deliveries: deliveries.iter().map(ChallengeDeliveryView::of).collect() }
    }
}

impl ChallengeDeliveryView {
    pub(crate) fn of(delivery: &ChallengeDelivery) -> Self {
        Self {
            channel: delivery.channel.as_str(),
            route: delivery.route.as_ref().map(|route| route.as_str().to_owned()),
            status: delivery.status.as_str(),
            queued_at: delivery.queued_at,
            at: delivery.at,
            error: delivery.error.map(DeliveryError::as_str),
        }
    }
}

impl Example for ChallengeDeliveryView {
    fn example() -> Self {
        Self {
            channel: "email",
            route: Some("smtp_4hq7k2m9x3c8v5bn".to_owned()),
            status: "sent",
            queued_at: examples::at("08:30:00"),
            at: Some(examples::at("08:30:01")),
            error: None,
        }
    }
}

impl Example for FoundView {
    fn example() -> Self {
        Self { challenge: ChallengeView::example(), deliveries: vec![ChallengeDeliveryView::example()] }
    }
}
