//! Callbacks: requests by which providers report what became of messages.

pub mod address;
pub mod offered;
pub mod receive;
pub mod recorded;
