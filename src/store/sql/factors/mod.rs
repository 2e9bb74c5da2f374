//! Factors: authenticator apps, and their recovery codes.

mod attempt;
mod hosted;
mod recovery;
mod rows;
mod verbs;

pub use hosted::delete_old as delete_old_results;
pub use rows::{by_id, delete_unconfirmed, set_back};
