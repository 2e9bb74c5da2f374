//! The verbs, written once for all databases.
//!
//! A verb is a plain function over a transaction ([`tx::Tx`]) or over the unit of work that commits
//! it ([`group::Group`]). Beginning, committing and repeating it is up to the engine
//! ([`engine::Engine`]); no engine type appears here.

pub mod acme;
pub mod audit;
pub mod challenges;
pub mod clock;
mod conditions;
pub mod console;
pub mod deliveries;
pub mod dialect;
pub mod engine;
mod erasure;
mod export;
mod factors;
pub mod failed;
mod flush;
pub mod group;
pub mod hold;
mod keys;
pub mod lane;
mod migrations;
pub mod needs;
pub mod nodes;
mod operator_token;
pub mod phone;
pub mod reports;
pub mod row;
pub mod rows;
mod scan;
mod spray;
pub mod store;
mod story;
mod sweep;
pub mod tenants;
pub mod tx;
pub mod value;
pub mod webhooks;
