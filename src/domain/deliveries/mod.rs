//! Deliveries: messages on their way, what became of them, and how the servers do.

pub mod delivery;
pub mod history;
pub mod server_health;
