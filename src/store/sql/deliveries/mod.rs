//! Messages on their way.

mod claim;
pub mod course;
pub mod history;
pub mod kept;
pub mod outbox;
mod reported;
pub mod search;
mod settle;
mod verbs;
