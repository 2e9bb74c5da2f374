//! Toll fraud: what is counted for messages to phone numbers, and what was refused.

mod alarms;
mod blocks;
mod guard;
mod sweep;
mod verbs;

pub use blocks::list as blocks;
pub use guard::{Guard, verified};
pub use sweep::{delete_old, move_counts};
