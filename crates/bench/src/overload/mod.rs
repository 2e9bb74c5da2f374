//! More than the server can do.

pub(crate) mod command;
mod extent;
mod report;
mod run;
