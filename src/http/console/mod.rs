//! The console, below `/console`: operators look after everything, tenants after themselves.
//!
//! Pages are plain forms: what changes something is a POST from a page of the same session, and its
//! answer leads to a page to look at. A handler gets who has signed in as an argument (`session.rs`), and
//! what was sent only with the token of that session in it (`form.rs`).

mod account;
mod account_check;
mod accounts;
mod assets;
mod audit;
mod bodies;
pub(crate) mod chart;
mod cookie;
mod dashboard;
mod deliveries;
mod delivery;
mod filters;
mod flash;
mod form;
mod form_fields;
mod guard;
mod home;
mod keys;
mod layout;
mod limit_hits;
mod new_secret;
mod page;
mod place;
mod policy;
mod preview;
mod redirect;
mod refused;
mod reports;
pub(crate) mod routes;
mod servers;
mod session;
mod setup;
mod sign_in;
mod templates;
mod tenant;
mod tenants;
mod totp;
mod values;
mod words;
