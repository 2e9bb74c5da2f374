//! The original's three routes, for its clients: same fields, same statuses, same words.

pub(crate) mod description;
pub(crate) mod fields;
pub(crate) mod handlers;
pub(crate) mod identify;
pub(crate) mod routes;
