//! Errors inside a transaction.

/// The error for a transaction that was not carried out. Nothing of it was recorded.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// Another transaction was in the way; a retry may succeed.
    #[error("another transaction was in the way: {0}")]
    Again(EngineError),
    /// This operation cannot be carried out. The store is fine.
    #[error("{0}")]
    Operation(EngineError),
    /// Nothing can be recorded.
    #[error("{0}")]
    Store(EngineError),
}

/// The engine's error, for the log.
pub type EngineError = Box<dyn std::error::Error + Send + Sync>;

/// The result type of everything inside a transaction.
pub type Result<T, E = Failed> = std::result::Result<T, E>;
