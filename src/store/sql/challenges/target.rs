//! The challenge that an answer is for.

use crate::domain::challenges::challenge::ChallengeStatus;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::mailbox::Spelling;
use crate::store::sql::failed::Result;
use crate::store::sql::group::Group;
use crate::store::sql::hold::HeldChallenge;
use crate::store::{Attempt, Target};

use super::pages;

/// Finds the challenge that an answer is for.
pub fn find(group: &Group, attempt: &Attempt) -> Result<Option<HeldChallenge>> {
    match (&attempt.target, attempt.tenant) {
        (Target::Challenge(id) | Target::Hosted(id, _), _) => group.challenge(*id),
        // This check comes before anything is counted: a foreign page must not use up the attempts.
        (Target::Held(id, page), _) => match pages::owner(group, *id, page.as_ref(), attempt.now)? {
            Some(_) => Ok(group.challenge(*id)?.filter(|held| is_pending(held, attempt))),
            None => Ok(None),
        },
        (Target::Latest(..), None) => Ok(None),
        (Target::Latest(indexes, kind), Some(tenant)) => {
            for id in group.latest_of(tenant, indexes)? {
                let found = group.challenge_of(tenant, id)?;
                if let Some(held) = found
                    && kind.as_ref().is_none_or(|kind| is_of(&held, kind))
                    && is_pending(&held, attempt)
                {
                    return Ok(Some(held));
                }
            }
            Ok(None)
        }
    }
}

/// Returns whether a challenge of the recipient is for this purpose, and its code for this spelling of the address: at
/// some servers, addresses that are counted as one are those of two people.
fn is_of(held: &HeldChallenge, (purpose, spelling): &(Purpose, Spelling)) -> bool {
    let row = held.get();
    row.shown.purpose == *purpose && spelling.is(row.spelling)
}

fn is_pending(held: &HeldChallenge, attempt: &Attempt) -> bool {
    held.get().shown.standing.status_at(attempt.now) == ChallengeStatus::Pending
}
