//! The server's records, read from its database after its death.

use std::collections::BTreeMap;
use std::path::Path;

use otpmint::app::{Ambient, Foundation};
use otpmint::config;
use otpmint::domain::id::ChallengeId;
use rusqlite::{Connection, Row as SqlRow, RowIndex};
use serde_json::Value;

use super::history::Status;

/// The challenges and the statistics.
#[derive(Clone, Default, Debug)]
pub struct Books {
    pub rows: Vec<Row>,
    pub cells: Vec<Cell>,
}

/// A challenge.
#[derive(Clone, Debug)]
pub struct Row {
    pub key: String,
    /// The number that the client put into the metadata; compat has none.
    pub number: Option<usize>,
    pub status: Status,
    /// Whether code and recipient are erased.
    pub is_erased: bool,
    pub attempts: u64,
    pub sends: u64,
    pub delivery: Option<String>,
    pub in_outbox: bool,
    pub cell: i64,
    /// Audit rows by their event.
    pub events: BTreeMap<String, u64>,
}

impl Row {
    pub fn events(&self, event: &str) -> u64 {
        self.events.get(event).copied().unwrap_or_default()
    }
}

/// A cell of the statistics: its counters by their names, with `within` for all steps, and `minted in
/// detail` for what is minted by the hour.
#[derive(Clone, Default, Debug)]
pub struct Cell {
    pub id: i64,
    pub counts: BTreeMap<String, i64>,
}

impl Books {
    /// Reads the records of a data folder that no server uses.
    pub fn read(data: &Path) -> Books {
        let database = Connection::open(data.join("otpmint.db")).expect("the database opens");
        let mut events: BTreeMap<i64, BTreeMap<String, u64>> = BTreeMap::new();
        let sql = "SELECT challenge, event, count(*) FROM audit WHERE challenge IS NOT NULL GROUP BY 1, 2";
        for (challenge, event, count) in
            rows(&database, sql, |row| Ok((row.get::<_, i64>(0)?, row.get(1)?, count_in(row, 2)?)))
        {
            events.entry(challenge).or_default().insert(event, count);
        }
        let key = shareable_keys(data);
        let read = |row: &SqlRow| {
            let id: i64 = row.get("id")?;
            let details: Option<String> = row.get("details")?;
            Ok(Row {
                key: key(id),
                number: details.as_deref().and_then(number),
                status: Status::parse(&row.get::<_, String>("status")?).expect("a known status"),
                is_erased: row.get("is_erased")?,
                attempts: count_in(row, "attempts")?,
                sends: count_in(row, "sends")?,
                delivery: row.get("delivery")?,
                in_outbox: row.get("in_outbox")?,
                cell: row.get("cell")?,
                events: events.remove(&id).unwrap_or_default(),
            })
        };
        let sql = "SELECT id, status, attempts, sends, delivery, details, cell, \
                   code_hash IS NULL AND recipient IS NULL AND payload IS NULL AS is_erased, \
                   EXISTS (SELECT 1 FROM outbox WHERE challenge = challenges.id) AS in_outbox FROM challenges";
        let challenges = rows(&database, sql, read);
        assert!(events.is_empty(), "the audit trail tells of challenges that are not there: {events:?}");
        Books { rows: challenges, cells: cells(&database) }
    }
}

/// Waiting messages; queried next to the running server.
pub fn waiting(data: &Path) -> u64 {
    let database = Connection::open(data.join("otpmint.db")).expect("the database opens");
    database.query_row("SELECT count(*) FROM outbox", [], |row| count_in(row, 0)).unwrap_or(u64::MAX)
}

/// What SQLite itself reports as wrong. Checks a copy: opening the files would recover them, and the server
/// must do that itself.
pub fn damage(data: &Path) -> Vec<String> {
    let copy = tempfile::tempdir().expect("a temporary folder");
    for name in ["otpmint.db", "otpmint.db-wal"] {
        let _ = std::fs::copy(data.join(name), copy.path().join(name));
    }
    let database = Connection::open(copy.path().join("otpmint.db")).expect("the database opens");
    let mut found: Vec<String> = rows(&database, "PRAGMA integrity_check", |row| row.get(0));
    found.retain(|line| line != "ok");
    found.extend(rows(&database, "PRAGMA foreign_key_check", |row| {
        Ok(format!("{} row {:?} has no parent", row.get::<_, String>(0)?, row.get::<_, Option<i64>>(1)?))
    }));
    found
}

fn rows<T>(database: &Connection, sql: &str, read: impl FnMut(&SqlRow) -> rusqlite::Result<T>) -> Vec<T> {
    let mut query = database.prepare(sql).expect("good SQL");
    let found = query.query_map([], read).expect("an answer");
    found.collect::<rusqlite::Result<_>>().expect("rows as they have to be")
}

fn count_in(row: &SqlRow, column: impl RowIndex) -> rusqlite::Result<u64> {
    row.get::<_, u32>(column).map(u64::from)
}

/// The cells, each with what is counted in all of its lanes.
fn cells(database: &Connection) -> Vec<Cell> {
    let sql = "SELECT c.id, n.counter, sum(n.n) FROM cells c JOIN counts n ON n.cell = c.id GROUP BY 1, 2";
    let mut cells: BTreeMap<i64, Cell> = BTreeMap::new();
    for (id, counter, count) in
        rows(database, sql, |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, i64>(2)?)))
    {
        let cell = cells.entry(id).or_insert_with(|| Cell { id, ..Cell::default() });
        for name in names(counter) {
            *cell.counts.entry((*name).to_owned()).or_default() += count;
        }
    }
    cells.into_values().collect()
}

/// What is counted under this number.
fn names(counter: i64) -> &'static [&'static str] {
    match counter {
        1 => &["resent"],
        2 => &["mismatched"],
        3 => &["exhausted"],
        4 => &["expired"],
        5 => &["canceled"],
        100..200 => &["minted", "minted in detail"],
        200..300 => &["verified", "verified in detail"],
        300..400 => &["sent"],
        400..500 => &["failed"],
        500..600 => &["within"],
        _ => panic!("counter {counter} is not known"),
    }
}

/// The number that the client put into the metadata.
fn number(details: &str) -> Option<usize> {
    let details: Value = serde_json::from_str(details).ok()?;
    details["metadata"]["number"].as_str()?.parse().ok()
}

/// Turns the number of a row into its shareable key.
fn shareable_keys(data: &Path) -> impl Fn(i64) -> String {
    let variables = [("OTPMINT_DATA_DIR".to_owned(), data.display().to_string())];
    let settings = config::load(None, variables.into_iter()).expect("good settings");
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let opened = runtime.block_on(Foundation::open(&settings, &Ambient::system()));
    let keyring = opened.unwrap_or_else(|error| panic!("{error}")).keyring;
    let codec = keyring.shareable_keys();
    move |id| codec.encode(ChallengeId(id)).as_str().to_owned()
}
