//! The word of a transport in requests.

use serde::Deserialize;
use utoipa::ToSchema;

/// What the route sends through. It cannot be changed later.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RouteTransport {
    Smtp,
    Twilio,
    WhatsappCloud,
    TelegramGateway,
    Http,
    Smpp,
    Log,
}
