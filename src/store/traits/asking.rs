//! The verb for challenges whose page asks for the recipient: withdrawing one that was given.

use crate::domain::challenges::challenge::ChallengeStatus;
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::reports::actor::Actor;
use crate::domain::time::Timestamp;

use super::verb::Verb;

/// Challenges whose pages ask for the recipient.
pub trait AskingStore {
    /// Withdraws the recipient of a pending challenge, with the code that was sent, so that its
    /// page asks again.
    fn withdraw_recipient(
        &self,
        tenant: TenantId,
        id: ChallengeId,
        by: Actor,
        now: Timestamp,
    ) -> Verb<'_, Withdrawn>;
}

/// The result of withdrawing a recipient.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Withdrawn {
    /// The challenge has no recipient now.
    Withdrawn,
    /// There was no recipient.
    Already,
    /// Its message is being sent.
    UnderWay,
    /// No message could be sent to another recipient.
    Spent,
    /// The challenge had ended.
    Ended(ChallengeStatus),
    /// There is no such challenge of this tenant, or its page does not ask for the recipient.
    Unknown,
}
