//! A moderate load for a long time.

pub(crate) mod command;
mod plot;
mod row;
mod summary;
