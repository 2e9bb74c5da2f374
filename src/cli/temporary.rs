//! A folder that is deleted with the process.

use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use crate::domain::random::Entropy;

/// A folder that only its owner can enter. Deleted with its content when this is dropped.
pub(super) struct TemporaryFolder(PathBuf);

impl TemporaryFolder {
    /// Creates one below `parent`; its name starts with `prefix`.
    pub(super) fn make(parent: &Path, prefix: &str, entropy: &dyn Entropy) -> std::io::Result<Self> {
        let name = u64::from_be_bytes(entropy.bytes());
        let path = parent.join(format!("{prefix}-{name:016x}"));
        std::fs::DirBuilder::new().mode(0o700).create(&path)?;
        Ok(Self(path))
    }

    /// Its path.
    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            eprintln!("otpmint: {} could not be deleted: {error}", self.0.display());
        }
    }
}
