//! More load than the server can handle.

pub(crate) mod command;
mod extent;
mod report;
mod run;
