//! Factors: authenticator apps, and their recovery codes.

mod attempt;
mod recovery;
mod rows;
mod verbs;

pub use rows::{delete_unconfirmed, set_back};
