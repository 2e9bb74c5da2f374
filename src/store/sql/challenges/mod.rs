//! Challenges: opening them, giving recipients, answering, resending, ending and erasing.

mod asking;
mod attempt;
pub mod cursor;
mod end;
pub mod fallbacks;
mod former;
mod guesses;
pub mod idempotency;
mod idle;
mod issue;
mod latest;
mod limited_counters;
mod lookups;
mod mint_cap;
mod moves;
mod open;
mod pages;
mod resend;
mod results;
mod subjects;
mod sweep;
mod target;
mod verbs;

#[cfg(test)]
mod decisions;
#[cfg(test)]
mod model;

pub use idempotency::release as release_requests;
pub use idle::move_counters;
pub use latest::ids as latest_ids;
pub use limited_counters::{LimitedCounters, forget_send};
pub use sweep::{expire_all, round, start_over};
