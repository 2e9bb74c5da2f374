//! Requests that are carried out once, and the conditions under which requests ask for changes.

pub(in crate::service) mod conditions;
pub(in crate::service) mod requester;
pub(in crate::service) mod requests;

pub use conditions::RequestConditions;
pub use requester::Requester;
pub use requests::{Idempotency, Kept, Passing, Recalled, RunningRequest};
