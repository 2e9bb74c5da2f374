//! Deliveries: messages on their way, their outcomes, and the health of the servers.

pub mod callback;
pub mod delivery;
pub mod history;
pub mod provider_report;
pub mod reply;
pub mod report;
pub mod search;
pub mod server_address;
pub mod server_health;
pub mod unconfirmed;
