//! Opening a database: recognising it, migrating it, and becoming one of its writers.

use std::sync::Arc;

use crate::domain::node::{ClockComparison, NodeLease};
use crate::domain::secret::KeyCheck;
use crate::domain::time::Clock;
use crate::store::sql::store::SqlStore;
use crate::store::{Joining, PlannedMigration};

use super::compare::compare;
use super::engine::{Postgres, PostgresStore};
use super::migrations::{self, Migrations, Upkeep};
use super::open_failed::OpenFailed;
use super::place::Place;
use super::session::Session;
use super::{join, schema};

type Result<T> = std::result::Result<T, OpenFailed>;

impl PostgresStore {
    /// Returns what the database knows about its master key, without changing anything.
    pub async fn key_check(place: &Place) -> Result<Option<KeyCheck>> {
        let place = place.clone();
        aside(move || schema::key_check(&Session::open(&place)?, &Migrations::shipped())).await
    }

    /// Returns the migrations that the next start of a node will look at, without changing anything.
    pub async fn pending(place: &Place) -> Result<Vec<&'static str>> {
        let place = place.clone();
        aside(move || migrations::pending(&Session::open(&place)?, &Migrations::shipped())).await
    }

    /// Returns all that is still to run of these migrations, without changing anything.
    pub async fn plan(place: &Place, migrations: Migrations) -> Result<Vec<PlannedMigration>> {
        let place = place.clone();
        aside(move || migrations::plan(&Session::open(&place)?, &migrations)).await
    }

    /// Opens the database, creates its tables or migrates them to the present schema, stores `known` in a new
    /// one, and joins as a node.
    pub async fn open(
        place: Place,
        known: &KeyCheck,
        joining: Joining,
        clock: (Arc<dyn Clock>, ClockComparison),
    ) -> Result<(Self, NodeLease)> {
        Self::open_as(Migrations::shipped(), place, known, joining, clock).await
    }

    /// The same as a release that knows these migrations.
    pub async fn open_as(
        migrations: Migrations,
        place: Place,
        known: &KeyCheck,
        joining: Joining,
        (clock, comparison): (Arc<dyn Clock>, ClockComparison),
    ) -> Result<(Self, NodeLease)> {
        let known = known.clone();
        aside(move || {
            let connection = Session::open(&place)?;
            let state = migrations::migrate(&connection, &migrations)?;
            schema::keep_key_check(&connection, &known)?;
            if comparison == ClockComparison::Made {
                compare(&connection, clock.as_ref())?;
            }
            let with = (place.lanes, migrations.newest());
            let (lease, writers) = join::join(&connection, &joining, with, clock.now())?;
            let place = Arc::new(place);
            let upkeep = Upkeep::new(Arc::clone(&place), migrations, &state);
            Ok((SqlStore::over(Postgres::start(place, writers, upkeep)?, lease.node), lease))
        })
        .await
    }
}

/// Runs what blocks on a thread of its own.
pub(super) async fn aside<T: Send + 'static>(run: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let stopped = |_| OpenFailed::Statement("the thread has stopped".to_owned());
    tokio::task::spawn_blocking(run).await.unwrap_or_else(|error| Err(stopped(error)))
}
