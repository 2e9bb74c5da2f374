//! Why something in a transaction failed.

/// Why a transaction was not carried out. Nothing of it was recorded.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// Another transaction was in the way; later it may work.
    #[error("another transaction was in the way: {0}")]
    Again(Cause),
    /// This operation cannot be carried out. The store is fine.
    #[error("{0}")]
    Operation(Cause),
    /// Nothing can be recorded.
    #[error("{0}")]
    Store(Cause),
}

/// What an engine says about it, for the log.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// What everything in a transaction returns.
pub type Result<T, E = Failed> = std::result::Result<T, E>;
