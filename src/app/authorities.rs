//! The files of certificate authorities that settings name.

use std::fs;
use std::path::Path;

use super::start_error::StartError;

/// Reads what the file of `setting` has; `None` if the setting is empty.
pub(super) fn read<T, E: std::fmt::Display>(
    setting: &str,
    path: &Path,
    parse: impl FnOnce(&[u8]) -> Result<T, E>,
) -> Result<Option<T>, StartError> {
    if path.as_os_str().is_empty() {
        return Ok(None);
    }
    let problem = |problem: String| StartError::Config(format!("{setting}: {}: {problem}", path.display()));
    let pem = fs::read(path).map_err(|error| problem(error.to_string()))?;
    parse(&pem).map(Some).map_err(|error| problem(error.to_string()))
}
