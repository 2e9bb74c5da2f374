//! Provider reports: what became of a message after its provider had accepted it.

use crate::domain::deliveries::delivery::{DeliveryError, DeliveryStatus};
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::tenants::route::RouteHandle;

/// The fate that a provider reports. States on the way, such as "sent to the network", are no news.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fate {
    /// It arrived.
    Delivered,
    /// It did not arrive, and will not.
    Failed,
}

/// Names a message in a provider's report.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ReportedMessage {
    /// By the address that the provider was given to report to.
    Sent {
        /// The challenge.
        challenge: ChallengeId,
        /// The number of the message within the challenge, from one.
        number: u8,
    },
    /// By the identifier with which the provider accepted it.
    Accepted {
        /// The owner of the route.
        tenant: TenantId,
        /// The provider's identifier.
        id: String,
    },
}

/// A report about one message. Its sender has proved to be the provider of the route.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProviderReport {
    /// The route that the message was sent over.
    pub route: RouteHandle,
    /// The message.
    pub message: ReportedMessage,
    /// What became of it.
    pub fate: Fate,
    /// The provider's number for the reason, if it gives one.
    pub code: Option<u32>,
}

/// What a report changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ReportOutcome {
    /// The status of the delivery.
    Changed,
    /// Nothing: the delivery has ended before. A status only goes forward.
    Nothing,
    /// Nothing: no such message went over this route, or its acceptance is not recorded yet.
    Unknown,
}

impl Fate {
    /// Returns the status of the delivery.
    pub const fn status(self) -> DeliveryStatus {
        match self {
            Self::Delivered => DeliveryStatus::Delivered,
            Self::Failed => DeliveryStatus::Failed,
        }
    }

    /// Returns the reason of a failure.
    pub const fn error(self) -> Option<DeliveryError> {
        match self {
            Self::Delivered => None,
            Self::Failed => Some(DeliveryError::NotArrived),
        }
    }
}
