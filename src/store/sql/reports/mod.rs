//! Counters, and the statistics computed from them.

mod cells;
mod counter;
mod counts;
mod courses;
mod ends;
mod statistics;
mod verbs;

pub use cells::{CellKind, delete_before};
pub use counter::Counter;
pub use counts::{CellId, PendingCounts};
#[cfg(test)]
pub use courses::by_day;
pub use ends::{end, sent};
#[cfg(test)]
pub use statistics::groups;
