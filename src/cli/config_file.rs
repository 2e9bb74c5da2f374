//! The configuration file of a command.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::config::Settings;

use super::failure::Failure;

/// Where the settings come from.
#[derive(Args, Clone, Debug)]
pub(super) struct ConfigFile {
    /// The configuration file; the defaults apply without. OTPMINT_… variables override both.
    #[arg(long = "config", value_name = "FILE")]
    pub(super) path: Option<PathBuf>,
}

impl ConfigFile {
    pub(super) fn load(&self) -> Result<Settings, Failure> {
        load(self.path.as_deref())
    }
}

/// The settings of this file, or the defaults; variables of the environment override both.
pub(super) fn load(path: Option<&Path>) -> Result<Settings, Failure> {
    crate::config::load(path, std::env::vars()).map_err(|error| Failure::usage(error.to_string()))
}
