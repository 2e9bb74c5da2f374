//! The output of a measurement for programs.

use std::path::Path;

use anyhow::Result;
use serde::Serialize;

/// Writes `report` as JSON, if a file was requested.
pub(crate) fn write_json(path: Option<&Path>, report: &impl Serialize) -> Result<()> {
    match path {
        Some(path) => Ok(std::fs::write(path, serde_json::to_vec_pretty(report)?)?),
        None => Ok(()),
    }
}
