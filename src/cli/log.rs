//! The log, as the settings want it.

use crate::config::{LogFormat, Settings};
use crate::telemetry;

use super::failure::Failure;

/// Starts the log.
pub(super) fn start_log(settings: &Settings) -> Result<(), Failure> {
    let format = match settings.log.format {
        LogFormat::Text => telemetry::LogFormat::Text,
        LogFormat::Json => telemetry::LogFormat::Json,
    };
    telemetry::log(format, &settings.log.level).map_err(bad_level)
}

/// Checks the level without starting anything.
pub(super) fn check_log(settings: &Settings) -> Result<(), Failure> {
    telemetry::check(&settings.log.level).map_err(bad_level)
}

fn bad_level(error: impl std::fmt::Display) -> Failure {
    Failure::usage(format!("log.level: {error}; use a level such as \"info\""))
}
