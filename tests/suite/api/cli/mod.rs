//! The commands, through the binary.

mod command;
mod operators;
mod refusals;
mod tenants;
mod texts;

pub use command::{Done, Home};
