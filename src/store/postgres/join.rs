//! Joining as a node: the number, and a row of `writers` for each lane.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crate::domain::id::IdGenerator;
use crate::domain::node::NodeLease;
use crate::domain::time::Timestamp;
use crate::store::sql::failed::{Failed, Result};
use crate::store::sql::lane::WriterLane;
use crate::store::sql::nodes;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;
use crate::store::{Joined, Joining};

use super::floor;
use super::migrations;
use super::open_failed::OpenFailed;
use super::session::Session;
use super::transaction::{Isolation, Writer};
use super::tx::{PgTx, Sent};

/// The number of conflicts with others that join, or that write for the node that is taken over.
const TRIES: u32 = 40;

/// The pause after a conflict.
const PAUSE: Duration = Duration::from_millis(50);

/// Joins as a node that writes over this many lanes, and one more, and knows the migrations up to this number.
pub(super) fn join(
    session: &Session,
    new: &Joining,
    (lanes, knows): (u8, u32),
    now: Timestamp,
) -> std::result::Result<(NodeLease, Vec<Writer>), OpenFailed> {
    let mut tries = 0;
    let joined = loop {
        match attempt(session, new, (lanes, knows), now) {
            Ok(joined) => break joined,
            Err(Failed::Again(_)) if tries < TRIES => {
                tries += 1;
                thread::sleep(PAUSE);
            }
            Err(failed) => return Err(OpenFailed::Statement(failed.to_string())),
        }
    };
    let Joined { lease, greatest } = joined.ok_or(OpenFailed::NoNumber)?;
    let ids = Arc::new(IdGenerator::of(lease.node, greatest));
    let writer = |lane| {
        let lane = WriterLane::of(lease.node, lane, Arc::clone(&ids));
        Writer { lane, session: lease.session.0, last: 0 }
    };
    Ok((lease, (0..=lanes).map(writer).collect()))
}

/// Joins in one transaction.
fn attempt(
    session: &Session,
    new: &Joining,
    (lanes, knows): (u8, u32),
    now: Timestamp,
) -> Result<Option<Joined>> {
    session.wire.wait(session.wire.client.batch_execute(Isolation::Serializable.begin()))?;
    let tx = PgTx::over(session);
    let joined = nodes::join(&tx, new, now).and_then(|joined| {
        let Some(joined) = joined else { return Ok(None) };
        migrations::refuse_older(&tx, joined.lease.node.number(), knows)?;
        become_writers(&tx, joined.lease, lanes).map(|()| Some(joined))
    });
    let joined = joined.inspect_err(|_| {
        if tx.roll_back().is_err() {
            tracing::debug!("a transaction could not be rolled back");
        }
    })?;
    match tx.commit() {
        Sent::Committed => Ok(joined),
        Sent::Refused(failed) => Err(failed),
        // Nobody can have this session but this process, which does not use it: others take it for dead.
        Sent::Unanswered => Err(Failed::Store("the connection was lost".into())),
    }
}

/// Takes a row of `writers` for each lane. From now on no former process with the number writes.
fn become_writers(tx: &dyn Tx, lease: NodeLease, lanes: u8) -> Result<()> {
    (0..=lanes).try_for_each(|lane| tx.later(floor::JOIN, with![lease.node, lane, lease.session]))
}
