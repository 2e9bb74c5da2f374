//! Result codes: what a hosted page gives the app that sent its visitor, to be exchanged once.

use crate::domain::random::Entropy;

use super::secret_key::ALPHABET;

/// So that scanners of leaked secrets find one.
const PREFIX: &str = "otpr_";
/// 62^43 > 2^256.
const SIZE: usize = 43;

/// A fresh result code.
pub fn draw(entropy: &dyn Entropy) -> String {
    format!("{PREFIX}{}", entropy.text(&ALPHABET, SIZE))
}
