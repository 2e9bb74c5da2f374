//! `otpmint openapi`: the description of the HTTP API.

use std::io::Write;

use super::Failure;

/// Prints it. If the reader has closed the pipe, such as `head`, it fails without a panic.
pub(super) fn run() -> Result<(), Failure> {
    std::io::stdout().lock().write_all(crate::http::openapi().as_bytes())?;
    Ok(())
}
