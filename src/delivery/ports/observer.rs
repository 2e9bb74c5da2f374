//! What becomes of each message, told as it happens.

use std::fmt::Debug;

use super::job::Job;
use crate::domain::deliveries::delivery::DeliveryEnd;

/// Watches messages on their way. It is told in passing, so it must not block; and it is told of
/// messages with codes in them, so what it keeps of them must be fit to be kept.
pub trait Observer: Send + Sync + Debug {
    /// The message of `job` has taken a step.
    fn note(&self, job: &Job, step: Step);
}

/// A step of a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// It waits for its first try.
    Queued,
    /// A try at it begins.
    Trying,
    /// What came of the try, or of waiting for it.
    Ended(DeliveryEnd),
}
