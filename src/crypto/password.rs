//! Passwords that people choose to sign in to the console, hashed with argon2id (RFC 9106).

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{ARGON2ID_IDENT, Algorithm, Argon2, Block, Params, Version};
use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

use crate::domain::passwords::normalised;
use crate::domain::random::Entropy;

/// Memory in KiB, passes and lanes: about 25 ms. Less than for the passphrase of the master key: anyone can
/// cause a hash, and the hash is also sealed.
const MEMORY: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Bytes of a digest.
const SIZE: usize = 32;

/// The hash of no password. It makes the check of an unknown name take as long as that of a known one.
const NOBODYS: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Hashes one password after the other, in its own 19 MiB of memory.
///
/// The memory lasts as long as the hasher. If it were allocated for each password, it would stay in the heap
/// of the thread that hashed it: glibc stops returning blocks of this size once one of them was freed.
pub struct Hasher(Box<[Block]>);

impl Default for Hasher {
    fn default() -> Self {
        Self(vec![Block::new(); params().block_count()].into_boxed_slice())
    }
}

impl Hasher {
    /// Hashes a password and returns the hash in PHC string format.
    pub fn hash(&mut self, password: &SecretString, entropy: &dyn Entropy) -> String {
        let salt: [u8; 16] = entropy.bytes();
        let params = params();
        let hashed = self
            .digest(password, &salt, &params)
            .and_then(|digest| encode(&params, &salt, digest.as_slice()));
        // The salt and the parameters are valid.
        hashed.unwrap_or_else(|| unreachable!())
    }

    /// Returns whether a password matches this hash. Without a hash the check takes as long, and fails.
    pub fn matches(&mut self, password: &SecretString, hash: Option<&str>) -> bool {
        let Some(kept) = StoredHash::parse(hash.unwrap_or(NOBODYS)) else { return false };
        let Some(digest) = self.digest(password, &kept.salt, &kept.params) else { return false };
        let is_right = bool::from(digest.ct_eq(kept.digest.as_bytes()));
        is_right && hash.is_some()
    }

    fn digest(
        &mut self,
        password: &SecretString,
        salt: &[u8],
        params: &Params,
    ) -> Option<Zeroizing<[u8; SIZE]>> {
        let mut digest = Zeroizing::new([0; SIZE]);
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
        let password = normalised(password.expose_secret());
        let done = argon2.hash_password_into_with_memory(
            password.as_bytes(),
            salt,
            digest.as_mut_slice(),
            &mut *self.0,
        );
        // What is left in the blocks would allow far faster guesses than the hash.
        self.0.iter_mut().zeroize();
        done.ok().map(|()| digest)
    }
}

/// A stored hash, of the present cost or of a lower one.
struct StoredHash {
    params: Params,
    salt: Salt,
    digest: Output,
}

impl StoredHash {
    /// Returns `None` for another algorithm, and for a higher cost than a hasher is made for.
    fn parse(text: &str) -> Option<Self> {
        let hash = PasswordHash::new(text).ok()?;
        let params = Params::try_from(&hash).ok()?;
        let is_ours = hash.algorithm == ARGON2ID_IDENT && hash.version == Some(Version::V0x13.into());
        let fits = params.m_cost() <= MEMORY && params.t_cost() <= PASSES && params.p_cost() == LANES;
        let digest = hash.hash.filter(|digest| digest.len() == SIZE)?;
        (is_ours && fits).then_some(Self { params, salt: hash.salt?, digest })
    }
}

fn encode(params: &Params, salt: &[u8], digest: &[u8]) -> Option<String> {
    let hash = PasswordHash {
        algorithm: ARGON2ID_IDENT,
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(params).ok()?,
        salt: Some(Salt::new(salt).ok()?),
        hash: Some(Output::new(digest).ok()?),
    };
    Some(hash.to_string())
}

fn params() -> Params {
    let Ok(params) = Params::new(MEMORY, PASSES, LANES, Some(SIZE)) else { unreachable!() };
    params
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::master::tests::CountingEntropy;

    fn secret(text: &str) -> SecretString {
        SecretString::from(text)
    }

    #[test]
    fn a_password_matches_its_own_hash_and_nobodys_matches_none() {
        let mut hasher = Hasher::default();
        let kept = hasher.hash(&secret("correct horse battery"), &CountingEntropy::default());
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert!(hasher.matches(&secret("correct horse battery"), Some(&kept)));
        assert!(!hasher.matches(&secret("correct horse batterz"), Some(&kept)));
        assert!(!hasher.matches(&secret(""), None));
        assert!(!hasher.matches(&secret("x"), Some("no hash")));
        // Otherwise the response time would reveal that the name does not exist.
        assert!(StoredHash::parse(NOBODYS).is_some());
    }

    #[test]
    fn a_hash_is_that_of_every_other_implementation() {
        // Made by the reference implementation, in C.
        let known = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$/HetJC6LZ4lnwgLB+wJSS2a9bFu2Kq4HxwNWzoJq2qU";
        let mut hasher = Hasher::default();
        assert!(hasher.matches(&secret("correct horse battery"), Some(known)));
        assert!(!hasher.matches(&secret("correct horse batterz"), Some(known)));
    }

    #[test]
    fn a_hash_that_takes_less_is_still_looked_at_and_no_other() {
        use argon2::password_hash::PasswordHasher;
        let mut hasher = Hasher::default();
        let mut matches = |algorithm, (memory, passes, lanes, size)| {
            let params = Params::new(memory, passes, lanes, Some(size)).unwrap();
            let argon2 = Argon2::new(algorithm, Version::V0x13, params);
            let hash: PasswordHash = argon2.hash_password_with_salt(b"a password", &[7; 16]).unwrap();
            hasher.matches(&secret("a password"), Some(&hash.to_string()))
        };
        assert!(matches(Algorithm::Argon2id, (1024, 1, 1, 32)));
        for more in [(MEMORY + 1, 2, 1, 32), (1024, 3, 1, 32), (1024, 1, 2, 32), (1024, 1, 1, 16)] {
            assert!(!matches(Algorithm::Argon2id, more), "{more:?}");
        }
        assert!(!matches(Algorithm::Argon2i, (1024, 1, 1, 32)));
    }

    #[test]
    fn nothing_of_a_password_stays_in_the_memory() {
        let mut hasher = Hasher::default();
        let kept = hasher.hash(&secret("correct horse battery"), &CountingEntropy::default());
        hasher.matches(&secret("x"), Some(&kept));
        assert!(hasher.0.iter().all(|block| block.as_ref().iter().all(|word| *word == 0)));
    }

    #[test]
    fn nobodys_password_takes_as_long_as_anybodys() {
        let mut hasher = Hasher::default();
        let kept = hasher.hash(&secret("correct horse battery"), &CountingEntropy::default());
        let mut span = |hash: Option<&str>| {
            let spans = (0..3).map(|_| {
                let began = std::time::Instant::now();
                assert!(!hasher.matches(&secret("x"), hash));
                began.elapsed()
            });
            spans.min().unwrap()
        };
        assert!(span(None) * 4 > span(Some(&kept)), "it was not hashed");
    }

    #[test]
    fn a_password_is_the_same_however_its_letters_are_composed() {
        let mut hasher = Hasher::default();
        let kept = hasher.hash(&secret("gro\u{df}e k\u{fc}hle b\u{e4}ren"), &CountingEntropy::default());
        assert!(hasher.matches(&secret("gro\u{df}e ku\u{308}hle ba\u{308}ren"), Some(&kept)));
        assert!(!hasher.matches(&secret("gro\u{df}e kuhle baren"), Some(&kept)));
        let ascii = hasher.hash(&secret("ha\u{fb03}ng"), &CountingEntropy::default());
        assert!(!hasher.matches(&secret("haffing"), Some(&ascii)), "a ligature is another character");
    }
}
