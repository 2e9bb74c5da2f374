//! The folder of everything durable: created for the server alone, or checked and left as it is.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use rustix::process::geteuid;

/// The database's file.
pub(super) const DATABASE: &str = "otpmint.db";
/// The file whose lock prevents a second server.
pub(super) const LOCK: &str = "otpmint.lock";
/// The file of the master key, unless the settings name another.
pub(super) const MASTER_KEY: &str = "master.key";
/// The file of the operator token.
pub(super) const OPERATOR_TOKEN: &str = "operator.token";

const GROUP_AND_OTHERS: u32 = 0o077;
const WRITE: u32 = 0o022;

/// Why an existing folder is refused, and what to change.
#[derive(Debug, thiserror::Error)]
pub(super) enum DataFolderError {
    #[error(
        "it belongs to another user (id {0}): run otpmint as that user, or set data_dir to a folder that \
         does not exist yet"
    )]
    ForeignOwner(u32),
    #[error(
        "others can access it (mode {mode:04o}), and it holds files that are not OtpMint's: set data_dir to \
         a folder that does not exist yet, or run `chmod 700 {path}` if nobody else needs this one"
    )]
    Shared { path: PathBuf, mode: u32 },
    #[error("others can write to it (mode {mode:04o}): run `chmod 700 {path}`")]
    Writable { path: PathBuf, mode: u32 },
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Creates the folder with mode 0700, or checks the existing one. That one is never changed: a wrong
/// setting may name a folder that others need as it is.
///
/// `sign` is the file by which a folder in use is known: root runs commands on the data of the server's user, but
/// must not create it, since the server could not read files of root.
pub(super) fn prepare(folder: &Path, sign: &str) -> Result<(), DataFolderError> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let metadata = fs::metadata(folder)?;
    check_owner(&folder.join(sign), metadata.uid())?;
    check_mode(folder, metadata.mode() & 0o7777)
}

fn check_owner(sign: &Path, owner: u32) -> Result<(), DataFolderError> {
    let user = geteuid();
    let may_use = owner == user.as_raw() || (user.is_root() && sign.exists());
    may_use.then_some(()).ok_or(DataFolderError::ForeignOwner(owner))
}

fn check_mode(folder: &Path, mode: u32) -> Result<(), DataFolderError> {
    if mode & GROUP_AND_OTHERS == 0 {
        return Ok(());
    }
    let path = folder.to_owned();
    match (holds_only_ours(folder)?, mode & WRITE == 0) {
        (false, _) => Err(DataFolderError::Shared { path, mode }),
        (true, false) => Err(DataFolderError::Writable { path, mode }),
        // Others see the names of files that they cannot read.
        (true, true) => Ok(()),
    }
}

fn holds_only_ours(folder: &Path) -> io::Result<bool> {
    for entry in fs::read_dir(folder)? {
        if !is_ours(&entry?.file_name().to_string_lossy()) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether a file has one of our names, or one with an ending: `otpmint.db-wal`, `master.key.old`.
fn is_ours(name: &str) -> bool {
    [DATABASE, LOCK, MASTER_KEY, OPERATOR_TOKEN].iter().any(|ours| {
        name.strip_prefix(ours).is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '.']))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_files_are_known_by_their_names() {
        for ours in ["otpmint.db", "otpmint.db-wal", "master.key.old", "operator.token", "otpmint.lock"] {
            assert!(is_ours(ours), "{ours}");
        }
        for other in ["otpmint.toml", "master.keys", "otpmint", "lost+found", "", ".otpmint.db"] {
            assert!(!is_ours(other), "{other:?}");
        }
    }
}
