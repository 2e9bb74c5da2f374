//! What the clients did and which answers they got: the evidence that the checker judges.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

use otpmint::app::SystemClocks;
use otpmint::domain::steady_clock::TimeSource as _;

use super::books::Books;

/// Answers that are evaluated for one challenge.
pub const ATTEMPTS: u64 = 5;

/// Wrong answers in a row after which a recipient is locked out. Above [`ATTEMPTS`], so that no single
/// challenge locks anybody out.
pub const FAILURES_IN_A_ROW: usize = 8;

/// A place in the order in which the clients observed events, and the time of day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Moment {
    pub tick: u64,
    /// Milliseconds since the Unix epoch.
    pub at: i64,
}

/// Issues moments. If one operation is answered before another begins, their ticks show it.
#[derive(Default)]
pub struct Ticker(AtomicU64);

impl Ticker {
    pub fn now(&self) -> Moment {
        let at = SystemClocks.wall().as_millis();
        Moment { tick: self.0.fetch_add(1, Ordering::SeqCst), at }
    }
}

/// How the code of a challenge arrives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Medium {
    /// v1 with `channel: "none"`: in the answer.
    Told,
    /// v1: by mail, some time after the answer.
    Mailed,
    /// Compat: by mail, which the mail server has accepted before the answer.
    Accepted,
}

/// A challenge, as its client knows it.
#[derive(Clone, Debug)]
pub struct Subject {
    pub number: usize,
    pub recipient: String,
    pub medium: Medium,
    /// The shareable key, once it was returned.
    pub key: Option<String>,
    /// The code, once it arrived.
    pub code: Option<String>,
    /// The returned deadline.
    pub expires_at: i64,
}

/// The status of a challenge.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Status {
    Pending,
    Verified,
    Exhausted,
    Canceled,
    Expired,
}

impl Status {
    pub const ENDED: [Status; 4] = [Status::Verified, Status::Exhausted, Status::Canceled, Status::Expired];

    pub fn parse(word: &str) -> Option<Status> {
        Some(match word {
            "pending" => Status::Pending,
            "verified" => Status::Verified,
            "exhausted" => Status::Exhausted,
            "canceled" => Status::Canceled,
            "expired" => Status::Expired,
            _ => return None,
        })
    }

    pub fn word(self) -> &'static str {
        match self {
            Status::Pending => "pending",
            Status::Verified => "verified",
            Status::Exhausted => "exhausted",
            Status::Canceled => "canceled",
            Status::Expired => "expired",
        }
    }
}

/// The kind of the answer that was tried.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Try {
    Right,
    Wrong,
}

/// The kind of operation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Action {
    Mint,
    Verify(Try),
    Resend,
    Cancel,
    Look,
    /// Of the recipient of the challenge.
    Unlock,
    /// A secret key is revoked, or its tenant disabled.
    SwitchOff,
    /// The tenant of a secret key is enabled.
    SwitchOn,
}

/// The receipt of a success.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Receipt {
    /// Signed by a published key, and about this recipient.
    Good,
    /// None came, because an earlier answer to the same request was lost.
    Lost,
    /// None is offered here (compat).
    NotOffered,
    /// Invalid.
    Bad(String),
}

/// The outcome.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Answer {
    Minted {
        key: String,
    },
    Verified(Receipt),
    Mismatched {
        remaining: u64,
    },
    Ended(Status),
    /// Ended; the caller does not learn how.
    EndedSomehow,
    NotFound,
    Seen {
        status: Status,
        remaining: u64,
    },
    /// Resent, canceled, unlocked, switched.
    Done,
    Locked,
    Unauthorized,
    /// Refused for this reason; nothing was changed.
    Refused(String),
}

/// One operation of a client.
#[derive(Clone, Debug)]
pub struct Operation {
    pub action: Action,
    /// The number of its challenge; none for a switch.
    pub challenge: Option<usize>,
    /// The number of the secret key that was used or switched; none without one.
    pub credential: Option<usize>,
    pub invoked: Moment,
    /// When the answer arrived, or when it was clear that none would.
    pub completed: Moment,
    /// None if the connection broke: it may have been carried out, or not.
    pub answer: Option<Answer>,
    /// The answer to the same request when it was repeated with its `Idempotency-Key`.
    pub repeated: Option<Answer>,
}

/// Whether an operation changed anything.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Effect {
    Sure,
    Maybe,
    None,
}

impl Operation {
    pub fn effect(&self) -> Effect {
        match &self.answer {
            None => Effect::Maybe,
            Some(Answer::Minted { .. } | Answer::Verified(_) | Answer::Mismatched { .. } | Answer::Done) => {
                Effect::Sure
            }
            Some(_) => Effect::None,
        }
    }

    /// Whether it was answered before `other` was requested.
    pub fn precedes(&self, other: &Operation) -> bool {
        self.answer.is_some() && self.completed.tick < other.invoked.tick
    }

    /// Whether it was requested before `other` was answered.
    pub fn may_precede(&self, other: &Operation) -> bool {
        self.invoked.tick < other.completed.tick || other.answer.is_none()
    }
}

/// Everything that is known at the end.
#[derive(Clone, Default, Debug)]
pub struct Evidence {
    pub subjects: HashMap<usize, Subject>,
    pub operations: Vec<Operation>,
    /// The codes of the mails to each recipient, in order.
    pub mails: HashMap<String, Vec<String>>,
    pub books: Books,
    /// How long another server than the one that was asked may take to see a change of a key or a tenant, in
    /// milliseconds.
    pub lag: i64,
}
