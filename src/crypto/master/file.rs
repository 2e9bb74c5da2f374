//! Key files: read, create and replace them.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use secrecy::SecretString;
use zeroize::Zeroizing;

use crate::domain::random::Entropy;

use super::super::private_file::{self, Unreadable, beside, sync_folder};
use super::error::MasterKeyError;
use super::format::{PREFIX, RawKey};

/// Reads a key file. Refuses one that is readable with any of the `forbidden` permissions.
pub(super) fn read(path: &Path, forbidden: u32) -> Result<RawKey, MasterKeyError> {
    let text = private_file::read(path, forbidden).map_err(|problem| match problem {
        Unreadable::Io(error) if error.kind() == io::ErrorKind::NotFound => {
            MasterKeyError::Missing(path.to_owned())
        }
        problem => MasterKeyError::Unreadable { path: path.to_owned(), problem },
    })?;
    parse(&text).ok_or_else(|| MasterKeyError::Malformed(path.to_owned()))
}

/// Parses the content of a key file.
pub(super) fn parse(text: &str) -> Option<RawKey> {
    text.trim().strip_prefix(PREFIX).and_then(from_hex)
}

/// Parses bytes of a stranger as the content of a key file.
#[cfg(fuzzing)]
pub fn fuzz(bytes: &[u8]) {
    let _ = std::str::from_utf8(bytes).ok().and_then(parse);
}

/// Returns the content of a key file.
pub(super) fn content(path: &Path) -> Result<SecretString, MasterKeyError> {
    let read = fs::read_to_string(path);
    read.map(SecretString::from).map_err(|source| MasterKeyError::Io { path: path.to_owned(), source })
}

/// Creates a key file.
pub(super) fn create(path: &Path, entropy: &dyn Entropy) -> Result<RawKey, MasterKeyError> {
    let raw: RawKey = Zeroizing::new(entropy.bytes());
    write(path, &raw, entropy)?;
    Ok(raw)
}

/// Writes a key to a new file.
pub(super) fn write(path: &Path, raw: &RawKey, entropy: &dyn Entropy) -> Result<(), MasterKeyError> {
    let mut text = Zeroizing::new(String::with_capacity(PREFIX.len() + 65));
    text.push_str(PREFIX);
    for byte in raw.iter() {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text.push('\n');
    let made = private_file::create(path, text.as_bytes(), entropy);
    made.map_err(|source| MasterKeyError::NotMade { path: path.to_owned(), source })
}

fn from_hex(digits: &str) -> Option<RawKey> {
    let mut raw = Zeroizing::new([0; 32]);
    if digits.len() != 64 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    for (at, byte) in raw.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&digits[2 * at..2 * at + 2], 16).ok()?;
    }
    Some(raw)
}

/// Returns the place of the key that will replace the one at `path`, until the database knows it.
pub(super) fn next(path: &Path) -> PathBuf {
    beside(path, ".new")
}

/// Returns the place of the replaced key.
pub(super) fn former(path: &Path) -> PathBuf {
    beside(path, ".old")
}

/// Creates the key that will replace the one at `path`. Deletes one that was prepared before and never used.
pub(super) fn create_next(path: &Path, entropy: &dyn Entropy) -> Result<RawKey, MasterKeyError> {
    let next = next(path);
    match fs::remove_file(&next) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => {
            Err(MasterKeyError::Io { path: next, source })
        }
        _ => create(&next, entropy),
    }
}

/// Moves the next key to `path`, and keeps the former one. There is a key at `path` at every moment, and
/// repeating the call is harmless.
pub(super) fn install(path: &Path) -> Result<PathBuf, MasterKeyError> {
    let (next, former) = (next(path), former(path));
    let replace = || -> io::Result<()> {
        match fs::hard_link(path, &former) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => sync_folder(path)?,
        }
        match fs::rename(&next, path) {
            // Another process did it a moment ago.
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        sync_folder(path)
    };
    replace().map_err(|source| MasterKeyError::Io { path: path.to_owned(), source })?;
    Ok(former)
}
