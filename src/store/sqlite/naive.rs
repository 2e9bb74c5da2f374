//! The obvious way to write: a pool of connections, and a transaction for each request.
//!
//! As durable as the [`Writer`], and there to be compared with it: `otpmint bench --naive` starts a
//! server over it, and no setting does.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use r2d2_sqlite::SqliteConnectionManager;
use rusqlite::{Connection, ErrorCode, Transaction, TransactionBehavior};

use crate::store::{StoreError, Verb};

use super::OpenFailed;
use super::group::Group;
use super::schema;
use super::writer::Writer;

/// Connections in the pool: as many as r2d2 has by default.
const POOL: u32 = 10;

/// What writes.
pub(super) enum Writing {
    /// One thread, with group commit.
    Grouped(Writer),
    /// Each request by itself.
    Naive(NaivePool),
}

impl Writing {
    /// Runs `run` in a transaction, and answers after it was committed. It may run more than once;
    /// only the last run counts.
    pub(super) fn write<T: Send + 'static>(
        &self,
        run: impl FnMut(&Group) -> rusqlite::Result<T> + Send + 'static,
    ) -> Verb<'static, T> {
        match self {
            Self::Grouped(writer) => writer.write(run),
            Self::Naive(pool) => pool.write(run),
        }
    }

    /// The same for what no request waits for.
    pub(super) fn write_soon<T: Send + 'static>(
        &self,
        run: impl FnMut(&Group) -> rusqlite::Result<T> + Send + 'static,
    ) -> Verb<'static, T> {
        match self {
            Self::Grouped(writer) => writer.write_soon(run),
            Self::Naive(pool) => pool.write(run),
        }
    }

    /// Set inside an operation, it has the WAL folded into the database afterwards; not by the
    /// naive pool, which leaves that to SQLite.
    pub(super) fn fold_flag(&self) -> Arc<AtomicBool> {
        match self {
            Self::Grouped(writer) => writer.fold_flag(),
            Self::Naive(_) => Arc::default(),
        }
    }

    /// Whether the store could record, when it last had to.
    pub(super) fn is_healthy(&self) -> bool {
        match self {
            Self::Grouped(writer) => writer.is_healthy(),
            Self::Naive(_) => true,
        }
    }
}

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

    fn write<T: Send + 'static>(
        &self,
        mut run: impl FnMut(&Group) -> rusqlite::Result<T> + Send + 'static,
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
    run: &mut impl FnMut(&Group) -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    let transaction = Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
    let group = Group::new(&transaction);
    let value = run(&group)?;
    group.finish()?;
    transaction.commit()?;
    metrics::counter!("otpmint_commits_total").increment(1);
    metrics::histogram!("otpmint_commit_group_size").record(1.0);
    Ok(value)
}

fn told(error: rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy) => StoreError::Busy,
        _ => {
            tracing::error!(%error, "a write failed");
            StoreError::Unavailable
        }
    }
}
