//! The nodes of the store, for operators and for metrics.

use std::sync::Arc;

use crate::domain::membership::Membership;
use crate::domain::node::{Cluster, Duty, LAPSED_AFTER, Node, NodeInfo};
use crate::domain::time::{Clock, Timestamp};
use crate::service::operator::identity::Operator;
use crate::service::parts::Parts;
use crate::service::refusal::Refusal;
use crate::store::Store;

/// This process among the nodes of its store.
pub struct Nodes {
    node: Node,
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    membership: Arc<Membership>,
}

/// The nodes of the store at one moment.
#[derive(Clone, Debug)]
pub struct NodesOverview {
    /// The nodes, by number.
    pub nodes: Vec<NodeRow>,
    /// The moment.
    pub now: Timestamp,
}

/// A node, as operators see it.
#[derive(Clone, Debug)]
pub struct NodeRow {
    /// The node.
    pub info: NodeInfo,
    /// Its standing.
    pub standing: NodeStanding,
    /// Whether it is the one that answers.
    pub is_this: bool,
    /// Its duties.
    pub duties: Vec<Duty>,
}

/// The standing of a node, as the others see it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NodeStanding {
    /// It renews its lease.
    Current,
    /// It has not renewed its lease for some time, and does nothing until it can.
    Late,
    /// Others take over what it held.
    Dead,
}

impl NodeStanding {
    /// Returns the word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Late => "late",
            Self::Dead => "dead",
        }
    }

    fn of(info: &NodeInfo, now: Timestamp) -> Self {
        match now.since(info.seen_at) {
            _ if info.is_dead(now) => Self::Dead,
            age if age >= LAPSED_AFTER => Self::Late,
            _ => Self::Current,
        }
    }
}

impl Nodes {
    pub(in crate::service) fn new(parts: &Parts) -> Self {
        Self {
            node: parts.node,
            store: Arc::clone(&parts.store),
            clock: Arc::clone(&parts.clock),
            membership: Arc::clone(&parts.membership),
        }
    }

    /// Returns all nodes. Only operators may see them.
    pub async fn overview(&self, _: &Operator) -> Result<NodesOverview, Refusal> {
        let (cluster, now) = (self.store.cluster().await?, self.clock.now());
        let nodes = cluster.nodes.iter().map(|info| self.row(info, &cluster, now)).collect();
        Ok(NodesOverview { nodes, now })
    }

    fn row(&self, info: &NodeInfo, cluster: &Cluster, now: Timestamp) -> NodeRow {
        let is_this = info.lease.node == self.node;
        let mut info = info.clone();
        let mut duties: Vec<Duty> = Duty::ALL
            .into_iter()
            .filter(|duty| cluster.holder(*duty, now) == Some(info.lease.node))
            .collect();
        if is_this && self.membership.is_alone() {
            // It renews no lease and asks nobody for a duty.
            info.seen_at = now;
            duties = vec![Duty::Housekeeping];
        }
        NodeRow { standing: NodeStanding::of(&info, now), info, is_this, duties }
    }

    /// Returns the standing of this process among them.
    pub fn membership(&self) -> &Membership {
        &self.membership
    }

    /// Publishes the standing of this node.
    pub fn measure(&self) {
        metrics::gauge!("otpmint_nodes").set(self.membership.live_servers() as f64);
        metrics::gauge!("otpmint_node_lease_age_seconds").set(self.membership.lease_age().as_secs_f64());
        metrics::gauge!("otpmint_node_clock_skew_seconds").set(self.membership.skew().as_secs_f64());
        metrics::gauge!("otpmint_node_keeps_house").set(f64::from(u8::from(self.membership.keeps_house())));
    }
}
