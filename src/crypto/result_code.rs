//! Result codes: a hosted page returns one to the app that sent its visitor, which exchanges it once.

use crate::domain::random::Entropy;

use super::secret_key::ALPHABET;

/// A prefix for scanners of leaked secrets.
const PREFIX: &str = "otpr_";
/// 62^43 > 2^256.
const SIZE: usize = 43;

/// Returns a fresh result code.
pub fn draw(entropy: &dyn Entropy) -> String {
    format!("{PREFIX}{}", entropy.text(&ALPHABET, SIZE))
}
