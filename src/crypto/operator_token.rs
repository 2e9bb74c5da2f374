//! The operator's token: a file next to the database, created on the first successful start.

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

/// The operator's token, and whether it is new.
pub struct OperatorToken {
    /// The token.
    pub token: SecretString,
    /// Whether this call drew it: then it must be kept and shown now.
    pub is_new: bool,
}

/// Reads the token at `path`, or draws one, which is not stored until it is [kept](OperatorToken::keep). An
/// empty file is an error: it would admit everybody who sends nothing.
pub fn load(path: &Path, entropy: &dyn Entropy) -> io::Result<OperatorToken> {
    match read_private(path).map(Zeroizing::new) {
        Ok(text) if text.trim().len() < SIZE => {
            let message = "it holds no token: delete it, and a new one is made";
            Err(io::Error::new(io::ErrorKind::InvalidData, message))
        }
        Ok(text) => Ok(OperatorToken { token: SecretString::from(text.trim()), is_new: false }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(OperatorToken::draw(entropy)),
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

impl OperatorToken {
    fn draw(entropy: &dyn Entropy) -> Self {
        let body = Zeroizing::new(entropy.text(&super::secret_key::ALPHABET, SIZE));
        Self { token: SecretString::from(format!("{PREFIX}{}", body.as_str())), is_new: true }
    }

    /// Writes it to `path`, with mode 0600. Call it once the token is certain to be shown: one read from the
    /// file is not shown again.
    pub fn keep(&self, path: &Path, entropy: &dyn Entropy) -> io::Result<()> {
        let text = Zeroizing::new(format!("{}\n", self.token.expose_secret()));
        private_file::create(path, text.as_bytes(), entropy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::master::tests::CountingEntropy;

    #[test]
    fn the_token_is_kept_once_and_only_for_its_owner() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("operator.token");
        let first = load(&path, &CountingEntropy::default()).unwrap();
        assert!(!path.exists(), "kept before it was shown");
        first.keep(&path, &CountingEntropy::default()).unwrap();
        let second = load(&path, &CountingEntropy::default()).unwrap();
        assert!(first.is_new && !second.is_new);
        assert_eq!(first.token.expose_secret(), second.token.expose_secret());
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        fs::write(&path, "\n").unwrap();
        assert!(load(&path, &CountingEntropy::default()).is_err());
    }
}
