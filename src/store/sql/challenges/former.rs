//! The pending challenge beside which a new one must not be opened.

use std::iter::once;

use crate::domain::challenges::challenge::ChallengeStatus;
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::former::Former;
use crate::store::OpenChallenge;
use crate::store::sql::failed::Result;
use crate::store::sql::group::Group;
use crate::store::sql::hold::HeldChallenge;

/// Returns the pending challenge of the same address and purpose whose code was sent, unless both may be pending.
/// Whoever opens another one takes the row of the recipient too, so it cannot happen between this and the end of
/// the transaction.
pub fn find(group: &Group, new: &OpenChallenge) -> Result<Option<HeldChallenge>> {
    if new.former == Former::Stays {
        return Ok(None);
    }
    let (tenant, indexes) = (new.binding.tenant, once(&new.binding.recipient).chain(&new.other_indexes));
    for id in group.latest_of(tenant, indexes)? {
        let Some(held) = group.challenge_of(tenant, id)? else { continue };
        if is_pending(&held, new) {
            return Ok(Some(held));
        }
    }
    Ok(None)
}

fn is_pending(held: &HeldChallenge, new: &OpenChallenge) -> bool {
    let row = held.get();
    let is_sent = row.shown.channel != ChannelKind::None;
    is_sent
        && new.mailbox.spelling.is(row.spelling)
        && row.shown.purpose == new.binding.purpose
        && row.shown.standing.status_at(new.now) == ChallengeStatus::Pending
}
