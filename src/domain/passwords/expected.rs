//! The words that a guesser expects in a password: those of this product, of the account and of the server.

use crate::domain::operator::OperatorName;

use super::readings::{folded, skeleton};

/// What people call this product, and what they use it for.
const PRODUCT: [&str; 14] = [
    "otpmint",
    "onetimepassword",
    "password",
    "passphrase",
    "passcode",
    "console",
    "operator",
    "administrator",
    "admin",
    "owner",
    "support",
    "secret",
    "welcome",
    "login",
];

/// The shortest word, in characters.
const LEAST_WORD: usize = 3;

/// Words that count for nothing in a password.
#[derive(Clone, Debug)]
pub struct Expected(Vec<String>);

impl Expected {
    /// Returns the words of this product, of an account, and of the host on which the server is reached.
    pub fn of(account: &OperatorName, host: Option<&str>) -> Self {
        let labels = host.into_iter().flat_map(|host| host.split('.'));
        let parts = account.as_str().split(|c: char| !c.is_ascii_alphanumeric());
        let words = PRODUCT.into_iter().chain(labels).chain([account.as_str()]).chain(parts);
        let words = words.filter(|word| word.chars().count() >= LEAST_WORD);
        Self(words.map(str::to_lowercase).collect())
    }

    pub(super) fn words(&self) -> Vec<&str> {
        self.0.iter().map(String::as_str).collect()
    }

    /// Marks the words in a skeleton, forwards and backwards, and returns whether there is one.
    pub(super) fn cover(&self, text: &[char], covered: &mut [bool]) -> bool {
        let mut found = false;
        for word in &self.0 {
            let mut word = skeleton(&folded(word));
            found |= cover_word(text, &word, covered);
            word.reverse();
            found |= cover_word(text, &word, covered);
        }
        found
    }
}

fn cover_word(text: &[char], word: &[char], covered: &mut [bool]) -> bool {
    let mut found = false;
    for (at, window) in text.windows(word.len()).enumerate() {
        if window == word {
            covered[at..at + word.len()].fill(true);
            found = true;
        }
    }
    found
}
