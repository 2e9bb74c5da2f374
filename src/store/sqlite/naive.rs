//! The obvious way to write: a pool of connections, and a transaction for each request.
//!
//! As durable as the [`Writer`](super::writer::Writer), and there to be compared with it:
//! `otpmint bench --naive` starts a server over it, and no setting does.

use std::path::Path;

use r2d2_sqlite::SqliteConnectionManager;
use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::store::sql;
use crate::store::sql::failed::Failed;
use crate::store::{StoreError, Verb};

use super::OpenFailed;
use super::group::Group;
use super::schema;
use super::tx::SqliteTx;

/// Connections in the pool: as many as r2d2 has by default.
const POOL: u32 = 10;

/// Connections that take turns by SQLite's lock and its busy timeout.
pub(super) struct NaivePool(r2d2::Pool<SqliteConnectionManager>);

impl NaivePool {
    /// A pool for the database at `path`, each connection with the settings of the writer's.
    pub(super) fn open(path: &Path) -> Result<Self, OpenFailed> {
        let manager = SqliteConnectionManager::file(path)
            .with_flags(schema::PRESENT)
            .with_init(|connection| schema::prepare_writer(connection));
        Ok(Self(r2d2::Pool::builder().max_size(POOL).build(manager)?))
    }

    /// Runs `run` in a transaction of its own.
    pub(super) fn write<T: Send + 'static>(
        &self,
        mut run: impl FnMut(&Group) -> Result<T, Failed> + Send + 'static,
    ) -> Verb<'static, T> {
        let pool = self.0.clone();
        Box::pin(async move {
            let writing = tokio::task::spawn_blocking(move || {
                let connection = pool.get().map_err(|_| StoreError::Busy)?;
                transact(&connection, &mut run).map_err(told)
            });
            writing.await.unwrap_or(Err(StoreError::Unavailable))
        })
    }
}

/// What fails on the way, also by a panic, is rolled back.
fn transact<T>(
    connection: &Connection,
    run: &mut impl FnMut(&Group) -> Result<T, Failed>,
) -> Result<T, Failed> {
    let transaction = Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
    let tx = SqliteTx(&transaction);
    let unit = sql::group::Group::new(&tx);
    let value = run(&Group { connection: &transaction, unit: &unit })?;
    unit.finish()?;
    transaction.commit()?;
    metrics::counter!("otpmint_commits_total").increment(1);
    metrics::histogram!("otpmint_commit_group_size").record(1.0);
    Ok(value)
}

fn told(failed: Failed) -> StoreError {
    match failed {
        Failed::Again(_) => StoreError::Busy,
        Failed::Operation(error) | Failed::Store(error) => {
            tracing::error!(%error, "a write failed");
            StoreError::Unavailable
        }
    }
}
