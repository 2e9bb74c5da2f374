//! The commands, through the binary.

mod audit_trail;
mod backups;
mod certificates;
mod command;
mod copying;
mod operators;
mod postgres;
mod postgres_doctor;
mod postgres_refusals;
mod refusals;
mod routes;
mod tenants;
mod texts;

pub use command::{Done, Home};
