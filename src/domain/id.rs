//! Row identities: numbers that grow with time, so that new rows are appended to a table.

use std::sync::atomic::{AtomicI64, Ordering};

use crate::domain::node::Node;
use crate::domain::time::Timestamp;

/// Bits that distinguish the identities that one node hands out in one millisecond. When they are
/// used up, the generator moves on to the next millisecond.
const SEQUENCE_BITS: u32 = 10;

/// Bits below the millisecond: the node, then the sequence.
const LOW_BITS: u32 = Node::BITS + SEQUENCE_BITS;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $name(pub i64);
    };
}

id!(
    /// A tenant's row.
    TenantId
);
id!(
    /// A challenge's row. Outside the server it only appears encrypted, as a shareable key.
    ChallengeId
);

impl ChallengeId {
    /// An identity that no challenge has. An invalid key is looked up under it, so that it takes
    /// the same path as any other.
    pub const NONE: Self = Self(-1);

    /// Draws the identity of a challenge whose code can be answered. It is even.
    pub fn of_challenge(ids: &IdGenerator, now: Timestamp) -> Self {
        Self::drawn(ids, now, |id| !id.is_relayed())
    }

    /// Draws the identity of a relayed message. It is odd: wherever an identity is shown, it is known under which
    /// name.
    pub fn of_relayed(ids: &IdGenerator, now: Timestamp) -> Self {
        Self::drawn(ids, now, Self::is_relayed)
    }

    fn drawn(ids: &IdGenerator, now: Timestamp, is_wanted: impl Fn(Self) -> bool) -> Self {
        // Others may draw in between, so it may take more than two.
        loop {
            let id = Self(ids.next(now));
            if is_wanted(id) {
                return id;
            }
        }
    }

    /// Returns whether it belongs to a relayed message.
    pub const fn is_relayed(self) -> bool {
        self.0 & 1 == 1
    }
}

/// Returns the moment at which an identity was handed out. It is later than the real one if the
/// clock had been set back before.
pub const fn moment(id: i64) -> Timestamp {
    Timestamp::from_millis(id >> LOW_BITS)
}

/// Returns the smallest identity that can have been handed out at `moment`.
pub const fn first_at(moment: Timestamp) -> i64 {
    moment.as_millis().saturating_mul(1 << LOW_BITS)
}

/// How many identities a node can hand out in a millisecond.
pub const PER_MILLISECOND: i64 = 1 << SEQUENCE_BITS;

/// Returns the smallest identity that `node` can have handed out at `moment`.
pub const fn first_of_node(node: Node, moment: Timestamp) -> i64 {
    first_of(node, moment.as_millis())
}

/// Returns the first identity that a node hands out in a millisecond.
const fn first_of(node: Node, millis: i64) -> i64 {
    (millis << LOW_BITS) | ((node.number() as i64) << SEQUENCE_BITS)
}

/// Hands out the identities of a node. They never repeat and never decrease, provided that it
/// starts above the identities in use.
#[derive(Debug)]
pub struct IdGenerator {
    node: Node,
    last: AtomicI64,
}

impl IdGenerator {
    /// Creates the generator of a single server.
    pub fn above(floor: i64) -> Self {
        Self::of(Node::SERVER, floor)
    }

    /// Creates a generator that starts above `floor`, the greatest identity in use, so that a clock
    /// that was set back between two runs cannot make it hand out an identity again.
    pub fn of(node: Node, floor: i64) -> Self {
        Self { node, last: AtomicI64::new(first_of(node, (floor >> LOW_BITS) + 1) - 1) }
    }

    /// Returns the next identity at `now`.
    pub fn next(&self, now: Timestamp) -> i64 {
        let from_clock = first_of(self.node, now.as_millis());
        let next = |last: i64| from_clock.max(self.after(last));
        match self.last.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| Some(next(last))) {
            Ok(last) | Err(last) => next(last),
        }
    }

    /// Returns the identity after `last`, which is in the next millisecond if this one has no more.
    fn after(&self, last: i64) -> i64 {
        let millis = last >> LOW_BITS;
        let in_it = last + 1 - first_of(self.node, millis);
        if in_it < 1 << SEQUENCE_BITS { last + 1 } else { first_of(self.node, millis + 1) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identities_grow_even_when_the_clock_goes_back() {
        let ids = IdGenerator::above(0);
        let first = ids.next(Timestamp::from_millis(1_000));
        let second = ids.next(Timestamp::from_millis(1_000));
        let third = ids.next(Timestamp::from_millis(500));
        assert!(first < second && second < third);
        assert!(ids.next(Timestamp::from_millis(1_001)) > third);
    }

    #[test]
    fn identities_start_above_what_is_in_use() {
        let now = Timestamp::from_millis(1_000);
        let in_use = IdGenerator::above(0).next(Timestamp::from_millis(9_000));
        assert!(IdGenerator::above(in_use).next(now) > in_use);
    }

    #[test]
    fn no_two_nodes_hand_out_the_same_and_the_moment_can_be_read_off() {
        let now = Timestamp::from_millis(1_795_334_400_000);
        let mut seen = std::collections::HashSet::new();
        for node in [Node::SERVER, Node::command(0), Node::command(1_022)] {
            let ids = IdGenerator::of(node, 0);
            for count in 0..3_000 {
                let id = ids.next(now);
                assert!(seen.insert(id), "{node:?} handed {id} out again");
                assert_eq!(moment(id).since(now).as_millis(), count / 1_024, "{node:?}");
            }
        }
        assert!(first_at(now) <= *seen.iter().min().unwrap());
    }
}
