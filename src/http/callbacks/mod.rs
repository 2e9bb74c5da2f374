//! The addresses to which providers report what became of messages.

mod handler;
pub(super) mod routes;
