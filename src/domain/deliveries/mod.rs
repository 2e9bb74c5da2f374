//! Deliveries: messages on their way, what became of them, and how the servers do.

pub mod delivery;
pub mod history;
pub mod reply;
pub mod report;
pub mod server_address;
pub mod server_health;
