//! Keys, seals, keyed hashes, receipts, and what is handed out: keys and result codes.

pub mod console;
mod digest;
mod key;
pub mod keyring;
pub mod master;
pub mod operator_token;
pub mod password;
pub mod receipt;
pub mod result_code;
mod seal;
pub mod secret_key;
pub mod shareable_key;
mod signing_key;
pub mod totp;
pub mod webhook;

pub use digest::digest;
pub use seal::{OpenError, Place};

/// Has AWS-LC seed its generator, which takes it some 25 ms. The first signature or TLS session does
/// it otherwise, and waits.
pub fn seed_generator() {
    // Whoever needs randomness afterwards is told when there is none.
    let _ = aws_lc_rs::rand::fill(&mut [0]);
}
