//! Verbs about messages on their way.

use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::deliveries::delivery::{DeliveryEnd, Room};
use crate::domain::deliveries::report::TriedRoute;
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::secret::Sealed;
use crate::domain::time::Timestamp;

use super::verb::Verb;

/// The outbox, durably.
pub trait DeliveryStore {
    /// Lets go of all deliveries that a former process held. Only at start.
    fn release_deliveries(&self, now: Timestamp) -> Verb<'_, usize>;

    /// Takes deliveries for which there is room, that are due at `now` and held by nobody: tenant by
    /// tenant, and of each the longest waiting first.
    fn claim_deliveries(&self, now: Timestamp, room: Room) -> Verb<'_, Vec<ClaimedDelivery>>;

    /// Records what came of a delivery that the caller holds, and over which route it was tried last.
    fn settle_delivery(
        &self,
        challenge: ChallengeId,
        end: DeliveryEnd,
        tried: Option<TriedRoute>,
        now: Timestamp,
    ) -> Verb<'_, ()>;
}

/// A delivery taken out of the outbox.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClaimedDelivery {
    /// What the message belongs to.
    pub challenge: ChallengeId,
    /// Who sends.
    pub tenant: TenantId,
    /// The medium.
    pub channel: ChannelKind,
    /// What the code is for.
    pub purpose: Purpose,
    /// The message, sealed.
    pub payload: Sealed,
    /// When the code stops working.
    pub expires_at: Timestamp,
    /// When it was minted or sent again.
    pub queued_at: Timestamp,
    /// Which message of the challenge this is, from one.
    pub sends: u8,
    /// Tries made so far.
    pub tries: u32,
}
