//! Messages on their way.

mod claim;
pub mod history;
pub mod kept;
pub mod outbox;
mod settle;
mod verbs;
