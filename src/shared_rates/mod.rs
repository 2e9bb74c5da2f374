//! Rates that several nodes count together, outside of the store.
//!
//! They may be lost at any moment: the engine is asked for a moment only, and whoever asks does
//! without an answer. What guards codes is therefore never counted here, but in the store.

mod counts;
pub mod redis;

pub use counts::{CountName, NotReached, Question, SharedCounts, Ticket, Verb, Verdict};
