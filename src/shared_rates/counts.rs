//! The interface to counts that several nodes share.

use std::time::Duration;

use crate::domain::BoxFuture;
use crate::domain::limits::rate::Rate;
use crate::domain::limits::rule::Window;

/// The name of a count: a keyed digest of its limit and its subject, because names are readable to
/// whoever can read the engine.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct CountName(pub [u8; 16]);

/// A counted event, by which it can be taken back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ticket(pub u64);

/// What is to be done with a count.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verb {
    /// Count an event, unless it exceeds the rate.
    Count,
    /// Refuse if an event would exceed the rate, without counting it.
    Check,
    /// Uncount an event.
    TakeBack(Ticket),
}

/// A question to the engine.
#[derive(Clone, Copy, Debug)]
pub struct Question {
    /// The count.
    pub name: CountName,
    /// Its rate.
    pub rate: Rate,
    /// The algorithm of the rate.
    pub window: Window,
    /// What is to be done.
    pub verb: Verb,
}

/// An answer of the engine.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// The event is within the rate.
    Passed {
        /// How many more would pass at the same moment.
        remaining: u32,
        /// The counted event.
        ticket: Ticket,
    },
    /// The event exceeds the rate.
    Refused {
        /// How long to wait until it would pass.
        retry_after: Duration,
    },
}

/// The engine gave no answer in time, or is being left alone since it last gave none.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NotReached;

/// Counts that all nodes share.
pub trait SharedCounts: Send + Sync {
    /// Asks a question. It takes a few hundredths of a second at most, whatever the engine does.
    fn ask(&self, question: Question) -> BoxFuture<'_, Result<Verdict, NotReached>>;

    /// Returns whether the engine has answered the latest question.
    fn is_reached(&self) -> bool;

    /// Connects to the engine whenever it is not connected, until this is dropped.
    fn keep_reaching(&self) -> BoxFuture<'_, ()>;
}
