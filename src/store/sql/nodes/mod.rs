//! Nodes: the running programs that write to the store, their leases and their duties.

mod duties;
mod join;
mod members;
mod release;
mod verbs;

pub use join::join;
