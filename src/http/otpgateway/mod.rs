//! The routes of otpgateway, for its clients: the same parameters and the same JSON, but no code in any answer
//! or URL.

mod failure;
mod handlers;
mod identify;
mod named;
mod parameters;
mod public;
mod put;
mod refusals;
pub(crate) mod routes;
mod view;
