//! Exports: all that a tenant owns, a line of JSON for each thing, in the shapes of the API.

pub(crate) mod described;
pub(crate) mod handlers;
mod lines;
pub(crate) mod writer;
