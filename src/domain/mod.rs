//! Plain types and rules: no IO, no clock, no HTTP. Every other layer uses these types.

pub mod address;
pub mod certificate;
pub mod challenges;
pub mod deliveries;
pub mod factors;
pub mod file_access;
mod future;
mod handle;
pub mod hook;
pub mod host;
pub mod id;
pub mod limits;
pub mod locale;
pub mod mail_address;
pub mod mailbox;
pub mod membership;
pub mod network;
pub mod node;
pub mod operator;
pub mod outbound_url;
pub mod phone;
pub mod policy;
pub mod random;
pub mod reports;
pub mod secret;
pub mod sid;
pub mod sms;
pub mod steady_clock;
pub mod sub_key;
pub mod tenants;
pub mod text;
pub mod time;
pub mod trace;
pub mod web_origin;
pub mod webhooks;

pub use future::BoxFuture;
