//! Master key errors.

use std::io;
use std::path::PathBuf;

use super::super::private_file::Unreadable;
use super::format::PREFIX;

/// The error for a master key that cannot be loaded. It stops the start with exit code 3 unless the
/// variant says otherwise.
#[derive(Debug, thiserror::Error)]
pub enum MasterKeyError {
    /// The file is missing, though the database was created with a key.
    #[error(
        "the master key file {0} is missing, and this database was made with one: put the file back \
         from its backup, or point keys.master_key_file to it"
    )]
    Missing(PathBuf),
    /// The file is not a private file of this user, or cannot be read.
    #[error("the master key file {path}: {problem}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why not.
        problem: Unreadable,
    },
    /// The file is not a key file.
    #[error("{0} is not a master key file: it must hold `{prefix}` and 64 hexadecimal digits", prefix = PREFIX)]
    Malformed(PathBuf),
    /// The key does not belong to this database.
    #[error(
        "this is not the master key that the database was made with: check keys.master_key_file or \
         the passphrase; nothing was changed"
    )]
    Wrong,
    /// The master key was replaced before, and its predecessor is still there.
    #[error("{0} is a former master key: move it to the backups that it opens, or delete it, and try again")]
    FormerInTheWay(PathBuf),
    /// There is no space for a new file, or no permission to create one. Exit code 4: the cause may
    /// be temporary.
    #[error("the master key file {path} cannot be created: {source}")]
    NotMade {
        /// The file.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The file cannot be replaced.
    #[error("the master key file {path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
}
