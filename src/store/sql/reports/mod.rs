//! What is counted, and the numbers out of it.

mod counts;

pub use counts::{CellId, Counter, Counts};
