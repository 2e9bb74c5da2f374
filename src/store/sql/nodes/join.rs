//! Joining as a node.

use crate::domain::id;
use crate::domain::node::{Node, NodeLease, is_dead};
use crate::domain::time::Timestamp;
use crate::store::sql::failed::Result;
use crate::store::sql::lane::greatest_id;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;
use crate::store::{AskedNumber, Joined, Joining};

use super::release;

/// Joins as a node, and releases what a dead holder of its number held. Returns `None` if all numbers are
/// taken. Two nodes that join at once must not get the same number: the transaction is serializable.
pub fn join(tx: &dyn Tx, new: &Joining, now: Timestamp) -> Result<Option<Joined>> {
    let taken = taken(tx)?;
    let node = match new.number {
        AskedNumber::This(node) => Some(node),
        AskedNumber::Lowest => lowest(&taken, now),
    };
    let Some(node) = node else { return Ok(None) };
    let former = taken.iter().find(|(number, _)| *number == node);
    match new.number {
        AskedNumber::Lowest if former.is_some() => release::all_of(tx, node, now)?,
        AskedNumber::Lowest => {}
        AskedNumber::This(_) => release::number(tx, node)?,
    }
    let lease = NodeLease { node, session: new.session };
    insert(tx, lease, new, now)?;
    // What the former holder drew after its last renewal and has not recorded, it cannot record any more.
    let drawn = former.map_or(0, |(_, seen_at)| id::first_at(*seen_at));
    Ok(Some(Joined { lease, greatest: greatest_id(tx)?.max(drawn) }))
}

/// Returns the numbers that are taken, in order, and when their holders were last seen.
fn taken(tx: &dyn Tx) -> Result<Vec<(Node, Timestamp)>> {
    tx.all("SELECT number, seen_at FROM nodes ORDER BY number", &[], |row| Ok((row.get()?, row.get()?)))
}

/// Returns the lowest number that is free or whose holder is dead.
fn lowest(taken: &[(Node, Timestamp)], now: Timestamp) -> Option<Node> {
    let is_live = |node| taken.iter().any(|(number, seen_at)| *number == node && !is_dead(*seen_at, now));
    (0..Node::COUNT).map(Node::numbered).find(|node| !is_live(*node))
}

fn insert(tx: &dyn Tx, lease: NodeLease, new: &Joining, now: Timestamp) -> Result<()> {
    let sql = "INSERT INTO nodes (number, session, kind, address, version, lanes, joined_at, seen_at, lag) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, 0)";
    let NodeLease { node, session } = lease;
    tx.later(sql, with![node, session, new.kind.as_str(), &new.address, &new.version, new.lanes, now])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_number_without_a_live_holder_is_taken() {
        let at = |seconds: i64| Timestamp::from_millis(seconds * 1_000);
        let held = |number: u16, seen: i64| (Node::numbered(number), at(seen));
        let next = |taken: &[(Node, Timestamp)]| lowest(taken, at(100)).map(Node::number);
        assert_eq!(next(&[]), Some(0));
        assert_eq!(next(&[held(0, 99), held(2, 99)]), Some(1));
        assert_eq!(next(&[held(0, 86), held(1, 85)]), Some(1), "dead after 15 s");
        let all: Vec<_> = (0..Node::COUNT).map(|number| held(number, 99)).collect();
        assert_eq!(next(&all), None);
    }
}
