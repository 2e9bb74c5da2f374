//! OtpMint: a multi-tenant, self-hosted one-time-password server.
//!
//! The layers, top to bottom; each uses those below it and none above or beside it
//! (`tests/architecture.rs` holds the table):
//!
//! - [`cli`]: the commands.
//! - [`mail_catcher`]: an SMTP server for development, tests and benchmarks; beside the layers,
//!   above `domain`.
//! - [`delivery`]: the outbox worker, the channels, the messages.
//! - [`domain`]: plain types and rules.
#![forbid(unsafe_code)]

pub mod cli;
pub mod delivery;
pub mod domain;
pub mod mail_catcher;
