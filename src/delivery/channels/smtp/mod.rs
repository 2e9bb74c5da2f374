//! Mail over SMTP (RFC 5321), through the tenants' own servers.
//!
//! From the outside in: `channel` is the interface for routing; `client` sends one message over an
//! idle or a new session; `idle_sessions` keeps those; `session` uses a connection that `opening`
//! has opened; and `wire` transfers commands and replies. Errors become a `failure::SmtpFailure`,
//! which says what they mean for the message and which circuit is at fault. `check` checks a route
//! for its owner.

mod advice;
mod auth_line;
mod channel;
pub mod check;
mod client;
mod extensions;
mod failure;
#[cfg(fuzzing)]
mod fuzzed;
mod idle_sessions;
mod limits;
mod login;
pub(in crate::delivery) mod mail_object;
mod opening;
mod redact;
mod reply;
mod session;
mod token_login;
mod wire;
mod words;

pub use channel::{SmtpChannel, SmtpEnvironment};
#[cfg(fuzzing)]
pub use fuzzed::replies as fuzz_replies;
pub use limits::SmtpSettings;
