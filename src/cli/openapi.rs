//! `otpmint openapi`: the description of the HTTP API.

use std::io::Write;

use super::Failure;

/// Prints it. A reader that has seen enough and is gone, such as `head`, is a failure and no panic.
pub(super) fn run() -> Result<(), Failure> {
    std::io::stdout().lock().write_all(crate::http::openapi().as_bytes())?;
    Ok(())
}
