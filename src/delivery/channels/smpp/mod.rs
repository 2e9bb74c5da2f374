//! Text messages over SMPP 3.4, through the tenants' own message centres.
//!
//! From the outside in: `channel` is the interface for routing; `accounts` finds the account of a route, which
//! keeps itself logged in (`keeper`) and sends (`account`); a `session` matches requests and answers over a
//! connection that `opening` has opened; `wire` transfers PDUs, whose bodies `requests` writes and `receipt`
//! reads. Errors become a `failure::SmppFailure`, which says what they mean for the message and which circuit
//! is at fault. `check` checks a route for its owner.

mod account;
mod accounts;
mod channel;
mod check;
mod failure;
mod fields;
mod keeper;
mod life;
mod limits;
mod login;
mod message_id;
mod opening;
mod owner;
mod pause;
mod pdu;
mod pending;
mod receipt;
mod receipts;
mod requests;
mod sent;
mod session;
mod session_loop;
mod status;
mod text;
mod wire;
mod writer;

pub use channel::{SmppChannel, SmppEnvironment};
pub use limits::SmppLimits;
#[cfg(fuzzing)]
pub use receipt::fuzz as fuzz_pdus;
