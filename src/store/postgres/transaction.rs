//! A transaction of a lane, and what became of one whose COMMIT was not answered.
//!
//! Every transaction begins with a change of the lane's row of `writers`. That change is a fence: if another
//! node has taken over the number of this one, the row has another session, and nothing is written. And it is
//! a witness: it commits with the rest, or not. Whoever asks for it later waits until a backend that still
//! works for the lost connection has ended, because that one holds the row; and asks by writing, because only
//! a write waits for the standby.

use crate::store::queue::Batch;
use crate::store::sql::failed::{Failed, Result};
use crate::store::sql::group::Group;
use crate::store::sql::lane::WriterLane;
use crate::store::sql::needs::Wanted;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;

use super::prefetch::{self, Query};
use super::session::Session;
use super::tx::{PgTx, Sent};

/// How the transactions of a lane are kept apart from those of others.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Isolation {
    /// Rows are locked before they are read, which is all that the verbs in the unit of work need.
    Locks,
    /// Verbs that query the database freely: each is alone in its transaction.
    Serializable,
}

impl Isolation {
    pub(super) const fn begin(self) -> &'static str {
        match self {
            Self::Locks => "BEGIN ISOLATION LEVEL READ COMMITTED",
            Self::Serializable => "BEGIN ISOLATION LEVEL SERIALIZABLE",
        }
    }

    /// Returns the settings of its sessions. Where rows are found by their keys, they are so by index: plans are
    /// kept, and one that was made while a table was new would read all of it later, too; and whoever has read all
    /// of a table is in conflict with everybody who writes to it.
    pub(super) const fn settings(self) -> &'static str {
        match self {
            Self::Locks => {
                "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; \
                 SET plan_cache_mode = force_generic_plan"
            }
            Self::Serializable => "SET enable_seqscan = off",
        }
    }
}

/// What was loaded in advance.
type Found = Vec<(Query, Vec<tokio_postgres::Row>)>;

/// How a transaction ended.
pub(super) enum Ended {
    Committed,
    /// Nothing was recorded.
    Failed(Failed),
    /// The COMMIT was sent and not answered.
    InDoubt,
    /// Another node has taken over the number of this one. Nothing was recorded, and nothing will be.
    TakenOver,
}

/// What the lane's row tells of the last transaction.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Witnessed {
    Committed,
    NotCommitted,
    /// Another node has the row now.
    TakenOver,
}

/// Who writes: the lane's row of `writers`.
pub(super) struct Writer {
    pub(super) lane: WriterLane,
    /// Drawn when the node took its number.
    pub(super) session: i64,
    /// The number of the last transaction.
    pub(super) last: i64,
}

impl Writer {
    /// Runs the operations of a batch in one transaction.
    pub(super) fn transact(&mut self, session: &Session, isolation: Isolation, batch: &mut Batch) -> Ended {
        self.last += 1;
        let tx = PgTx::over(session);
        let wanted = Wanted::by(batch.needs());
        let begun = self.begin(&tx, isolation, prefetch::queries(&wanted));
        let ran = match begun {
            Ok(Some(found)) => self.run(&tx, (&wanted, found), batch),
            Ok(None) => return Ended::TakenOver,
            Err(failed) => Err(failed),
        };
        if let Err(failed) = ran {
            if !session.wire.is_lost() && tx.roll_back().is_err() {
                tracing::debug!("a transaction could not be rolled back; the connection is replaced");
            }
            return Ended::Failed(failed);
        }
        match tx.commit() {
            Sent::Committed => Ended::Committed,
            Sent::Refused(failed) => Ended::Failed(failed),
            Sent::Unanswered => Ended::InDoubt,
        }
    }

    fn begin(&self, tx: &PgTx<'_>, isolation: Isolation, queries: Vec<Query>) -> Result<Option<Found>> {
        let sql = "UPDATE writers SET tx = ?4 WHERE node = ?1 AND lane = ?2 AND session = ?3 RETURNING floor";
        let (node, lane) = (self.lane.node().number(), self.lane.number());
        let fence = with![node, lane, self.session, self.last];
        let found = tx.begin(isolation.begin(), (sql, fence), &queries)?;
        Ok(found.map(|found| queries.into_iter().zip(found).collect()))
    }

    fn run(&self, tx: &PgTx<'_>, (wanted, found): (&Wanted, Found), batch: &mut Batch) -> Result<()> {
        let group = Group::new(tx, &self.lane);
        prefetch::keep(group.hold(), wanted, found)?;
        batch.apply(&group)?;
        group.finish()
    }

    /// Finds out, over a new connection, what became of the last transaction.
    pub(super) fn witness(&self, session: &Session) -> Result<Witnessed> {
        let tx: &dyn Tx = &PgTx::over(session);
        let sql = "UPDATE writers SET tx = tx WHERE node = ?1 AND lane = ?2 AND session = ?3 RETURNING tx";
        let (node, lane) = (self.lane.node().number(), self.lane.number());
        let last = tx.first(sql, with![node, lane, self.session], |row| row.get::<i64>())?;
        Ok(match last {
            Some(last) if last == self.last => Witnessed::Committed,
            Some(_) => Witnessed::NotCommitted,
            None => Witnessed::TakenOver,
        })
    }
}
