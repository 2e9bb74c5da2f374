// SPDX-License-Identifier: MIT

//! A client of OtpMint, the self-hosted server for one-time codes.
//!
//! Make one [`Client`] for the whole process: it may be cloned and used by many tasks at once. What a call is refused
//! with is an [`Error`], whose `code` is stable.

mod call;
mod challenges;
mod client;
mod error;
mod factors;
mod hidden;
mod holder;
mod messages;
mod paths;
pub mod receipts;
mod refusal;
mod requests;
mod retry;
mod settings;
pub mod testing;
mod transport;
mod types;
pub mod webhooks;

pub use challenges::Challenges;
pub use client::Client;
pub use error::{Error, FieldProblem, Kind};
pub use factors::{
    CheckFactor, CheckedFactor, ConfirmFactor, Factor, FactorRequest, FactorStatus, FactorWithRecoveryCodes,
    Factors, NewFactor,
};
pub use hidden::Hidden;
pub use holder::Holder;
pub use jiff::Timestamp;
pub use messages::{Message, MessageWithDeliveries, Messages, Relay};
pub use requests::{CodeShape, Mint, Resend, Verify};
pub use settings::Builder;
pub use transport::{Lost, Request, Response, Transport};
pub use types::{
    Challenge, ChallengeDelivery, ChallengeWithDeliveries, Channel, Delivery, DeliveryStatus, Fields,
    MintedChallenge, PublicChallenge, PublicDelivery, Status, VerifiedChallenge, VerifiedPublicChallenge,
};

/// The version of this library and of the description of the API that it follows.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
