//! The port of the verbs, implemented over a session.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::pin::Pin;
use std::sync::Arc;

use tokio_postgres::types::ToSql;

use crate::store::sql::failed::{Failed, Result};
use crate::store::sql::hold::{Hold, Holding};
use crate::store::sql::needs::Wanted;
use crate::store::sql::row::Row;
use crate::store::sql::tx::{RowCallback, Tx};
use crate::store::sql::value::Value;

use super::pending::{Later, columns, take_alike};
use super::prefetch::{self, Query};
use super::session::Session;
use super::values::{Bound, Kept, PgRow};
use super::wire::Flight;

/// A session, inside a transaction or reading.
pub(super) struct PgTx<'a> {
    session: &'a Session,
    /// Changes that are sent together with the next query, or with the COMMIT.
    pending: RefCell<Vec<Later>>,
    /// The floor of the audit trail, as the lane's row had it when the transaction began.
    audit_floor: Cell<Option<i64>>,
}

/// The answer to a statement of a flight.
enum Answer {
    Done,
    Changed(u64),
    Rows(Vec<tokio_postgres::Row>),
}

impl Answer {
    fn rows(self) -> Vec<tokio_postgres::Row> {
        match self {
            Self::Rows(rows) => rows,
            Self::Done | Self::Changed(_) => Vec::new(),
        }
    }
}

/// How a flight that ends with COMMIT went.
pub(super) enum Sent {
    Committed,
    /// Nothing was recorded.
    Refused(Failed),
    /// The connection was lost before the answer.
    Unanswered,
}

impl<'a> PgTx<'a> {
    pub(super) fn over(session: &'a Session) -> Self {
        Self { session, pending: RefCell::default(), audit_floor: Cell::new(None) }
    }

    /// Begins a transaction with this statement, and in the same flight changes the lane's row and runs queries. Returns
    /// the rows of each query; `None` if the row was not there. The change returns the floor of the audit trail.
    pub(super) fn begin(
        &self,
        begin: &str,
        (sql, with): (&str, &[Value<'_>]),
        queries: &[Query],
    ) -> Result<Option<Vec<Vec<tokio_postgres::Row>>>> {
        let prepared = self.session.prepared(sql)?;
        let asked = self.asked(queries)?;
        let (client, bound) = (&self.session.wire.client, bind(with));
        let begun = async { client.batch_execute(begin).await.map(|()| Answer::Done) };
        let changed = async { client.query(&prepared.one, &parameters(&bound)).await.map(Answer::Rows) };
        let mut flight: Flight<'_, Answer> = vec![Box::pin(begun), Box::pin(changed)];
        flight.extend(asked);
        let mut found = Vec::with_capacity(queries.len() + 1);
        for answer in self.session.wire.fly(flight)? {
            match answer? {
                Answer::Done | Answer::Changed(_) => {}
                Answer::Rows(rows) => found.push(rows),
            }
        }
        let mut found = found.into_iter();
        let Some(row) = found.next().and_then(|rows| rows.into_iter().next()) else { return Ok(None) };
        self.audit_floor.set(Some(row.try_get(0)?));
        Ok(Some(found.collect()))
    }

    /// Returns queries to be sent.
    fn asked<'q>(&self, queries: &'q [Query]) -> Result<Flight<'q, Answer>>
    where
        'a: 'q,
    {
        let asked = queries.iter().map(|query| {
            let (statement, client) = (self.session.prepared(query.sql)?, &self.session.wire.client);
            let sent: Pin<Box<dyn Future<Output = _> + 'q>> = Box::pin(async move {
                let with: Vec<_> = query.parameters.iter().map(|one| one as &(dyn ToSql + Sync)).collect();
                client.query(&statement.one, &with).await.map(Answer::Rows)
            });
            Ok(sent)
        });
        asked.collect()
    }

    /// Sends what is pending together with the COMMIT.
    pub(super) fn commit(&self) -> Sent {
        let client = &self.session.wire.client;
        let mut flight = match self.take_pending() {
            Ok(flight) => flight,
            Err(failed) => return Sent::Refused(failed),
        };
        flight.push(Box::pin(async { client.batch_execute("COMMIT").await.map(|()| Answer::Done) }));
        let Ok(answers) = self.session.wire.fly(flight) else { return Sent::Unanswered };
        for answer in answers {
            match answer {
                Ok(_) => {}
                // After an error of a change, COMMIT rolls back.
                Err(failed) if !self.session.wire.is_lost() => return Sent::Refused(failed),
                Err(_) => return Sent::Unanswered,
            }
        }
        Sent::Committed
    }

    /// Rolls back.
    pub(super) fn roll_back(&self) -> Result<()> {
        self.pending.borrow_mut().clear();
        self.session.wire.execute("ROLLBACK")
    }

    /// Sends what is pending together with one more statement, and returns the answer to that.
    fn send(
        &self,
        last: impl Future<Output = std::result::Result<Answer, tokio_postgres::Error>>,
    ) -> Result<Answer> {
        if self.pending.borrow().is_empty() {
            return self.session.wire.wait(last);
        }
        let mut flight = self.take_pending()?;
        flight.push(Box::pin(last));
        let mut latest = Answer::Done;
        for answer in self.session.wire.fly(flight)? {
            latest = answer?;
        }
        Ok(latest)
    }

    /// Returns the pending changes to be sent: those of one kind as one statement, where that makes no
    /// difference.
    fn take_pending(&self) -> Result<Flight<'a, Answer>> {
        let mut pending: VecDeque<Later> = self.pending.take().into();
        let mut flight: Flight<'a, Answer> = Vec::with_capacity(pending.len() + 1);
        while let Some(first) = pending.pop_front() {
            let prepared = Arc::clone(&first.prepared);
            let mut rows = vec![first];
            if let Some(form) = &prepared.bulk {
                take_alike(form, &mut rows, &mut pending);
            }
            let (statement, parameters) = match prepared.bulk.as_ref().filter(|_| rows.len() > 1) {
                Some(form) => (self.session.prepared_for_many(&prepared, form)?, columns(rows)),
                None => (prepared.one.clone(), rows.into_iter().flat_map(Later::parameters).collect()),
            };
            let client = &self.session.wire.client;
            flight.push(Box::pin(async move {
                client.execute_raw(&statement, parameters).await.map(Answer::Changed)
            }));
        }
        Ok(flight)
    }
}

impl Tx for PgTx<'_> {
    fn rows(&self, sql: &str, with: &[Value<'_>], each: RowCallback<'_>) -> Result<()> {
        let prepared = self.session.prepared(sql)?;
        let (client, bound) = (&self.session.wire.client, bind(with));
        let query = async { client.query(&prepared.one, &parameters(&bound)).await.map(Answer::Rows) };
        let Answer::Rows(rows) = self.send(query)? else { return Ok(()) };
        for row in rows {
            if let ControlFlow::Break(()) = each(&mut Row::of(&PgRow(row)))? {
                break;
            }
        }
        Ok(())
    }

    fn change(&self, sql: &str, with: &[Value<'_>]) -> Result<usize> {
        let prepared = self.session.prepared(sql)?;
        let (client, bound) = (&self.session.wire.client, bind(with));
        let change = async { client.execute(&prepared.one, &parameters(&bound)).await.map(Answer::Changed) };
        match self.send(change)? {
            Answer::Changed(rows) => Ok(usize::try_from(rows).unwrap_or(usize::MAX)),
            Answer::Done | Answer::Rows(_) => Ok(0),
        }
    }

    fn later(&self, sql: &str, with: &[Value<'_>]) -> Result<()> {
        let prepared = self.session.prepared(sql)?;
        let values = with.iter().map(|value| Kept::of(*value)).collect();
        self.pending.borrow_mut().push(Later { prepared, values });
        Ok(())
    }
}

impl Holding for PgTx<'_> {
    fn load(&self, hold: &Hold, wanted: &Wanted) -> Result<()> {
        let queries = prefetch::queries(wanted);
        let mut flight = self.take_pending()?;
        let changes = flight.len();
        flight.extend(self.asked(&queries)?);
        let answers = self.session.wire.fly(flight)?.into_iter().collect::<Result<Vec<_>>>()?;
        let found = answers.into_iter().skip(changes).map(Answer::rows);
        prefetch::keep(hold, wanted, queries.into_iter().zip(found.collect::<Vec<_>>()).collect())
    }

    fn audit_floor(&self) -> Result<i64> {
        self.audit_floor.get().ok_or_else(|| Failed::Operation("no transaction has begun".into()))
    }
}

fn bind<'v>(with: &[Value<'v>]) -> Vec<Bound<'v>> {
    with.iter().copied().map(Bound).collect()
}

fn parameters<'p>(bound: &'p [Bound<'_>]) -> Vec<&'p (dyn ToSql + Sync)> {
    bound.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}
