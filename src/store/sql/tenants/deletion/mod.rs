//! Deleting tenants.

mod rounds;
mod rows;
mod steps;
mod verbs;

pub use rounds::DeletionCursor;
pub use rows::{forget_names, is_known, refuse_former};
