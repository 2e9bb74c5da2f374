//! Names for messages: the left side of the `Message-ID`.

use crate::domain::random::Entropy;

/// Letters and digits of a message's identity: 21 of 36 are 108 bits.
const LENGTH: usize = 21;
const ALPHABET: [char; 36] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k',
    'l', 'm', 'n', 'o', 'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z',
];

/// A name that no other message has.
pub(in crate::service) fn draw(entropy: &dyn Entropy) -> String {
    entropy.text(&ALPHABET, LENGTH)
}
