//! The audit trail.

mod about;
mod notes;
pub mod seals;
pub mod trail;

pub use about::About;
pub use notes::note;
