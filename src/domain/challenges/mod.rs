//! Challenges: codes, their recipients and purposes, and their status.

pub mod alias;
pub mod asking;
pub mod challenge;
pub mod channel;
pub mod code;
pub mod details;
pub mod device;
pub mod fallback;
pub mod former;
pub mod idempotency;
pub mod link;
pub mod purpose;
pub mod receipt;
pub mod return_url;
pub mod sandbox;
pub mod vars;
