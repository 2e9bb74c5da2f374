//! What every store must do, told once and run against each backend.
//!
//! The stories know only the trait. `OTPMINT_TEST_STORE` names the backend (`sqlite`, which is the default);
//! guarantees of a single backend are in a module of its name.

mod accounts;
mod asking;
mod attempts;
mod audit;
mod backend;
mod canceling;
mod console;
pub mod copying;
mod courses;
mod deliveries;
mod delivery_history;
mod endpoints;
pub mod factors;
mod failures;
mod fallbacks;
mod folding;
mod idempotency;
mod keyring;
mod logins;
mod logos;
mod model;
mod nodes;
mod opening;
mod operator_token;
mod pages;
mod phones;
mod postgres;
mod races;
mod reading;
mod reports;
mod resending;
mod results;
mod rotation;
mod sandbox;
mod secret_keys;
mod sqlite;
mod statistics;
mod sweeping;
mod templates;
mod tenants;
mod webhooks;
pub mod world;
