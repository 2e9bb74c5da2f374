//! The parts from which each face describes its operations (OpenAPI).

pub(crate) mod answers;
pub(crate) mod examples;
pub(crate) mod named_words;
pub(crate) mod operation;
pub(crate) mod schemas;
pub(crate) mod words;
