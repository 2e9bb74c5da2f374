//! A tenant beside another one whose provider does not answer.

pub(crate) mod command;
mod report;
