//! The store in one SQLite file: a writing thread with group commit, and a pool of readers.

mod batch;
mod commit_loop;
mod engine;
mod files;
mod open_failed;
mod operation;
#[cfg(test)]
mod plans;
mod schema;
mod tx;
mod wal;
mod writer;

pub use engine::{Sqlite, SqliteStore};
pub use open_failed::OpenFailed;
