//! Keys, seals, keyed hashes, receipts, and generated credentials: secret keys, tokens and result codes.

pub mod backup;
pub mod console;
mod digest;
pub mod hook_secret;
mod key;
pub mod keyring;
pub mod master;
pub mod operator_token;
pub mod password;
pub mod pause;
pub mod private_file;
pub mod receipt;
pub mod result_code;
mod seal;
pub mod secret_key;
mod seeding;
mod shareable_cipher;
pub mod shareable_key;
pub mod sids;
mod signing_key;
pub mod totp;
pub mod webhook;

pub use digest::digest;
pub use private_file::Unreadable;
pub use seal::{OpenError, Place};
pub use seeding::seed_generator;
