//! The three routes of the original, for its clients: the same fields, statuses and words.

pub(crate) mod description;
pub(crate) mod fields;
pub(crate) mod handlers;
pub(crate) mod identify;
mod own_site;
pub(crate) mod routes;
pub(crate) mod shapes;
