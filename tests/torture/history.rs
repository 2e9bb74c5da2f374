//! What the clients did and what they were told: the evidence that the checker judges.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

use otpmint::app::SystemClocks;
use otpmint::domain::steady_clock::Timepiece as _;

use super::books::Books;

/// Answers that are evaluated for one challenge.
pub const ATTEMPTS: u64 = 5;

/// Wrong answers in a row after which a recipient is locked out. Above [`ATTEMPTS`], so that one
/// challenge alone locks nobody out.
pub const FAILURES_IN_A_ROW: usize = 8;

/// A place in the order in which the clients saw things happen, and the time of day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Moment {
    pub tick: u64,
    /// Milliseconds since the Unix epoch.
    pub at: i64,
}

/// Hands out moments. When one operation is answered before another begins, their ticks say so.
#[derive(Default)]
pub struct Ticker(AtomicU64);

impl Ticker {
    pub fn now(&self) -> Moment {
        let at = SystemClocks.wall().as_millis();
        Moment { tick: self.0.fetch_add(1, Ordering::SeqCst), at }
    }
}

/// By which way the code of a challenge comes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Medium {
    /// v1 with `channel: "none"`: in the answer.
    Told,
    /// v1: by mail, some time after the answer.
    Mailed,
    /// Compat: by mail, which the mail server has accepted before the answer.
    Accepted,
}

/// A challenge, as the client that asked for it knows it.
#[derive(Clone, Debug)]
pub struct Subject {
    pub number: usize,
    pub recipient: String,
    pub medium: Medium,
    /// The shareable key, once it was answered.
    pub key: Option<String>,
    /// The code, once it came.
    pub code: Option<String>,
    /// When it stops working, as it was answered.
    pub expires_at: i64,
}

/// How a challenge stands.
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

/// Which answer was tried.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Try {
    Right,
    Wrong,
}

/// What was asked for.
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

/// What came with a success.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Receipt {
    /// Signed by a published key, and about this recipient.
    Good,
    /// None came, because an earlier answer to the same request was lost.
    Lost,
    /// None is offered here (compat).
    NotOffered,
    /// Not what it has to be.
    Bad(String),
}

/// What was answered.
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
    /// Ended, and the caller is not told how.
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

/// One thing that a client wanted.
#[derive(Clone, Debug)]
pub struct Operation {
    pub action: Action,
    /// The number of its challenge; none for a switch.
    pub challenge: Option<usize>,
    /// The number of the secret key that it came with, or that was switched; none without one.
    pub credential: Option<usize>,
    pub invoked: Moment,
    /// When the answer was there, or when it was clear that none would come.
    pub completed: Moment,
    /// None when the connection broke: it may have been carried out, or not.
    pub answer: Option<Answer>,
    /// What the same request was answered when it came again with its `Idempotency-Key`.
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

    /// Whether it was answered before `other` was asked.
    pub fn precedes(&self, other: &Operation) -> bool {
        self.answer.is_some() && self.completed.tick < other.invoked.tick
    }

    /// Whether it was asked before `other` was answered.
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
}
