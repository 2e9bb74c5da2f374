//! What TLS costs the server.

mod client;
pub(crate) mod command;
mod report;
