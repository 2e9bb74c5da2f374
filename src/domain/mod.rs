//! Plain types and rules: no IO, no clock, no HTTP. Every other layer speaks in these words.

pub mod account;
pub mod audit;
pub mod brand;
pub mod challenge;
pub mod channel;
pub mod code;
pub mod course;
pub mod credential;
pub mod delivery;
pub mod delivery_history;
pub mod details;
pub mod event;
pub mod firing;
mod handle;
mod histogram;
pub mod id;
pub mod idempotency;
pub mod limit;
pub mod locale;
pub mod logo;
pub mod network;
pub mod operator;
pub mod origin;
pub mod policy;
pub mod purpose;
pub mod random;
pub mod receipt;
pub mod recipient;
pub mod return_url;
pub mod sandbox;
pub mod secret;
pub mod server_health;
pub mod smtp;
pub mod statistics;
pub mod steady_clock;
pub mod sub_key;
pub mod template;
pub mod tenant;
pub mod time;
pub mod trial;
pub mod vars;
pub mod webhook;
pub mod webhook_url;

/// A boxed future that can move between threads: what every trait verb that does IO returns.
pub type BoxFuture<'a, T> = std::pin::Pin<Box<dyn Future<Output = T> + Send + 'a>>;
