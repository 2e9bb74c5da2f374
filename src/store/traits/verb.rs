//! The types that every verb returns.

use crate::domain::BoxFuture;

/// The error for a verb that could not be carried out. Nothing was decided, and nothing that the
/// caller was told about was changed; the cause is in the log.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum StoreError {
    /// Too many operations are waiting to be written.
    #[error("the store is busy")]
    Busy,
    /// The store cannot record: disk full, read-only, or failing.
    #[error("the store is not available")]
    Unavailable,
    /// What is changed is not in the state that the change expects.
    #[error("a precondition is not met")]
    Unmet,
    /// The request was carried out before.
    #[error("the request was carried out before")]
    Repeated,
}

/// The future that every verb returns.
pub type Verb<'a, T> = BoxFuture<'a, Result<T, StoreError>>;
