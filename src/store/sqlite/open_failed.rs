//! The error for a database that cannot be used.

use crate::store::copy::Marked;

/// The error for a database that cannot be used. It stops the start with exit code 4.
#[derive(Debug, thiserror::Error)]
pub enum OpenFailed {
    /// The file cannot be opened, read or written.
    #[error("{0}")]
    Sqlite(#[from] rusqlite::Error),
    /// The file or its folder cannot be created, or cannot be made private.
    #[error("the database file: {0}")]
    File(std::io::Error),
    /// The pool of readers cannot be created.
    #[error("no reader: {0}")]
    Pool(#[from] r2d2::Error),
    /// The writing thread cannot be started.
    #[error("no writer: {0}")]
    Thread(#[from] std::io::Error),
    /// The database was created by a newer version.
    #[error("the database was made by a newer version of otpmint: use that version, or restore a backup")]
    TooNew,
    /// A migration failed; the database is unchanged.
    #[error("the database could not be brought to this version: {0}")]
    Migration(String),
    /// The database was created with another master key a moment ago.
    #[error("the database has just been made with another master key")]
    OtherKey,
    /// The file is not a database of ours.
    #[error("the file is not a database of otpmint")]
    Foreign,
    /// The database was copied elsewhere, or a copy into it is not finished.
    #[error(transparent)]
    Marked(#[from] Marked),
    /// The database cannot be copied, or be filled by a copy.
    #[error("{0}")]
    Copy(String),
}
