//! The API, described for machines: OpenAPI 3.1, put together from the handlers and their types.
//!
//! Only the route table uses it.

pub(crate) mod document;
pub(crate) mod finish;
pub(crate) mod serve;
