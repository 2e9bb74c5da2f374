//! One connection, which a thread drives: statement by statement, or many at once.

use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio_postgres::Client;
use tokio_postgres::types::{FromSql, ToSql};

use crate::store::sql::failed::{Failed, Result};

use super::connect::connect;
use super::doubt::Opened;
use super::errors::ends_session;
use super::open_failed::OpenFailed;
use super::place::Place;

/// The maximum duration of one flight of statements: longer than the server lets any of them take.
const FLIGHT: Duration = Duration::from_secs(8);

/// What is sent at once and answered in its order.
pub(super) type Flight<'a, T> = Vec<Pin<Box<dyn Future<Output = Result<T, tokio_postgres::Error>> + 'a>>>;

/// A connection.
pub(super) struct Wire {
    pub(super) client: Client,
    /// Last, because dropping it ends the connection.
    runtime: Runtime,
    is_lost: Cell<bool>,
    opened: Opened,
}

impl Wire {
    /// Connects.
    pub(super) fn open(place: &Place) -> Result<Self, OpenFailed> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let opened = place.doubt.open();
        let client = connect(&runtime, place)?;
        Ok(Self { client, runtime, is_lost: Cell::new(false), opened })
    }

    /// Returns whether the connection is gone, so that nothing is known of what was sent last.
    pub(super) fn is_lost(&self) -> bool {
        self.is_lost.get() || self.client.is_closed()
    }

    /// Returns whether the connection should be replaced before its next use.
    pub(super) fn is_spent(&self) -> bool {
        self.is_lost() || self.opened.is_in_doubt()
    }

    /// The same for a connection that may have been idle: looks first whether the server has closed it.
    pub(super) fn is_gone(&self) -> bool {
        self.runtime.block_on(async { tokio::time::sleep(Duration::ZERO).await });
        self.is_spent()
    }

    /// Waits for one statement.
    pub(super) fn wait<T>(
        &self,
        statement: impl Future<Output = Result<T, tokio_postgres::Error>>,
    ) -> Result<T> {
        let done = self.runtime.block_on(async { tokio::time::timeout(FLIGHT, statement).await });
        match done {
            Ok(answer) => answer.map_err(|error| self.noted(error)),
            Err(_) => Err(self.timed_out()),
        }
    }

    /// Waits for one statement for as long as it takes. Whoever does this has the connection for himself.
    pub(super) fn wait_long<T>(
        &self,
        statement: impl Future<Output = Result<T, tokio_postgres::Error>>,
    ) -> Result<T> {
        self.runtime.block_on(statement).map_err(|error| self.noted(error))
    }

    /// Runs statements without parameters.
    pub(super) fn execute(&self, sql: &str) -> Result<()> {
        self.wait(self.client.batch_execute(sql))
    }

    /// Asks for one value.
    pub(super) fn one<T: for<'a> FromSql<'a>>(&self, sql: &str, with: &[&(dyn ToSql + Sync)]) -> Result<T> {
        let row = self.wait(self.client.query_one(sql, with))?;
        Ok(row.try_get(0)?)
    }

    /// Sends everything, in its order and without waiting in between, and waits for all answers.
    pub(super) fn fly<T>(&self, mut flight: Flight<'_, T>) -> Result<Vec<Result<T>>> {
        let answered = async {
            let mut answers: Vec<Option<_>> = Vec::with_capacity(flight.len());
            for statement in &mut flight {
                // The first poll sends it.
                answers.push(poll_fn(|context| Poll::Ready(polled(statement.as_mut().poll(context)))).await);
            }
            for (statement, answer) in flight.iter_mut().zip(&mut answers) {
                if answer.is_none() {
                    *answer = Some(statement.await);
                }
            }
            answers
        };
        let answers = self.runtime.block_on(async { tokio::time::timeout(FLIGHT, answered).await });
        let answers = answers.map_err(|_| self.timed_out())?;
        Ok(answers.into_iter().flatten().map(|answer| answer.map_err(|error| self.noted(error))).collect())
    }

    /// Notes an error that means that the connection is gone.
    fn noted(&self, error: tokio_postgres::Error) -> Failed {
        let ends = error.code().map_or(error.as_db_error().is_none(), ends_session);
        let failed = Failed::from(error);
        if ends && !matches!(failed, Failed::Operation(_)) {
            self.is_lost.set(true);
        }
        failed
    }

    fn timed_out(&self) -> Failed {
        self.is_lost.set(true);
        self.opened.cast();
        Failed::Store("the database has not answered in time".into())
    }
}

fn polled<T>(poll: Poll<T>) -> Option<T> {
    match poll {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}
