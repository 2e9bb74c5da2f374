//! The commands, through the binary.

mod command;
mod refusals;
mod tenants;
mod texts;

pub use command::{Done, Home};
