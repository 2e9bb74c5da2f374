//! The folder of one measurement.

use std::io;
use std::path::Path;

use tempfile::TempDir;

/// Creates a folder below `parent`, which is deleted with its content when it is dropped.
pub(crate) fn temporary_folder(parent: &Path) -> io::Result<TempDir> {
    tempfile::Builder::new().prefix("otpmint-bench-").tempdir_in(parent)
}
