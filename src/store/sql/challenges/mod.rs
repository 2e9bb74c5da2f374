//! Challenges: opening them, giving recipients, answering, resending, ending and erasing.

mod asking;
mod attempt;
mod counted;
pub mod cursor;
mod end;
mod idempotency;
mod idle;
mod issue;
mod moves;
mod open;
mod pages;
mod resend;
mod results;
mod sweep;
mod target;
mod verbs;

#[cfg(test)]
mod decisions;
#[cfg(test)]
mod model;

pub use counted::{Counted, forget_send};
pub use idle::move_counters;
pub use sweep::{expire_all, round, start_over};
