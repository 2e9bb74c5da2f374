//! The v1 API: one challenge object everywhere, and errors that say what to change.

mod admin;
mod bearer;
mod body;
mod challenges;
mod code_shape;
mod cors;
mod error;
mod export;
mod factors;
mod idempotency;
mod links;
mod messages;
mod operator;
mod page;
mod parameters;
mod placed;
mod prefer;
mod problem_view;
mod query;
mod rate_limit;
mod raw_body;
mod reports;
mod resource;
mod revision;
pub(crate) mod routes;
mod sandbox;
mod spec;
mod templates;
mod tenant;
mod webhooks;

pub(crate) use export::writer::WRITER as EXPORT_WRITER;
pub use export::writer::export_text;
pub use tenant::read_route;
