//! This process as one of the nodes of its store.

pub(in crate::service) mod heartbeat;
pub(in crate::service) mod overview;

pub use heartbeat::{Heartbeat, NodeEnd};
pub use overview::{NodeRow, NodeStanding, Nodes, NodesOverview};
