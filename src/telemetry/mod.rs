//! Logs, metrics and traces: how they leave the process.

mod logs;
mod metrics;
pub mod traces;
mod zeros;

pub use self::metrics::metrics;
pub use logs::{BadLevel, LogFormat, check, log};
