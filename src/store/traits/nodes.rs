//! The verbs for nodes: their leases, their duties, and what the dead ones held.

use std::sync::Arc;
use std::time::Duration;

use crate::domain::membership::Membership;
use crate::domain::node::{ClockSkew, Cluster, Duty, Node, NodeKind, NodeLease, NodeSession};
use crate::domain::time::Timestamp;

use super::verb::Verb;

/// The nodes that share a store. Their leases are judged by `now`, so the clocks of nodes must not differ
/// by much. These verbs are not refused to a node that is not current.
pub trait NodeStore {
    /// Joins as a node. Returns `None` if all numbers are taken. An engine that gives its node a number
    /// itself has done this when it was opened.
    fn join(&self, new: Joining, now: Timestamp) -> Verb<'_, Option<Joined>>;

    /// Renews the lease of a node. Returns `false` if it has been taken over or given up.
    fn renew(&self, lease: NodeLease, renewal: Renewal, now: Timestamp) -> Verb<'_, bool>;

    /// Returns whether a session still holds its number.
    fn is_member(&self, lease: NodeLease) -> Verb<'_, bool>;

    /// Gives up a number, and releases what the node held.
    fn leave(&self, lease: NodeLease, now: Timestamp) -> Verb<'_, ()>;

    /// Takes or keeps a duty, for a [term](Duty::TERM). Returns `false` if another node has it.
    fn take_duty(&self, duty: Duty, lease: NodeLease, now: Timestamp) -> Verb<'_, bool>;

    /// Returns all nodes and duties.
    fn cluster(&self) -> Verb<'_, Cluster>;

    /// Releases what a dead node held, so that the others go on with it. Returns `false` and changes nothing
    /// if the node has come back or is gone.
    fn release_dead(&self, dead: NodeLease, now: Timestamp) -> Verb<'_, bool>;

    /// Returns the time of the database's own clock; `None` if that is the clock of this machine.
    fn time(&self) -> Verb<'_, Option<Timestamp>>;

    /// From now on refuses to write while this process is not a current node. Only the first call counts.
    fn guard(&self, membership: Arc<Membership>);
}

/// A node that joins.
#[derive(Clone, Debug)]
pub struct Joining {
    /// The number that it asks for.
    pub number: AskedNumber,
    /// A session of its own.
    pub session: NodeSession,
    /// What it does.
    pub kind: NodeKind,
    /// Where it runs, for people.
    pub address: String,
    /// The version of the program.
    pub version: String,
    /// The number of its writing lanes.
    pub lanes: u8,
}

/// The number that a node asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AskedNumber {
    /// The lowest that is free, or that a dead node left behind.
    Lowest,
    /// This one, whoever had it before: a lock proves that nobody has it now. What the former holder held
    /// stays held by the number.
    This(Node),
}

/// A node that has joined.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Joined {
    /// Its number and session.
    pub lease: NodeLease,
    /// The greatest identity that is in use or may have been drawn by the former holder of the number.
    /// Those of the new one start above it.
    pub greatest: i64,
}

/// What a node tells the others when it renews its lease.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Renewal {
    /// How far its clock is ahead of the database's, if that has one.
    pub skew: Option<ClockSkew>,
    /// How long the renewal before took.
    pub lag: Duration,
}
