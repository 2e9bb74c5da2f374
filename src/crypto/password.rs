//! Passwords that people choose to sign in to the console, hashed with argon2id (RFC 9106).

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use secrecy::{ExposeSecret, SecretString};

use crate::domain::operator::{MAX_PASSWORD, MIN_PASSWORD};
use crate::domain::random::Entropy;

/// Memory in KiB, passes and lanes: about 25 ms. Less than for the passphrase of the master key: anyone can
/// cause a hash, and the hash is also sealed.
const MEMORY: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// The hash of no password. It makes the check of an unknown name take as long as that of a known one.
const NOBODYS: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Whether a password is long enough and hard to guess (at least 10^8 guesses). `known` are words that a
/// guesser would try first.
pub fn is_strong(password: &SecretString, known: &[&str]) -> bool {
    let text = password.expose_secret();
    let shape = text.chars().count() >= MIN_PASSWORD && text.len() <= MAX_PASSWORD;
    shape && zxcvbn::zxcvbn(text, known).score() >= zxcvbn::Score::Three
}

/// The hash of a password, in PHC string format.
pub fn hash(password: &SecretString, entropy: &dyn Entropy) -> String {
    let salt: [u8; 16] = entropy.bytes();
    let hashed: Result<PasswordHash, _> =
        argon2().hash_password_with_salt(password.expose_secret().as_bytes(), &salt);
    // The salt and the parameters are valid.
    hashed.unwrap_or_else(|_| unreachable!()).to_string()
}

/// Whether a password matches this hash. Without a hash the check takes as long, and fails.
pub fn matches(password: &SecretString, hash: Option<&str>) -> bool {
    let Ok(parsed) = PasswordHash::new(hash.unwrap_or(NOBODYS)) else { return false };
    let is_right = argon2().verify_password(password.expose_secret().as_bytes(), &parsed).is_ok();
    is_right && hash.is_some()
}

fn argon2() -> Argon2<'static> {
    let Ok(params) = Params::new(MEMORY, PASSES, LANES, Some(32)) else { unreachable!() };
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::master::tests::Counting;

    fn secret(text: &str) -> SecretString {
        SecretString::from(text)
    }

    #[test]
    fn a_password_matches_its_own_hash_and_nobodys_matches_none() {
        let kept = hash(&secret("correct horse battery"), &Counting::default());
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert!(matches(&secret("correct horse battery"), Some(&kept)));
        assert!(!matches(&secret("correct horse batterz"), Some(&kept)));
        assert!(!matches(&secret(""), None));
        assert!(!matches(&secret("x"), Some("no hash")));
        // Otherwise the time of the answer would reveal that the name does not exist.
        assert!(PasswordHash::new(NOBODYS).is_ok());
    }

    #[test]
    fn nobodys_password_takes_as_long_as_anybodys() {
        let kept = hash(&secret("correct horse battery"), &Counting::default());
        let span = |hash: Option<&str>| {
            let spans = (0..3).map(|_| {
                let began = std::time::Instant::now();
                assert!(!matches(&secret("x"), hash));
                began.elapsed()
            });
            spans.min().unwrap()
        };
        assert!(span(None) * 4 > span(Some(&kept)), "it was not hashed");
    }

    #[test]
    fn what_is_short_or_easy_to_guess_is_no_password() {
        for weak in ["", "short", "password1234", "aaaaaaaaaaaaaaaa", "jane.roe1234"] {
            assert!(!is_strong(&secret(weak), &["jane.roe"]), "{weak}");
        }
        assert!(is_strong(&secret("violet-canoe-under-7-moons"), &["jane"]));
        assert!(!is_strong(&secret(&"violet-canoe-under-7-moons".repeat(10)), &[]));
    }
}
