//! The verbs for messages on their way.

use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::deliveries::delivery::{DeliveryEnd, Room};
use crate::domain::deliveries::provider_report::{ProviderReport, ReportOutcome};
use crate::domain::deliveries::report::TriedRoute;
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::secret::Sealed;
use crate::domain::tenants::route::RouteHandle;
use crate::domain::time::Timestamp;

use super::verb::Verb;

/// The durable outbox.
pub trait DeliveryStore {
    /// Releases all deliveries that a former process held. Call this only at start.
    fn release_deliveries(&self, now: Timestamp) -> Verb<'_, usize>;

    /// Claims deliveries within `room` that are due at `now` and not held: tenant by tenant, and of
    /// each the longest waiting first.
    fn claim_deliveries(&self, now: Timestamp, room: Room) -> Verb<'_, Vec<ClaimedDelivery>>;

    /// Returns since when the message that is due the longest has waited to be claimed.
    fn longest_due(&self) -> Verb<'_, Option<Timestamp>>;

    /// Records the outcome of a delivery that the caller holds, and the last route that was tried.
    fn settle_delivery(
        &self,
        challenge: ChallengeId,
        end: DeliveryEnd,
        tried: Option<TriedRoute>,
        now: Timestamp,
    ) -> Verb<'_, ()>;

    /// Returns the owner of a message that has ended, if it went over this route.
    fn owner_of_sent(
        &self,
        challenge: ChallengeId,
        number: u8,
        route: RouteHandle,
    ) -> Verb<'_, Option<TenantId>>;

    /// Records what a provider reported about a message that it had accepted. A status only goes
    /// forward, so late, repeated and reordered reports change nothing.
    fn record_report(&self, report: ProviderReport, now: Timestamp) -> Verb<'_, ReportOutcome>;
}

/// A delivery claimed from the outbox.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClaimedDelivery {
    /// The challenge of the message.
    pub challenge: ChallengeId,
    /// The sender.
    pub tenant: TenantId,
    /// The channel.
    pub channel: ChannelKind,
    /// The purpose of the code.
    pub purpose: Purpose,
    /// The message, sealed.
    pub payload: Sealed,
    /// When the code expires.
    pub expires_at: Timestamp,
    /// When it was minted or sent again.
    pub queued_at: Timestamp,
    /// The number of this message within the challenge, from one.
    pub sends: u8,
    /// Number of tries so far.
    pub tries: u32,
    /// Number of those whose fate is unknown.
    pub unconfirmed: u32,
}
