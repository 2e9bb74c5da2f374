//! Routes: the mail accounts by which the messages of a tenant leave.

mod account_check;
pub(in crate::service) mod accounts;
pub(in crate::service) mod outbound;
mod running_checks;
pub(in crate::service) mod sealed_smtp;
pub(in crate::service) mod senders;

pub use account_check::Candidate;
pub use accounts::{AccountRefusal, Accounts, Routes};
pub use sealed_smtp::sender;
