//! Counters, and the statistics computed from them.

mod cells;
pub mod counter;
pub mod counts;
mod courses;
mod ends;
mod fold;
pub mod known_cells;
mod statistics;
mod verbs;

pub use cells::{CellKind, Opened, delete_before};
pub use courses::by_day;
pub use ends::{end, sent};
#[cfg(test)]
pub use statistics::groups;
