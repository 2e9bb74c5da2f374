//! Bodies that several faces read. Each rule about a field is written once, here.
//!
//! A JSON body of v1 and a form of the console become the same value through the same parser.

mod brand_patch;
pub(crate) mod fields;
pub(crate) mod json;
pub(crate) mod limits_patch;
pub(crate) mod mail_account;
pub(crate) mod mints_patch;
mod node;
pub(crate) mod oauth;
pub(crate) mod object;
pub(crate) mod objects;
pub(crate) mod phone_patch;
pub(crate) mod provider_route;
mod read;
pub(crate) mod route_transport;
pub(crate) mod secret_key;
pub(crate) mod spray_patch;
pub(crate) mod tenant_patch;
pub(crate) mod webhook;
