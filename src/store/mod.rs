//! The store. Each verb is a whole decision, atomic in its engine.
//!
//! No transaction crosses these traits, `now` is always an argument, and what a verb returns is
//! already durable. `tests/suite/store` runs the same scenarios against every engine.

pub mod copy;
pub mod postgres;
mod queue;
mod sql;
pub mod sqlite;
mod traits;

pub use traits::*;
