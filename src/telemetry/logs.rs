//! Logs: how they leave the process.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::{LevelFilter, ParseError};
use tracing_subscriber::util::SubscriberInitExt;

/// How log lines look.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Of the HTTP server, unless somebody asks for it: how many threads it has is no news, and what anybody
/// sends that is no HTTP would be an error in the log.
const QUIET: [&str; 2] = ["actix_server=warn", "actix_http=off"];

/// Whether `level` is one that [`log`] takes.
pub fn check(level: &str) -> Result<(), BadLevel> {
    filter(level).map(|_| ())
}

/// The filter of `level`. A lone word has to be a level: taken for a target, `inof` would silence
/// everything.
fn filter(level: &str) -> Result<EnvFilter, BadLevel> {
    let lone = level.split(',').map(str::trim).find(|word| !word.contains(['=', '[']));
    if let Some(word) = lone.filter(|word| word.parse::<LevelFilter>().is_err()) {
        return Err(BadLevel::Unknown(word.to_owned()));
    }
    let mut filter = EnvFilter::builder().parse(level)?;
    if !level.contains("actix") {
        for quiet in QUIET {
            filter = filter.add_directive(quiet.parse()?);
        }
    }
    Ok(filter)
}

/// A level that is none.
#[derive(Debug, thiserror::Error)]
pub enum BadLevel {
    /// Not a level, nor a directive.
    #[error("{0:?} is none of off, error, warn, info, debug, trace")]
    Unknown(String),
    /// Directives that cannot be read.
    #[error("{0}")]
    Directive(#[from] ParseError),
}

/// Sends the log to standard error, filtered by `level`: a level, or directives such as
/// `info,otpmint::delivery=debug`. A second call changes nothing.
pub fn log(format: LogFormat, level: &str) -> Result<(), BadLevel> {
    let filter = filter(level)?;
    // A file or a journal would keep the escape codes.
    let colours = std::io::stderr().is_terminal();
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let lines = lines.with_ansi(colours);
    let done = match format {
        LogFormat::Text => lines.with_target(false).finish().try_init(),
        LogFormat::Json => lines.json().flatten_event(true).with_current_span(true).finish().try_init(),
    };
    // There is one log for the process, and the first to set it up has decided.
    let _ = done;
    Ok(())
}
