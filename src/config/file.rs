//! Files with settings, judged by who may have written and read them.

use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use rustix::fs::OFlags;
use rustix::process::geteuid;

use crate::domain::file_access::FileAccess;

use super::load_error::LoadError;

/// The most bytes of a file with one secret.
const MAX_SECRET: u64 = 4_096;

const OTHERS_READ: u32 = 0o004;
const OTHERS_WRITE: u32 = 0o002;

/// The content of a file, and who else has access to it.
pub(super) struct FoundFile {
    pub(super) text: String,
    access: FileAccess,
}

impl FoundFile {
    /// What the operator should change at the file, if it `is_secret`.
    pub(super) fn warning(&self, path: &Path, is_secret: bool) -> Option<String> {
        let mode = self.access.mode;
        (is_secret && self.access.allows(OTHERS_READ)).then(|| {
            format!(
                "{} has a secret, and every user of this machine may read it (mode {mode:04o}): run `chmod o-r` on it",
                path.display()
            )
        })
    }
}

/// Reads a configuration file, which may be a pipe.
pub(super) fn settings(path: &Path) -> Result<FoundFile, LoadError> {
    let unreadable = |source| LoadError::Unreadable { path: path.to_owned(), source };
    let mut file = File::open(path).map_err(unreadable)?;
    let access = access(path, &file)?;
    let mut text = String::new();
    file.read_to_string(&mut text).map_err(unreadable)?;
    Ok(FoundFile { text, access })
}

/// Reads a file with one secret.
pub(super) fn secret(path: &Path) -> Result<FoundFile, LoadError> {
    let unreadable = |source| LoadError::Unreadable { path: path.to_owned(), source };
    // Without the flag, opening a pipe that nobody writes to would never return.
    let flags = i32::try_from(OFlags::NONBLOCK.bits()).unwrap_or_default();
    let file = OpenOptions::new().read(true).custom_flags(flags).open(path).map_err(unreadable)?;
    if !file.metadata().map_err(unreadable)?.is_file() {
        return Err(unreadable(io::Error::other("it is not a regular file")));
    }
    let access = access(path, &file)?;
    let mut text = String::new();
    file.take(MAX_SECRET + 1).read_to_string(&mut text).map_err(unreadable)?;
    if text.len() as u64 > MAX_SECRET {
        return Err(unreadable(io::Error::other(format!("it has more than {MAX_SECRET} bytes"))));
    }
    Ok(FoundFile { text, access })
}

/// Refuses a file that others can change: they would run the server.
fn access(path: &Path, file: &File) -> Result<FileAccess, LoadError> {
    let metadata =
        file.metadata().map_err(|source| LoadError::Unreadable { path: path.to_owned(), source })?;
    let access = FileAccess { owner: metadata.uid(), mode: metadata.mode() & 0o777 };
    let untrusted = |problem| LoadError::Untrusted { path: path.to_owned(), problem };
    if !metadata.is_file() {
        return Ok(access);
    }
    if access.is_foreign(geteuid().as_raw()) {
        let owner = access.owner;
        return Err(untrusted(format!(
            "belongs to another user (id {owner}), who can change it: give it to root or to the server's user"
        )));
    }
    if access.allows(OTHERS_WRITE) {
        let mode = access.mode;
        return Err(untrusted(format!(
            "can be changed by every user of this machine (mode {mode:04o}): run `chmod o-w` on it"
        )));
    }
    Ok(access)
}
