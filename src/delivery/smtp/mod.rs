//! The SMTP client: sessions with the tenants' mail servers (RFC 5321), kept for reuse.
//!
//! From the outside in: `client` sends one message over a kept or a fresh session, `pool` keeps
//! them, `session` opens and speaks one, `wire` moves commands and replies over `dial`led and
//! `tls`-secured streams. What goes wrong becomes a `failure::Failure`, which knows what it
//! means for the message and whose fault it is.

pub(super) mod advice;
pub(super) mod client;
mod content;
mod dial;
pub(super) mod failure;
mod limits;
mod login;
mod offers;
mod opening;
mod pool;
pub(super) mod redact;
mod reply;
mod session;
pub mod tls;
mod wire;

pub use content::Mail;
pub(super) use limits::Budget;
pub use limits::SmtpSettings;
