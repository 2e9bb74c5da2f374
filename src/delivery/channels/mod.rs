//! The channels: one folder per medium, and the sandbox, which sends nothing.

pub mod http;
pub mod log;
pub(super) mod sandbox;
pub mod smpp;
pub mod smtp;
