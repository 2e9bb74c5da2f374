//! Operators, and who has signed in to the console.

mod accounts;
pub mod sessions;
