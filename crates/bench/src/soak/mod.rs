//! A long time at a moderate load.

pub(crate) mod command;
mod plot;
mod row;
mod summary;
