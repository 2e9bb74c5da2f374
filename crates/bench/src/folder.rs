//! The folder of one measurement.

use std::io;
use std::path::Path;

use tempfile::TempDir;

/// Makes a folder below `parent`, which goes with everything in it when it is dropped.
pub(crate) fn temporary_folder(parent: &Path) -> io::Result<TempDir> {
    tempfile::Builder::new().prefix("otpmint-bench-").tempdir_in(parent)
}
