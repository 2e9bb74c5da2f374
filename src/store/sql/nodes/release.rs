//! Releasing what a node held.

use crate::domain::node::Node;
use crate::domain::time::Timestamp;
use crate::store::sql::challenges::release_requests;
use crate::store::sql::deliveries::outbox;
use crate::store::sql::failed::Result;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;
use crate::store::sql::webhooks::release_endpoints;

use super::duties;

/// Removes a node, and releases everything that it held for the others.
///
/// Its lanes are removed first ([`number`]). That waits for a transaction of theirs that is about to commit, and none can
/// commit afterwards.
pub fn all_of(tx: &dyn Tx, node: Node, now: Timestamp) -> Result<()> {
    number(tx, node)?;
    outbox::release(tx, node, now)?;
    release_endpoints(tx, node)?;
    release_requests(tx, node, now)
}

/// Takes a number from its holder, which writes nothing any more. What it held stays held.
pub fn number(tx: &dyn Tx, node: Node) -> Result<()> {
    tx.change("DELETE FROM writers WHERE node = ?1", with![node])?;
    duties::give_up(tx, node)?;
    tx.change("DELETE FROM nodes WHERE number = ?1", with![node])?;
    Ok(())
}
