//! Operators, and the sessions of the console.

mod accounts;
mod owners;
mod proofs;
pub mod sessions;
pub mod sign_ins;
