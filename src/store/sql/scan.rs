//! Walking over a table that has no index for what is looked for: one would make every mint slower.

use std::ops::ControlFlow;
use std::time::Duration;

use crate::domain::id::{self, TenantId};

use super::failed::Result;
use super::row::Row;
use super::tx::Tx;
use super::value::Value;

/// The number of rows that one part looks at: some milliseconds of a reader.
pub const LOOKED_AT: usize = 20_000;

/// By this much the clocks of nodes, and so identities, may differ.
const SKEW: Duration = Duration::from_secs(86_400);

/// A table whose primary key is one number or two, and grows with time.
#[derive(Clone, Copy)]
pub struct Scanned {
    table: &'static str,
    key: &'static [&'static str],
    /// What conditions may name beside the key.
    columns: &'static str,
}

/// The challenges.
pub const CHALLENGES: Scanned =
    Scanned { table: "challenges", key: &["id"], columns: "tenant, recipient, spelling, status" };

/// The factors.
pub const FACTORS: Scanned = Scanned { table: "factors", key: &["id"], columns: "tenant" };

/// The messages that have ended.
pub const DELIVERIES: Scanned =
    Scanned { table: "deliveries", key: &["challenge", "message"], columns: "tenant, recipient" };

/// The events for webhooks.
pub const EVENTS: Scanned =
    Scanned { table: "webhook_deliveries", key: &["webhook", "event"], columns: "tenant, challenge" };

/// A row's place in a table, by its primary key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place(pub i64, pub i64);

impl Place {
    /// Comes before all rows of a tenant, whose own was the first.
    pub fn before(tenant: TenantId) -> Self {
        Self(id::first_at(id::moment(tenant.0) - SKEW), i64::MIN)
    }
}

/// What is looked for.
pub struct Wanted<'a> {
    /// On the columns, with parameters from `?1` on.
    pub condition: &'a str,
    pub with: &'a [Value<'a>],
    /// The maximum number of rows that one part finds.
    pub limit: usize,
}

/// What one part has found.
pub struct Part<T> {
    pub found: Vec<T>,
    /// Where the next part begins; `None` at the end of the table.
    pub next: Option<Place>,
}

impl Scanned {
    /// Looks at the rows behind `from`. `read` is given a row's place, and the row with its columns in their order; it
    /// returns `None` for what is not wanted after all.
    pub fn part<T>(
        &self,
        tx: &dyn Tx,
        wanted: &Wanted<'_>,
        from: Place,
        mut read: impl FnMut(Place, &mut Row) -> Result<Option<T>>,
    ) -> Result<Part<T>> {
        let Wanted { condition, with, limit } = *wanted;
        let (key, bound) = (self.key.join(", "), with.len());
        let looked_at = self.behind(bound, &format!("LIMIT {LOOKED_AT}"));
        let columns = self.columns;
        let sql = format!("SELECT {key}, {columns} FROM ({looked_at}) part WHERE {condition} ORDER BY {key}");
        let values = [with, &self.values(from)].concat();
        let (mut found, mut full) = (Vec::new(), None);
        tx.rows(&sql, &values, &mut |row| {
            let place = self.place(row)?;
            found.extend(read(place, row)?);
            full = (found.len() == limit).then_some(place);
            Ok(if full.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        })?;
        let last = || {
            let sql = self.behind(0, &format!("LIMIT 1 OFFSET {}", LOOKED_AT - 1));
            tx.first(&sql, &self.values(from), |row| self.place(row))
        };
        Ok(Part { found, next: full.map_or_else(last, |full| Ok(Some(full)))? })
    }

    /// Deletes the row at a place.
    pub fn delete(&self, tx: &dyn Tx, place: Place) -> Result<()> {
        let table = self.table;
        let sql = match self.key {
            [one] => format!("DELETE FROM {table} WHERE {one} = ?1"),
            key => format!("DELETE FROM {table} WHERE {} = ?1 AND {} = ?2", key[0], key[1]),
        };
        tx.later(&sql, &self.values(place))
    }

    /// Returns the query for the rows behind a place, whose parameters follow `bound` others.
    fn behind(&self, bound: usize, limit: &str) -> String {
        let (table, key, columns) = (self.table, self.key.join(", "), self.columns);
        let places: Vec<String> = (1..=self.key.len()).map(|place| format!("?{}", bound + place)).collect();
        let places = places.join(", ");
        format!("SELECT {key}, {columns} FROM {table} WHERE ({key}) > ({places}) ORDER BY {key} {limit}")
    }

    fn values(&self, place: Place) -> Vec<Value<'static>> {
        [place.0, place.1].into_iter().take(self.key.len()).map(Value::from).collect()
    }

    fn place(&self, row: &mut Row) -> Result<Place> {
        Ok(match self.key {
            [_] => Place(row.get()?, 0),
            _ => Place(row.get()?, row.get()?),
        })
    }
}
