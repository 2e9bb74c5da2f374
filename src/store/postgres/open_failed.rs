//! The error for a database that cannot be used.

use crate::domain::node::ClockSkew;
use crate::store::copy::Marked;
use crate::store::sql::failed::Failed;

/// The error for a database that cannot be used. It stops the start with exit code 4.
#[derive(Debug, thiserror::Error)]
pub enum OpenFailed {
    /// No server can be reached, or none of them lets us in.
    #[error("no connection to the database: {0}")]
    Connect(String),
    /// A statement failed.
    #[error("{0}")]
    Statement(String),
    /// A thread cannot be started.
    #[error("no thread: {0}")]
    Thread(#[from] std::io::Error),
    /// The server is too old.
    #[error("the server is PostgreSQL {0}; at least {1} is needed")]
    TooOld(u32, u32),
    /// The connection has no schema to work in.
    #[error("there is no schema to use: create one, or set search_path for the user")]
    NoSchema,
    /// The user may not create tables.
    #[error(
        "the database is empty and this user may not create tables in the schema {0}: run GRANT CREATE ON SCHEMA {0} TO the user"
    )]
    MayNotCreate(String),
    /// The user may not use the tables.
    #[error(
        "the tables in the schema {0} belong to another user, and this one may not use them: use their owner"
    )]
    MayNotUse(String),
    /// There are tables that are not ours.
    #[error("the schema {0} has tables of something else: use a database, or a schema, of its own")]
    Foreign(String),
    /// The clock of this machine cannot be used with the database.
    #[error("the clock of this machine is {0}: set both by the network (NTP)")]
    ClockDiffers(ClockSkew),
    /// All numbers of nodes are taken.
    #[error("as many nodes use the database as there can be")]
    NoNumber,
    /// The database was created by a newer version.
    #[error("the database was made by a newer version of otpmint: use that version, or restore a backup")]
    TooNew,
    /// The database was created with another master key a moment ago.
    #[error("the database has just been made with another master key")]
    OtherKey,
    /// The database was copied elsewhere, or a copy into it is not finished.
    #[error(transparent)]
    Marked(#[from] Marked),
    /// The database cannot be copied, or be filled by a copy.
    #[error("{0}")]
    Copy(String),
}

impl From<Failed> for OpenFailed {
    fn from(failed: Failed) -> Self {
        Self::Statement(failed.to_string())
    }
}
