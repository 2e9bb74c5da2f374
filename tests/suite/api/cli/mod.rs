//! The commands, through the binary.

mod command;
mod operators;
mod refusals;
mod routes;
mod tenants;
mod texts;

pub use command::{Done, Home};
