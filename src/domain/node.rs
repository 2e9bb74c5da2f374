//! Nodes: the running programs that write to one store.

use std::fmt;
use std::time::Duration;

use crate::domain::random::Entropy;
use crate::domain::time::Timestamp;

/// The interval between two renewals of a node's lease.
pub const RENEW_EVERY: Duration = Duration::from_secs(2);

/// A node that has not renewed its lease for this long, by its own stopwatch, does nothing any more.
pub const LAPSED_AFTER: Duration = Duration::from_secs(10);

/// A node that has not renewed its lease for this long is dead to the others. They take over what it held.
pub const DEAD_AFTER: Duration = Duration::from_secs(15);

/// The greatest difference between a node's clock and the database's. The leases are judged by the clocks
/// of the nodes, so [`DEAD_AFTER`] is longer than [`LAPSED_AFTER`] by more than two of these.
pub const MOST_SKEW: Duration = Duration::from_secs(2);

/// The greatest number of writing lanes of a node. One of them is for what does not come from requests alone.
pub const MOST_LANES: u8 = 16;

/// The number of a node. It is part of the identities that the node hands out, and is stored in the
/// rows that it holds. No two nodes that run at the same time may have the same number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Node(u16);

impl Node {
    /// Number of bits in a node's number.
    pub const BITS: u32 = 10;

    /// Number of nodes that there can be at the same time.
    pub const COUNT: u16 = 1 << Self::BITS;

    /// The server. `DataLock` prevents a second server on the same data.
    pub const SERVER: Self = Self(0);

    /// Returns the node of a command that runs beside the server, numbered by its process id.
    pub const fn command(process: u32) -> Self {
        // Below 1 024.
        Self((1 + process % ((1 << Self::BITS) - 1)) as u16)
    }

    /// Returns the node with a number that was read from the store.
    pub const fn numbered(number: u16) -> Self {
        Self(number)
    }

    /// Returns the number.
    pub const fn number(self) -> u16 {
        self.0
    }
}

/// Distinguishes the holder of a number from those before and after it: drawn when it joins.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct NodeSession(pub i64);

impl NodeSession {
    /// Draws a session.
    pub fn draw(entropy: &dyn Entropy) -> Self {
        Self(i64::from_be_bytes(entropy.bytes()))
    }
}

/// A number, and the session that holds it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NodeLease {
    /// The number.
    pub node: Node,
    /// The session.
    pub session: NodeSession,
}

/// What a node does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NodeKind {
    /// It serves.
    Server,
    /// It carries out a command, beside the servers.
    Command,
}

impl NodeKind {
    /// Returns the word in the store and on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Command => "command",
        }
    }

    /// Parses the word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Server, Self::Command].into_iter().find(|kind| kind.as_str() == word)
    }
}

/// How far a node's clock is ahead of the database's, in milliseconds; negative if it is behind.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct ClockSkew(pub i64);

impl ClockSkew {
    /// Compares clocks: `database` was read between `before` and `after`. A slow answer is no difference.
    pub fn between(before: Timestamp, database: Timestamp, after: Timestamp) -> Self {
        let (before, database, after) = (before.as_millis(), database.as_millis(), after.as_millis());
        Self(match database {
            early if early < before => before - early,
            late if late > after => after - late,
            _ => 0,
        })
    }

    /// Returns the seconds.
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / 1_000.0
    }

    /// Returns whether the node must not decide anything by its clock.
    pub fn is_too_great(self) -> bool {
        u128::from(self.0.unsigned_abs()) > MOST_SKEW.as_millis()
    }
}

/// Formats in seconds, with words: `3.2 s ahead of the database's`.
impl fmt::Display for ClockSkew {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = if self.0 < 0 { "behind" } else { "ahead of" };
        let millis = self.0.unsigned_abs();
        write!(f, "{}.{} s {side} the database's", millis / 1_000, millis % 1_000 / 100)
    }
}

/// Whether a node compares its clock with the database's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ClockComparison {
    /// When it joins, and before each renewal.
    Made,
    /// Never: the clock is a test's.
    Omitted,
}

/// A node, as the others see it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NodeInfo {
    /// Its number and session.
    pub lease: NodeLease,
    /// What it does.
    pub kind: NodeKind,
    /// Where it runs, for people.
    pub address: String,
    /// The version of the program.
    pub version: String,
    /// The number of its writing lanes.
    pub lanes: u8,
    /// When it joined.
    pub joined_at: Timestamp,
    /// When it last renewed its lease, by its own clock.
    pub seen_at: Timestamp,
    /// How far its clock was ahead then; `None` if the database has no clock of its own.
    pub skew: Option<ClockSkew>,
    /// How long the renewal before took.
    pub lag: Duration,
}

impl NodeInfo {
    /// Returns whether others may take over what it holds.
    pub fn is_dead(&self, now: Timestamp) -> bool {
        is_dead(self.seen_at, now)
    }
}

/// Returns whether a node that was last seen then is dead.
pub fn is_dead(seen_at: Timestamp, now: Timestamp) -> bool {
    now >= seen_at + DEAD_AFTER
}

/// A duty that one node at a time has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Duty {
    /// Sweeping, resealing, folding, and releasing what dead nodes held.
    Housekeeping,
    /// Changing the schema.
    Migration,
}

impl Duty {
    /// All duties.
    pub const ALL: [Self; 2] = [Self::Housekeeping, Self::Migration];

    /// How long a node has a duty without renewing it.
    pub const TERM: Duration = Duration::from_secs(5);

    /// Returns the word in the store and on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Housekeeping => "housekeeping",
            Self::Migration => "migration",
        }
    }

    /// Parses the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|duty| duty.as_str() == word)
    }
}

/// A duty, and the node that has it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DutyLease {
    /// The duty.
    pub duty: Duty,
    /// The node.
    pub holder: Node,
    /// Until when, unless it is renewed.
    pub until: Timestamp,
}

/// The nodes of a store and their duties.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Cluster {
    /// The nodes, by number; those that are dead too, until they are released.
    pub nodes: Vec<NodeInfo>,
    /// The duties that somebody has, or had last.
    pub duties: Vec<DutyLease>,
}

impl Cluster {
    /// Returns the node that has a duty at `now`.
    pub fn holder(&self, duty: Duty, now: Timestamp) -> Option<Node> {
        self.duties.iter().find(|lease| lease.duty == duty && lease.until > now).map(|lease| lease.holder)
    }

    /// Returns the number of servers that are not dead at `now`.
    pub fn live_servers(&self, now: Timestamp) -> usize {
        self.nodes.iter().filter(|node| node.kind == NodeKind::Server && !node.is_dead(now)).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_answer_is_no_difference_between_clocks() {
        let skew = |before, database, after| {
            let at = Timestamp::from_millis;
            ClockSkew::between(at(before), at(database), at(after))
        };
        assert_eq!(skew(0, 4_000, 9_000), ClockSkew(0));
        assert_eq!(skew(5_000, 1_000, 6_000), ClockSkew(4_000));
        assert_eq!(skew(0, 4_000, 1_000), ClockSkew(-3_000));
        assert!(!ClockSkew(2_000).is_too_great() && ClockSkew(2_001).is_too_great());
        assert!(ClockSkew(-2_001).is_too_great() && ClockSkew(i64::MIN).is_too_great());
        assert_eq!(ClockSkew(-3_250).to_string(), "3.2 s behind the database's");
    }

    #[test]
    fn nobody_takes_over_what_a_node_may_still_use_even_if_their_clocks_differ() {
        assert!(DEAD_AFTER > LAPSED_AFTER + 2 * MOST_SKEW);
    }

    #[test]
    fn no_command_has_the_number_of_the_server_or_one_that_is_too_large() {
        for process in [0, 1, 1_022, 1_023, 1_024, u32::MAX] {
            let number = Node::command(process).number();
            assert!((1..1 << Node::BITS).contains(&number), "{process}: {number}");
        }
    }
}
