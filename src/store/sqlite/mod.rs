//! The store in one SQLite file: a writing thread with group commit, and a pool of readers.

mod commit_loop;
mod copy;
mod engine;
mod files;
mod meta;
mod open_failed;
#[cfg(test)]
mod plans;
mod schema;
mod tx;
mod wal;
mod writer;

pub use copy::{SqliteSource, SqliteTarget};
pub use engine::{Sqlite, SqliteStore};
pub use open_failed::OpenFailed;
