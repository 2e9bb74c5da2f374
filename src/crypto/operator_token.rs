//! The operator token, and its file next to the database. What proves it is the keyed hash in the store.

use std::io;
use std::path::Path;

use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use crate::domain::random::Entropy;

use super::private_file::{self, GROUP_AND_OTHERS, Unreadable};
use super::secret_key::{ALPHABET, BODY, checksum};

const PREFIX: &str = "otpo_";

/// The length of the shortest token: earlier versions drew them without a checksum.
const SHORTEST: usize = BODY;

/// Draws a token of 256 random bits: `otpo_`, 43 letters and digits, and a checksum of six, as secret keys have one.
pub fn draw(entropy: &dyn Entropy) -> SecretString {
    let body = Zeroizing::new(entropy.text(&ALPHABET, BODY));
    let sum = Zeroizing::new(checksum(&body));
    SecretString::from(format!("{PREFIX}{}{}", body.as_str(), sum.as_str()))
}

/// Returns the last four characters of a token, by which its owner recognises it.
pub fn hint(token: &SecretString) -> String {
    let token = token.expose_secret();
    token.chars().skip(token.chars().count().saturating_sub(4)).collect()
}

/// Reads the token at `path`; `None` if there is no file. An empty file is an error: it would admit everybody
/// who sends nothing.
pub fn read(path: &Path) -> Result<Option<SecretString>, Unreadable> {
    match private_file::read(path, GROUP_AND_OTHERS) {
        Ok(text) if text.trim().len() < SHORTEST => {
            let message = "it holds no token: delete it, and run `otpmint operator new-token` for a new one";
            Err(io::Error::new(io::ErrorKind::InvalidData, message).into())
        }
        Ok(text) => Ok(Some(SecretString::from(text.trim()))),
        Err(Unreadable::Io(error)) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Writes a token to `path`, with mode 0600. An existing file is an error.
pub fn keep(token: &SecretString, path: &Path, entropy: &dyn Entropy) -> io::Result<()> {
    private_file::create(path, line(token).as_bytes(), entropy)
}

/// Writes a token to `path` in the place of another.
pub fn replace(token: &SecretString, path: &Path, entropy: &dyn Entropy) -> io::Result<()> {
    private_file::replace(path, line(token).as_bytes(), entropy)
}

fn line(token: &SecretString) -> Zeroizing<String> {
    Zeroizing::new(format!("{}\n", token.expose_secret()))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::crypto::master::tests::CountingEntropy;

    #[test]
    fn a_token_is_known_by_its_prefix_and_its_checksum() {
        let token = draw(&CountingEntropy::default());
        let body = token.expose_secret().strip_prefix("otpo_").unwrap();
        assert_eq!(body.len(), 43 + 6);
        assert_eq!(checksum(&body[..43]), body[43..]);
        assert_eq!(hint(&token), body[45..]);
        assert_eq!(hint(&SecretString::from("äb")), "äb");
    }

    #[test]
    fn a_token_is_kept_once_and_only_for_its_owner() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("operator.token");
        let entropy = CountingEntropy::default();
        assert!(read(&path).unwrap().is_none());
        let token = draw(&entropy);
        keep(&token, &path, &entropy).unwrap();
        let is_kept = |token: &SecretString| {
            read(&path).unwrap().is_some_and(|kept| kept.expose_secret() == token.expose_secret())
        };
        assert!(is_kept(&token));
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let other = draw(&entropy);
        assert!(keep(&other, &path, &entropy).is_err() && is_kept(&token));
        replace(&other, &path, &entropy).unwrap();
        assert!(is_kept(&other) && !is_kept(&token));
        fs::write(&path, "\n").unwrap();
        assert!(read(&path).is_err());
    }
}
