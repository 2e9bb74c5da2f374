//! The description of the API for machines (OpenAPI 3.1), collected from the resources and their types.
//!
//! Only the route table uses this module.

pub(crate) mod assets;
pub(crate) mod document;
mod openness;
pub(crate) mod reader;
pub(crate) mod serve;
pub(crate) mod sharing;
