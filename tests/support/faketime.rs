//! libfaketime, which fakes the wall clock of a program.

use std::fs;
use std::path::PathBuf;

use super::lab::Missing;

/// Where Debian keeps its library for programs with threads.
pub fn library() -> Result<PathBuf, Missing> {
    let folders = fs::read_dir("/usr/lib").into_iter().flatten().flatten().map(|entry| entry.path());
    let mut found = folders.map(|folder| folder.join("faketime/libfaketimeMT.so.1"));
    let missing = || Missing("`faketime` is not installed (./check installs it on Debian)".to_owned());
    found.find(|path| path.is_file()).ok_or_else(missing)
}
