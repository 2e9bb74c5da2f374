//! Observers, which are notified of each step of a message.

use std::fmt::Debug;

use super::job::Job;
use crate::domain::deliveries::delivery::DeliveryEnd;

/// Observes messages. It is called in line, so it must not block. The messages contain codes, so an
/// observer must not keep anything that is secret.
pub trait Observer: Send + Sync + Debug {
    /// Called when the message of `job` takes a step.
    fn note(&self, job: &Job, step: DeliveryStep);
}

/// A step of a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DeliveryStep {
    /// The message waits for its first try.
    Queued,
    /// A try begins.
    Trying,
    /// The outcome of the try, or of waiting for it.
    Ended(DeliveryEnd),
}
