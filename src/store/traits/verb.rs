//! What every verb returns.

use crate::domain::BoxFuture;

/// Why a verb could not be carried out. Nothing was decided, and nothing was changed that the
/// caller was told of; the cause is in the log.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum StoreError {
    /// More is waiting to be written than the store takes on.
    #[error("the store is busy")]
    Busy,
    /// The store cannot record: disk full, read-only, or failing.
    #[error("the store is not available")]
    Unavailable,
}

/// What every verb returns.
pub type Verb<'a, T> = BoxFuture<'a, Result<T, StoreError>>;
