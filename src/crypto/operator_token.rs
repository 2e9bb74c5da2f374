//! The operator token, and its file next to the database. What proves it is the keyed hash in the store.

use std::io;
use std::path::Path;

use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use crate::domain::random::Entropy;

use super::private_file::{self, GROUP_AND_OTHERS, Unreadable};

const PREFIX: &str = "otpo_";
const SIZE: usize = 43;

/// Draws a token.
pub fn draw(entropy: &dyn Entropy) -> SecretString {
    let body = Zeroizing::new(entropy.text(&super::secret_key::ALPHABET, SIZE));
    SecretString::from(format!("{PREFIX}{}", body.as_str()))
}

/// Reads the token at `path`; `None` if there is no file. An empty file is an error: it would admit everybody
/// who sends nothing.
pub fn read(path: &Path) -> Result<Option<SecretString>, Unreadable> {
    match private_file::read(path, GROUP_AND_OTHERS) {
        Ok(text) if text.trim().len() < SIZE => {
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
