//! The console, below `/console`: operators manage everything, tenants manage themselves.
//!
//! Pages are plain forms: every change is a POST from a page of the same session, and its answer redirects to a
//! page. A handler receives the signed-in user as an argument (`session.rs`), and a form only with the token of
//! that session (`form.rs`).

mod account;
mod account_check;
mod accounts;
mod assets;
mod audit;
mod bodies;
pub(crate) mod chart;
mod cookie;
mod dashboard;
mod data;
mod deliveries;
mod delivery;
mod factors;
mod fields;
mod filters;
mod flash;
mod form;
mod form_fields;
mod found;
mod guard;
mod home;
mod hooks;
mod key_form;
mod keys;
mod languages;
mod layout;
mod limit_hits;
mod new_secret;
mod nodes;
mod oauth_form;
mod operators;
mod page;
mod phone_settings;
mod phones;
mod policy;
mod power;
mod preview;
mod provider_editor;
mod providers;
mod recipients;
mod redirect;
mod refused;
mod report_scope;
mod reports;
mod resend;
mod route_form;
pub(crate) mod routes;
mod search;
mod servers;
mod session;
mod setup;
mod sign_in;
mod step_up;
mod template_editor;
mod templates;
mod tenant;
mod tenant_cell;
mod tenants;
mod totp;
mod values;
mod webhooks;
mod words;
