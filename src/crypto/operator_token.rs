//! The operator token, and its file next to the database. What proves it is the keyed hash in the store.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use crate::domain::random::Entropy;

use super::private_file;

const PREFIX: &str = "otpo_";
const SIZE: usize = 43;

/// Draws a token.
pub fn draw(entropy: &dyn Entropy) -> SecretString {
    let body = Zeroizing::new(entropy.text(&super::secret_key::ALPHABET, SIZE));
    SecretString::from(format!("{PREFIX}{}", body.as_str()))
}

/// Reads the token at `path`; `None` if there is no file. An empty file is an error: it would admit everybody
/// who sends nothing.
pub fn read(path: &Path) -> io::Result<Option<SecretString>> {
    match read_private(path).map(Zeroizing::new) {
        Ok(text) if text.trim().len() < SIZE => {
            let message = "it holds no token: delete it, and run `otpmint operator new-token` for a new one";
            Err(io::Error::new(io::ErrorKind::InvalidData, message))
        }
        Ok(text) => Ok(Some(SecretString::from(text.trim()))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Reads a file that only its owner may read.
fn read_private(path: &Path) -> io::Result<String> {
    let mode = fs::metadata(path)?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        let message = format!("it may be read by others (mode {mode:04o}): run `chmod 600` on it");
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, message));
    }
    fs::read_to_string(path)
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
