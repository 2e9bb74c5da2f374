//! Deliveries as operators and tenants see them: a list, and the history of one.

use crate::domain::challenges::challenge::Challenge;
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::deliveries::delivery::{DeliveryError, DeliveryStatus};
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::phone::country::Country;
use crate::domain::reports::audit::AuditRow;
use crate::domain::secret::RecipientIndex;
use crate::domain::tenants::route::RouteHandle;
use crate::domain::time::Timestamp;

/// A filter for deliveries.
#[derive(Clone, Default, Debug)]
pub struct DeliveryQuery {
    /// Only this tenant's; `None` for all tenants.
    pub tenant: Option<TenantId>,
    /// Only those with this status.
    pub status: Option<DeliveryStatus>,
    /// Only those over this channel.
    pub channel: Option<ChannelKind>,
    /// Only those of challenges with a message to this recipient, by its indexes under all versions of the key.
    pub recipient: Option<Vec<RecipientIndex>>,
    /// Only those of challenges with a message to this country.
    pub country: Option<Country>,
    /// Only those after the page that ended at this cursor.
    pub after: Option<DeliveryCursor>,
    /// The maximum number of rows.
    pub limit: usize,
}

/// The position at which a page of deliveries ended. Later deliveries come before it, since the
/// newest are listed first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DeliveryCursor(pub i64);

/// A challenge that has a message, and its tenant.
#[derive(Clone, PartialEq, Debug)]
pub struct DeliveryRow {
    /// The tenant.
    pub tenant: TenantId,
    /// The challenge, with the status of its latest message.
    pub challenge: Challenge,
}

/// A page of deliveries.
#[derive(Clone, PartialEq, Default, Debug)]
pub struct DeliveryPage {
    /// The rows, newest first. There may be fewer than asked for, or none, even if more follow.
    pub rows: Vec<DeliveryRow>,
    /// The cursor of the next page; `None` if nothing follows.
    pub next: Option<DeliveryCursor>,
}

/// The delivery history of one challenge.
#[derive(Clone, PartialEq, Debug)]
pub struct DeliveryHistory {
    /// The current state.
    pub row: DeliveryRow,
    /// The outcomes of the earlier tries, oldest first.
    pub tries: Vec<Try>,
    /// The next try, if one is pending.
    pub waiting: Option<NextTry>,
    /// The challenge's audit rows, oldest first.
    pub audit: Vec<AuditRow>,
}

/// The outcome of one try at sending a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Try {
    /// When the try ended.
    pub at: Timestamp,
    /// Why it failed; `None` if the message was sent.
    pub failed: Option<DeliveryError>,
}

/// The next try.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NextTry {
    /// How many tries of this message have failed.
    pub tries: u32,
    /// When the next try is due; `None` while it is under way.
    pub due_at: Option<Timestamp>,
}

/// One delivery of a challenge, as it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChallengeDelivery {
    /// The channel.
    pub channel: ChannelKind,
    /// Whom it is for.
    pub to: DeliveryRecipient,
    /// The last route that was tried; `None` until one was.
    pub route: Option<RouteHandle>,
    /// How far it has got, with what the provider has reported.
    pub status: DeliveryStatus,
    /// When the code was minted or sent again.
    pub queued_at: Timestamp,
    /// When it reached its status; `None` while it is queued.
    pub at: Option<Timestamp>,
    /// Why it failed, or why its last try did.
    pub error: Option<DeliveryError>,
}

/// What is known of the recipient of a message, also when its challenge has ended.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct DeliveryRecipient {
    /// The keyed index; `None` where only the other two were asked for.
    pub index: Option<RecipientIndex>,
    /// The recipient, masked.
    pub hint: Option<String>,
    /// The country of a phone number.
    pub country: Option<Country>,
}

/// Names the challenge whose delivery history is wanted, and the tenant that it must belong to.
#[derive(Clone, Copy, Debug)]
pub struct HistoryQuery {
    /// The tenant; `None` for any tenant.
    pub tenant: Option<TenantId>,
    /// The challenge.
    pub challenge: ChallengeId,
}

impl Try {
    /// Parses the tries as the store writes them: `1795334400000:timed_out 1795334401000:sent`.
    /// Skips malformed entries.
    pub fn parse_all(text: &str) -> Vec<Self> {
        text.split(' ').filter_map(Self::parse).collect()
    }

    fn parse(text: &str) -> Option<Self> {
        let (at, word) = text.split_once(':')?;
        let at = Timestamp::from_millis(at.parse().ok()?);
        match DeliveryError::parse(word) {
            Some(reason) => Some(Self { at, failed: Some(reason) }),
            None => (word == DeliveryStatus::Sent.as_str()).then_some(Self { at, failed: None }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_are_read_in_their_order_and_what_is_none_is_left_out() {
        let read = Try::parse_all("5:timed_out 9:sent x:sent 10: 11:unheard_of 12");
        let at = Timestamp::from_millis;
        let failed = Try { at: at(5), failed: Some(DeliveryError::TimedOut) };
        assert_eq!(read, [failed, Try { at: at(9), failed: None }]);
        assert_eq!(Try::parse_all(""), []);
    }
}
