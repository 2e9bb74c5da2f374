//! Deliveries as whoever looks after them sees them: a list, and the way of one.

use crate::domain::challenges::challenge::Challenge;
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::deliveries::delivery::{DeliveryError, DeliveryStatus};
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::reports::audit::AuditRow;
use crate::domain::time::Timestamp;

/// Which deliveries.
#[derive(Clone, Default, Debug)]
pub struct DeliveryQuery {
    /// Whose; `None` for everybody's.
    pub tenant: Option<TenantId>,
    /// Those that stand so alone.
    pub status: Option<DeliveryStatus>,
    /// Those over this medium alone.
    pub channel: Option<ChannelKind>,
    /// Those that follow the page which ended so.
    pub after: Option<DeliveryCursor>,
    /// Rows of the page at most.
    pub limit: usize,
}

/// Where a page of deliveries ended. What is queued later comes before it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DeliveryCursor(pub i64);

/// A challenge that has a message, and whose it is.
#[derive(Clone, PartialEq, Debug)]
pub struct DeliveryRow {
    /// Whose.
    pub tenant: TenantId,
    /// The challenge, with the standing of its latest message.
    pub challenge: Challenge,
}

/// A page of deliveries.
#[derive(Clone, PartialEq, Debug)]
pub struct DeliveryPage {
    /// Its rows, newest first. There may be fewer than asked for, or none, though more follow.
    pub rows: Vec<DeliveryRow>,
    /// Where it ended; `None` when nothing follows.
    pub next: Option<DeliveryCursor>,
}

/// The way of the messages of one challenge.
#[derive(Clone, PartialEq, Debug)]
pub struct DeliveryHistory {
    /// Where it stands now.
    pub row: DeliveryRow,
    /// What became of the tries before, oldest first.
    pub tries: Vec<Try>,
    /// What the message still waits for, if it does.
    pub waiting: Option<Waiting>,
    /// What else is known of the challenge, oldest first.
    pub audit: Vec<AuditRow>,
}

/// What came of one try at a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Try {
    /// When.
    pub at: Timestamp,
    /// Why it failed; `None` when the message was sent.
    pub failed: Option<DeliveryError>,
}

/// The next try.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Waiting {
    /// How many tries of this message have failed.
    pub tries: u32,
    /// When the next one is due; `None` when it is under way.
    pub due_at: Option<Timestamp>,
}

/// The challenge that a way is asked of, and whose it has to be; `None` for anybody's.
#[derive(Clone, Copy, Debug)]
pub struct HistoryQuery {
    /// Whose.
    pub tenant: Option<TenantId>,
    /// Which.
    pub challenge: ChallengeId,
}

impl Try {
    /// The tries as the store has them: `1795334400000:timed_out 1795334401000:sent`. What is no try is
    /// left out.
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
