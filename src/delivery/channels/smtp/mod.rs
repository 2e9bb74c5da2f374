//! Mail over SMTP (RFC 5321), through the tenants' own servers.
//!
//! From the outside in: `channel` is what routing sees, `client` sends one message over an idle or a fresh
//! session, `idle_sessions` keeps those, `session` speaks one that `opening` has opened, and `wire`
//! moves commands and replies. What goes wrong becomes a `failure::Failure`, which knows what it
//! means for the message and whose fault it is. `check` checks a route for its owner.

mod advice;
mod channel;
pub mod check;
mod client;
mod failure;
mod idle_sessions;
mod limits;
mod login;
pub(in crate::delivery) mod mail_object;
mod offers;
mod opening;
mod redact;
mod reply;
mod session;
mod wire;
mod words;

pub use channel::{SmtpChannel, SmtpSurroundings};
pub use limits::SmtpSettings;
