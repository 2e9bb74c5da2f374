//! How fast queued mails leave the server.

pub(crate) mod command;
mod drain;
mod queue;
mod report;
mod sink;
