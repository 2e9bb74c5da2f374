//! OtpMint: a multi-tenant, self-hosted one-time-password server.
//!
//! The layers, top to bottom; each uses those below it and none above or beside it
//! (`tests/suite/architecture` holds the table):
//!
//! - [`cli`]: the commands, one file each.
//! - [`app`]: the composition root, which names concrete parts and reads the settings.
//! - [`http`]: the route table, extractors, and the one map from refusals to answers.
//! - [`service`]: the use cases, one file each.
//! - [`delivery`]: the outbox worker, the channels, the messages.
//! - [`store`]: verbs that are whole decisions; one folder for each backend.
//! - [`shared_rates`]: rates that several nodes count together, and the engine over Redis.
//! - [`crypto`]: the keyring, seals, keyed hashes, receipts, secret and shareable keys.
//! - [`config`]: typed settings, loaded and checked.
//! - [`telemetry`]: how logs, metrics and traces leave the process.
//! - [`texts`]: what people are told, in their languages.
//! - [`domain`]: plain types and rules.
//!
//! `dev` and the tests receive mail with the package `mail-catcher`, which knows nothing of this one.
#![forbid(unsafe_code)]

pub mod app;
pub mod cli;
pub mod config;
pub mod crypto;
pub mod delivery;
pub mod domain;
pub mod http;
pub mod service;
pub mod shared_rates;
pub mod store;
pub mod telemetry;
pub mod texts;
