//! The composition root: the one place that reads settings and names concrete parts.

mod ambient;
mod data_folder;
mod foundation;
mod housekeeping;
mod master_key;
mod operator_token;
mod rules;
mod senders;
mod server;
mod services;
mod serving;
mod start_error;
mod timed_stream;
mod timekeeping;
mod webhooks;

pub use ambient::{Ambient, SystemClocks, SystemEntropy};
pub use foundation::{DataLock, Foundation, database};
pub use master_key::{ReplacedMasterKey, replace_master_key};
pub use operator_token::renew_operator_token;
pub use senders::{check, outbox, routing};
pub use server::App;
pub use services::services;
pub use serving::{ExtraRoutes, Listening};
pub use start_error::StartError;
