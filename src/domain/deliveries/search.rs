//! What was sent to one recipient, and what is counted for it: the answer to "why did she get no code?".

use crate::domain::challenges::challenge::{Challenge, ChallengeStatus};
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::deliveries::delivery::{DeliveryError, DeliveryStatus};
use crate::domain::deliveries::history::Try;
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::limits::counters::RecipientCounters;
use crate::domain::phone::country::Country;
use crate::domain::secret::RecipientIndex;
use crate::domain::tenants::route::RouteHandle;
use crate::domain::time::Timestamp;

/// A filter for the challenges of one recipient.
#[derive(Clone, Debug)]
pub struct RecipientQuery {
    /// The tenant.
    pub tenant: TenantId,
    /// The recipient, by its indexes under all versions of the key. All spellings of an address share them.
    pub indexes: Vec<RecipientIndex>,
    /// The indexes over all tenants.
    pub overall: Vec<RecipientIndex>,
    /// The time.
    pub now: Timestamp,
    /// Which of its challenges are wanted.
    pub filter: RecipientFilter,
}

/// Which challenges of a recipient are wanted.
#[derive(Clone, Default, Debug)]
pub struct RecipientFilter {
    /// Only those for this purpose.
    pub purpose: Option<Purpose>,
    /// Only those with this status. It is known only as long as the challenge is kept.
    pub status: Option<ChallengeStatus>,
    /// Only those that were minted from this moment on.
    pub from: Option<Timestamp>,
    /// Only those that were minted before this moment.
    pub until: Option<Timestamp>,
    /// Only those after the page that ended at this cursor.
    pub after: Option<RecipientCursor>,
    /// The maximum number of challenges.
    pub limit: usize,
}

/// The position at which a page ended. Later challenges come before it, since the newest are listed first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RecipientCursor(pub ChallengeId);

/// What was sent to a recipient, and what is counted for it.
#[derive(Clone, PartialEq, Debug)]
pub struct RecipientPage {
    /// The challenges, newest first. There may be fewer than asked for, or none, even if more follow.
    pub rows: Vec<FoundChallenge>,
    /// The cursor of the next page; `None` if nothing follows.
    pub next: Option<RecipientCursor>,
    /// What is counted for the recipient of this tenant.
    pub counters: RecipientCounters,
    /// What is counted for it over all tenants.
    pub overall: RecipientCounters,
}

/// A challenge of a recipient, or a relayed message.
#[derive(Clone, PartialEq, Debug)]
pub struct FoundChallenge {
    /// The row.
    pub id: ChallengeId,
    /// What the code was for.
    pub purpose: Purpose,
    /// The challenge, as long as it is kept.
    pub challenge: Option<Challenge>,
    /// Its messages to this recipient, in their order.
    pub messages: Vec<FoundMessage>,
}

/// A message, and what became of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FoundMessage {
    /// The channel.
    pub channel: ChannelKind,
    /// The recipient, masked.
    pub to: Option<String>,
    /// The country of a phone number.
    pub country: Option<Country>,
    /// The last route that was tried; `None` until one was.
    pub route: Option<RouteHandle>,
    /// How far it has got, with what the provider has reported.
    pub status: DeliveryStatus,
    /// When the code was minted or sent again.
    pub queued_at: Timestamp,
    /// When it reached its status; `None` while it is queued.
    pub at: Option<Timestamp>,
    /// Why it failed.
    pub error: Option<DeliveryError>,
    /// The channel's own word for that, where it has a finer one.
    pub reason: Option<String>,
    /// The tries that failed before.
    pub failed_tries: Vec<Try>,
    /// When it is tried next; `None` unless it waits for that.
    pub next_try_at: Option<Timestamp>,
    /// The class of what the server answered, such as `5xx`.
    pub reply: Option<String>,
    /// The status that came with it: enhanced, such as `5.1.1`, or the provider's number.
    pub reply_status: Option<String>,
}
