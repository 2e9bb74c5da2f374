//! Keys, seals, keyed hashes, and the two kinds of key that are handed out.

pub mod keyring;
pub mod master;
pub mod operator_token;
mod seal;
pub mod secret_key;
pub mod shareable_key;

pub use seal::{OpenError, Place};
