//! Keys, seals, keyed hashes, receipts, and the two kinds of key that are handed out.

mod key;
pub mod keyring;
pub mod master;
pub mod operator_token;
pub mod receipt;
mod seal;
pub mod secret_key;
pub mod shareable_key;
mod signing_key;
pub mod webhook;

pub use seal::{OpenError, Place};
