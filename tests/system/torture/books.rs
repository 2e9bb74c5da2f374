//! The records, read from the database.

use std::collections::BTreeMap;

use otpmint::app::{Ambient, Foundation};
use otpmint::config;
use otpmint::domain::id::ChallengeId;
use serde_json::Value;

use super::history::Status;

/// A database.
pub trait Ledger {
    /// The rows of a query, as text.
    fn rows(&self, sql: &str) -> Vec<Vec<Option<String>>>;
}

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
    /// Reads the records. `key` makes the shareable key of a row.
    pub fn read(ledger: &dyn Ledger, key: impl Fn(i64) -> String) -> Books {
        let mut events: BTreeMap<i64, BTreeMap<String, u64>> = BTreeMap::new();
        let sql = "SELECT challenge, event, count(*) FROM audit WHERE challenge IS NOT NULL GROUP BY 1, 2";
        for row in ledger.rows(sql) {
            events.entry(number(&row[0])).or_default().insert(text(&row[1]), count(&row[2]));
        }
        let sql = "SELECT id, details, status, attempts, sends, delivery, cell, \
                   CASE WHEN code_hash IS NULL AND recipient IS NULL AND payload IS NULL THEN 1 ELSE 0 END, \
                   CASE WHEN EXISTS (SELECT 1 FROM outbox WHERE challenge = challenges.id) THEN 1 ELSE 0 END \
                   FROM challenges";
        let rows = ledger.rows(sql).into_iter().map(|row| Row {
            key: key(number(&row[0])),
            number: row[1].as_deref().and_then(number_in),
            status: Status::parse(&text(&row[2])).expect("a known status"),
            attempts: count(&row[3]),
            sends: count(&row[4]),
            delivery: row[5].clone(),
            cell: number(&row[6]),
            is_erased: count(&row[7]) == 1,
            in_outbox: count(&row[8]) == 1,
            events: events.remove(&number(&row[0])).unwrap_or_default(),
        });
        let rows = rows.collect();
        assert!(events.is_empty(), "the audit trail tells of challenges that are not there: {events:?}");
        Books { rows, cells: cells(ledger) }
    }
}

/// Waiting messages.
pub fn waiting(ledger: &dyn Ledger) -> u64 {
    ledger.rows("SELECT count(*) FROM outbox").first().map_or(u64::MAX, |row| count(&row[0]))
}

/// The cells, each with what is counted in all of its lanes.
fn cells(ledger: &dyn Ledger) -> Vec<Cell> {
    let sql = "SELECT c.id, n.counter, sum(n.n) FROM cells c JOIN counts n ON n.cell = c.id GROUP BY 1, 2";
    let mut cells: BTreeMap<i64, Cell> = BTreeMap::new();
    for row in ledger.rows(sql) {
        let id = number(&row[0]);
        let cell = cells.entry(id).or_insert_with(|| Cell { id, ..Cell::default() });
        for name in names(number(&row[1])) {
            *cell.counts.entry((*name).to_owned()).or_default() += number(&row[2]);
        }
    }
    cells.into_values().collect()
}

fn text(value: &Option<String>) -> String {
    value.clone().expect("a value")
}

fn number(value: &Option<String>) -> i64 {
    text(value).parse().expect("a number")
}

fn count(value: &Option<String>) -> u64 {
    text(value).parse().expect("a count")
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
fn number_in(details: &str) -> Option<usize> {
    let details: Value = serde_json::from_str(details).ok()?;
    details["metadata"]["number"].as_str()?.parse().ok()
}

/// Turns the number of a row into its shareable key, with the keys of a server that has these settings.
pub fn shareable_keys(settings: &[(&str, String)]) -> impl Fn(i64) -> String + use<> {
    let variables = settings.iter().map(|(name, value)| (format!("OTPMINT_{name}"), value.clone()));
    let settings = config::load(None, variables).expect("good settings");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let opened = runtime.block_on(Foundation::open(&settings, &Ambient::system()));
    let keyring = opened.unwrap_or_else(|error| panic!("{error}")).keyring;
    let codec = keyring.shareable_keys();
    move |id| codec.encode(ChallengeId(id)).as_str().to_owned()
}
