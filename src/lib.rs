//! OtpMint: a multi-tenant, self-hosted one-time-password server.
//!
//! The layers, top to bottom; each uses those below it and none above or beside it
//! (`tests/architecture.rs` holds the table):
//!
//! - [`delivery`]: the outbox worker, the channels, the messages.
//! - [`store`]: verbs that are whole decisions; one folder for each backend.
//! - [`crypto`]: the keyring, seals, keyed hashes, secret and shareable keys.
//! - [`domain`]: plain types and rules.
//!
//! Beside them stands [`mail_catcher`], an SMTP server for `dev`, benchmarks and tests.
#![forbid(unsafe_code)]

pub mod crypto;
pub mod delivery;
pub mod domain;
pub mod mail_catcher;
pub mod store;
