//! Counting answers, to find out who guesses at the codes of very many recipients.

use crate::domain::challenges::challenge::{ChallengeStatus, Standing};
use crate::domain::spray::answers::Answers;
use crate::store::sql::group::Group;
use crate::store::sql::rows::ChallengeRow;

/// The wrong answers for a recipient before this one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Earlier {
    /// There were some within a day.
    Some,
    /// There were none.
    None,
}

/// Counts an answer after which the challenge has this standing. Returns what it counts.
pub fn count(group: &Group, challenge: &ChallengeRow, (standing, earlier): (Standing, Earlier)) -> Answers {
    let counted = match standing.status {
        ChallengeStatus::Verified => Answers::explained(challenge.space, standing.attempts.saturating_sub(1)),
        status => Answers {
            exhausted: i64::from(status == ChallengeStatus::Exhausted),
            recipients: i64::from(earlier == Earlier::None),
            ..Answers::wrong(challenge.space)
        },
    };
    group.answered(challenge, counted);
    counted
}

/// Counts a challenge that its tenant approves: whoever gave the wrong answers to it is known to the tenant.
pub fn count_approved(group: &Group, challenge: &ChallengeRow) {
    group.answered(challenge, Answers::explained(challenge.space, challenge.shown.standing.attempts));
}

/// Counts a challenge whose attempts are used up because they were cut.
pub fn count_cut(group: &Group, challenge: &ChallengeRow) {
    group.answered(challenge, Answers { exhausted: 1, ..Answers::default() });
}
