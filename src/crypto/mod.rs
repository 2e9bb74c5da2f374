//! Keys, seals, keyed hashes, receipts, and what is handed out: keys and result codes.

mod key;
pub mod keyring;
pub mod master;
pub mod operator_token;
pub mod receipt;
pub mod result_code;
mod seal;
pub mod secret_key;
pub mod shareable_key;
mod signing_key;
pub mod webhook;

pub use seal::{OpenError, Place};
