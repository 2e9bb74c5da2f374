//! Access tokens (RFC 6749) for logins that use them instead of a password.
//!
//! `tokens` keeps the token of each login and replaces it in time, one request at a time. `client`
//! asks a token endpoint: `form` writes the request, with an `assertion` for service accounts, and
//! `answer` judges the response. What must outlive the process goes through the `ledger`.

mod answer;
mod assertion;
mod client;
mod failure;
mod form;
mod ledger;
mod slot;
mod token;
mod tokens;

pub use client::TokenClient;
pub use failure::TokenFailure;
pub use ledger::{KeptLogin, LoginLedger, LoginOwner, NotKept};
pub use token::{AccessToken, TokenOrigin};
pub use tokens::{Tokens, Wanted};
