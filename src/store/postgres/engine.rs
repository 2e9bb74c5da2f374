//! The engine over PostgreSQL: its lanes and its readers.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use crate::domain::time::Timestamp;
use crate::store::queue::Worker;
use crate::store::sql::engine::{Engine, Terms};
use crate::store::sql::failed::Result;
use crate::store::sql::group::Group;
use crate::store::sql::needs::{HeldNeeds, Needs};
use crate::store::sql::store::SqlStore;
use crate::store::sql::tx::Tx;
use crate::store::{MigrationProgress, Verb};

use super::clock;
use super::floor;
use super::lane::Lane;
use super::migrations::Upkeep;
use super::open_failed::OpenFailed;
use super::place::Place;
use super::reader::{Readers, View};
use super::transaction::{Isolation, Writer};

/// The number of connections that answer short queries.
const READERS: usize = 4;

/// The store over PostgreSQL.
pub type PostgresStore = SqlStore<Postgres>;

/// PostgreSQL: the lanes and the readers of one node.
pub struct Postgres {
    /// Verbs in the unit of work, by the rows that they need.
    lanes: Vec<Worker>,
    /// All other verbs.
    cold: Worker,
    readers: Readers,
    reports: Readers,
    patience: Duration,
    upkeep: Upkeep,
    /// The next lane for what needs no row in particular.
    next: AtomicUsize,
}

impl Postgres {
    /// Starts a lane for each writer; the last one is for the verbs that query freely.
    pub(super) fn start(
        place: Arc<Place>,
        mut writers: Vec<Writer>,
        upkeep: Upkeep,
    ) -> std::result::Result<Self, OpenFailed> {
        let patience = place.patience;
        let lane = |writer, isolation| Lane::start(Arc::clone(&place), writer, isolation);
        let last = writers.pop().ok_or_else(|| OpenFailed::Statement("no lane".to_owned()))?;
        let cold = lane(last, Isolation::Serializable)?;
        let lanes = writers.into_iter().map(|writer| lane(writer, Isolation::Locks));
        Ok(Self {
            lanes: lanes.collect::<std::result::Result<_, _>>()?,
            cold,
            readers: Readers::start(&place, READERS, View::Latest)?,
            reports: Readers::start(&place, 1, View::Snapshot)?,
            patience,
            upkeep,
            next: AtomicUsize::new(0),
        })
    }

    /// Returns the lane for an operation. Those about one challenge, or one recipient, go to the same lane, so
    /// that the lanes of a node seldom wait for each other.
    fn lane(&self, needs: &Needs) -> &Worker {
        let place = match needs {
            Needs::Anything => return &self.cold,
            Needs::Held(HeldNeeds { recipient: Some((tenant, index)), .. }) => hash((tenant.0, index.0)),
            Needs::Held(HeldNeeds { challenge: Some(challenge), .. }) => hash(challenge.0),
            Needs::Held(_) => self.next.fetch_add(1, Ordering::Relaxed),
        };
        // There is at least one lane.
        self.lanes.get(place % self.lanes.len().max(1)).unwrap_or(&self.cold)
    }
}

fn hash(key: impl Hash) -> usize {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    // The low bits are as good as the others.
    hasher.finish() as usize
}

impl Engine for Postgres {
    const SYSTEM: &'static str = "postgresql";

    fn read<T: Send + 'static>(
        &self,
        run: impl Fn(&dyn Tx) -> Result<T> + Send + 'static,
    ) -> Verb<'static, T> {
        self.readers.read(run)
    }

    /// Runs on a connection of its own, in one snapshot; the server ends a statement that takes too long.
    fn read_at_length<T: Send + 'static>(
        &self,
        run: impl Fn(&dyn Tx) -> Result<T> + Send + 'static,
    ) -> Verb<'static, T> {
        self.reports.read(run)
    }

    /// What has been queued is not begun any more when the patience of its caller is over.
    fn write<T: Send + 'static>(
        &self,
        terms: Terms<T>,
        run: impl FnMut(&Group) -> Result<T> + Send + 'static,
    ) -> Verb<'static, T> {
        self.lane(&terms.needs).write(terms, Some(self.patience), run)
    }

    /// Nothing is to be done: PostgreSQL's own vacuum removes what was erased.
    fn erased(&self) -> Arc<AtomicBool> {
        Arc::default()
    }

    fn time(&self) -> Verb<'static, Option<Timestamp>> {
        self.read(|tx| clock::read(tx).map(Some))
    }

    fn raise_audit_floor(&self, until: i64) -> Verb<'static, ()> {
        self.read(move |tx| floor::raise(tx, until))
    }

    fn migrate_on(&self) -> Verb<'static, MigrationProgress> {
        self.upkeep.go_on()
    }

    fn is_healthy(&self) -> bool {
        self.cold.is_healthy() && self.lanes.iter().all(Worker::is_healthy)
    }
}
