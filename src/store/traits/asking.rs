//! A verb for challenges whose page asks for the recipient: one that was given is withdrawn again.

use std::net::IpAddr;

use crate::domain::challenges::challenge::ChallengeStatus;
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::time::Timestamp;

use super::verb::Verb;

/// Challenges whose pages ask.
pub trait AskingStore {
    /// Takes the recipient of a pending challenge back, with the code that was sent to it, so that its page
    /// asks again.
    fn withdraw_recipient(
        &self,
        tenant: TenantId,
        id: ChallengeId,
        client_ip: Option<IpAddr>,
        now: Timestamp,
    ) -> Verb<'_, Withdrawn>;
}

/// What came of withdrawing a recipient.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Withdrawn {
    /// The challenge has no recipient now.
    Withdrawn,
    /// It had none.
    Already,
    /// Its message is being sent.
    UnderWay,
    /// No other one could be sent a message.
    Spent,
    /// The challenge had ended.
    Ended(ChallengeStatus),
    /// No such challenge of this tenant, or one whose page does not ask.
    Unknown,
}
