//! Mail over SMTP (RFC 5321), through the tenants' own servers.
//!
//! From the outside in: `email` is the channel, `client` sends one message over an idle or a fresh
//! session, `idle_sessions` keeps those, `session` speaks one that `opening` has opened, and `wire`
//! moves commands and replies. What goes wrong becomes a `failure::Failure`, which knows what it
//! means for the message and whose fault it is. `check` tries an account out for its owner.

mod advice;
pub mod check;
mod client;
mod email;
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

pub use email::EmailChannel;
pub use limits::SmtpSettings;
