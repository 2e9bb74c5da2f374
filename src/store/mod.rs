//! The store: verbs that are whole decisions, each atomic in its engine.
//!
//! No transaction crosses these traits, `now` is always an argument, and what a verb answers has
//! been made durable. `tests/suite/store` tells the same story to every engine.

mod sql;
pub mod sqlite;
mod traits;

pub use traits::*;
