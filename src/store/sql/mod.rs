//! The verbs, once for all databases.
//!
//! A verb is a plain function over a transaction ([`tx::Tx`]) or over the unit of work that commits
//! it ([`group::Group`]). How one is begun, committed and repeated is the engine's
//! ([`engine::Engine`]); no type of an engine is named here.

pub mod audit;
pub mod console;
pub mod dialect;
pub mod engine;
pub mod failed;
pub mod group;
mod keys;
pub mod reports;
pub mod row;
pub mod store;
pub mod tenants;
pub mod tx;
pub mod value;
