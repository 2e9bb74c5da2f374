//! Message ids: the left side of the `Message-ID`.

use crate::domain::random::Entropy;

/// The number of letters and digits in a message id: 21 of 36 are 108 bits.
const LENGTH: usize = 21;
const ALPHABET: [char; 36] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k',
    'l', 'm', 'n', 'o', 'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z',
];

/// Draws a unique message id.
pub(in crate::service) fn draw(entropy: &dyn Entropy) -> String {
    entropy.text(&ALPHABET, LENGTH)
}
