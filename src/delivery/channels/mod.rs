//! The channels: a folder for each medium, and the sandbox, which sends nothing.

pub(super) mod sandbox;
pub mod smtp;
