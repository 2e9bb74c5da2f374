//! The audit trail.

mod about;
mod notes;

pub use about::About;
pub use notes::Notes;
