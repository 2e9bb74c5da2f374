//! `otpmint config`: the settings, printed and checked.

use clap::Subcommand;

use crate::app;
use crate::config::DEFAULT;

use super::config_file::ConfigFile;
use super::failure::Failure;
use super::log::check_log;

/// Print the commented default configuration, or check a file.
#[derive(Subcommand)]
pub(super) enum ConfigCommand {
    /// Print the commented default configuration.
    Default,
    /// Check a configuration file and the OTPMINT_… variables, and name every mistake with its line.
    Check(ConfigFile),
}

impl ConfigCommand {
    pub(super) fn run(self) -> Result<(), Failure> {
        match self {
            Self::Default => print!("{DEFAULT}"),
            Self::Check(file) => {
                let settings = file.load()?;
                check_log(&settings)?;
                app::check(&settings)?;
                for warning in &settings.warnings {
                    println!("note  {warning}");
                }
                println!("The configuration is fine.");
            }
        }
        Ok(())
    }
}
