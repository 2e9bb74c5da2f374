//! Backups that the server takes by itself.

use std::path::PathBuf;

use serde::Deserialize;

use super::super::read;

/// `[backup]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Backup {
    /// Where they go; empty for none.
    pub folder: PathBuf,
    /// Hours from one to the next.
    pub every_hours: u64,
    /// How many are kept.
    pub keep: usize,
    /// For whom they are sealed.
    #[serde(deserialize_with = "read::texts")]
    pub recipients: Vec<String>,
}
