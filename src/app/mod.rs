//! The composition root: the one place that reads settings and names concrete parts.

mod ambient;
mod authorities;
mod data_folder;
mod foundation;
mod heartbeat;
mod housekeeping;
mod limits;
mod master_key;
mod node;
mod operator_token;
mod rules;
mod senders;
mod server;
mod services;
mod serving;
mod start_error;
mod store_copy;
mod store_place;
mod timed_stream;
mod timekeeping;
mod webhooks;

pub use ambient::{Ambient, NodeRule, SystemClocks, SystemEntropy};
pub use foundation::{DataLock, Foundation};
pub use heartbeat::CommandHeartbeat;
pub use limits::redis_access;
pub use master_key::{ReplacedMasterKey, replace_master_key};
pub use node::Seat;
pub use operator_token::renew_operator_token;
pub use senders::{check, outbox, routing};
pub use server::{App, Stopped};
pub use services::services;
pub use serving::{ExtraRoutes, Listening};
pub use start_error::StartError;
pub use store_copy::{Destination, StoreCopy, copy_store, take_back};
pub use store_place::StorePlace;
