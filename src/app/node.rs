//! This process as a node of its store.

use std::fs;
use std::sync::Arc;

use crate::config::Settings;
use crate::domain::membership::Membership;
use crate::domain::node::{Node, NodeKind, NodeLease, NodeSession};
use crate::store::{AskedNumber, Joining};

use super::ambient::{Ambient, NodeRule};

/// This process as a node of its store.
#[derive(Clone)]
pub struct Seat {
    /// Its number.
    pub node: Node,
    /// Its lease, if it has joined.
    pub lease: Option<NodeLease>,
    /// Its standing among the nodes of the store.
    pub membership: Arc<Membership>,
}

impl Seat {
    /// Returns the seat of a process that keeps others away from the store by a lock.
    pub(super) fn alone(node: Node, lease: Option<NodeLease>) -> Self {
        Self { node, lease, membership: Arc::new(Membership::alone()) }
    }

    /// Returns the seat of a process that has joined a store which several share.
    pub(super) fn shared(lease: NodeLease, ambient: &Ambient) -> Self {
        let membership = match ambient.nodes {
            NodeRule::Alone => Membership::alone(),
            NodeRule::Compared | NodeRule::Leased => Membership::joined(ambient.clock.clone()),
        };
        Self { node: lease.node, lease: Some(lease), membership: Arc::new(membership) }
    }
}

/// Returns how this process introduces itself to the other nodes.
pub(super) fn joining(
    settings: &Settings,
    ambient: &Ambient,
    kind: NodeKind,
    number: AskedNumber,
) -> Joining {
    let machine = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let place = match kind {
        NodeKind::Server => settings.server.listen.clone(),
        NodeKind::Command => format!("process {}", std::process::id()),
    };
    Joining {
        number,
        session: NodeSession::draw(ambient.entropy.as_ref()),
        kind,
        address: format!("{} {place}", machine.trim()).trim_start().to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        lanes: 1,
    }
}

/// Returns the number that a process asks for in a store that several share. A process whose lease is not
/// renewed must not take over another's, nor be taken over.
pub(super) fn number(ambient: &Ambient, kind: NodeKind) -> AskedNumber {
    match (ambient.nodes, kind) {
        (NodeRule::Compared | NodeRule::Leased, _) => AskedNumber::Lowest,
        (NodeRule::Alone, NodeKind::Server) => AskedNumber::This(Node::SERVER),
        (NodeRule::Alone, NodeKind::Command) => {
            AskedNumber::This(Node::command(u32::from_be_bytes(ambient.entropy.bytes())))
        }
    }
}
