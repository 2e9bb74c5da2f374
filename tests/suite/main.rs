//! The tests that need neither a process of their own nor a browser: HTTP with a stopped clock, the story of the
//! store, delivery against faulty servers, settings, documents, and the shape of the code.

#[path = "../support/mod.rs"]
mod support;

mod api;
mod architecture;
mod catcher;
mod config;
mod config_access;
mod delivery;
mod docs;
mod issuer;
mod nodes;
mod passwords;
mod shared_rates;
mod statements;
mod store;
mod tls_identity;
