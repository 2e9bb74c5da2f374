//! The parts of which each face describes its operations (OpenAPI).

pub(crate) mod answers;
pub(crate) mod schemas;
