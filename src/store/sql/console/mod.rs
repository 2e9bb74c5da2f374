//! Operators, and the sessions of the console.

mod accounts;
pub mod sessions;
