//! A database that a copy fills.

use crate::store::copy::{
    CopyTarget, Copying, CopyingState, Facts, Feed, Marked, Problem, Reading, Table, TakeTuple, USED,
    is_empty, quoted,
};

use super::super::migrations::{self, Migrations};
use super::super::open_failed::OpenFailed;
use super::super::place::Place;
use super::super::schema::{self, Found};
use super::line::Line;
use super::rows;
use super::stream::Incoming;

/// Held while a copy fills a database, so that no other one does.
const LOCK: i32 = 0x4f74_7043;

/// A database that a copy fills, in one transaction. A copy that is cut off leaves it empty and marked.
pub struct PostgresTarget {
    line: Line,
    /// The names of the tables, for a statement about all of them.
    names: String,
}

impl PostgresTarget {
    /// Creates the tables and marks the database. Takes one that is there only if it is empty, or if a copy
    /// was cut off in it.
    pub fn open(place: &Place, copy: u64) -> Result<Self, OpenFailed> {
        let line = Line::open(place)?;
        if !line.one::<bool>(&format!("SELECT pg_try_advisory_lock({LOCK}, hashtext(current_schema()))"))? {
            return Err(OpenFailed::Copy("another copy into it is under way".to_owned()));
        }
        let shipped = Migrations::shipped();
        match schema::recognise_any(&line.session, &shipped)? {
            Found::Nothing => migrations::migrate(&line.session, &shipped).map(|_| ())?,
            Found::Ours(state) => schema::require_newest(&state, &shipped)?,
        }
        let tables = rows::tables(&line)?;
        refuse_used(&line, &tables)?;
        line.execute(&begin(&tables))?;
        refuse_used(&line, &tables)?;
        let copying = Copying { copy, state: CopyingState::Filling };
        line.session.mark_copying(&copying)?;
        line.execute("COMMIT")?;
        // Rows that come into an emptied table in the same transaction need no second look by the vacuum.
        let whole: Vec<Table> = tables.iter().filter(|table| table.is_whole()).cloned().collect();
        line.execute(&begin(&tables))?;
        line.execute(&format!("TRUNCATE {}", names(&whole)))?;
        for table in tables.iter().filter(|table| !table.is_whole()) {
            line.execute(&table.clear())?;
        }
        Ok(Self { line, names: names(&tables) })
    }

    /// Lets everybody start on the database if this copy has filled it and was cut off before that. Returns
    /// whether it was so.
    pub fn finish(place: &Place, copy: u64) -> Result<bool, OpenFailed> {
        let line = Line::open(place)?;
        if schema::recognise_any(&line.session, &Migrations::shipped())? == Found::Nothing {
            return Ok(false);
        }
        Ok(line.session.open_up_if_filled(copy)?)
    }
}

/// Begins a transaction that nobody else sees anything of these tables in.
fn begin(tables: &[Table]) -> String {
    format!("BEGIN; LOCK TABLE {}, nodes IN ACCESS EXCLUSIVE MODE", names(tables))
}

fn names(tables: &[Table]) -> String {
    tables.iter().map(|table| quoted(&table.name)).collect::<Vec<_>>().join(", ")
}

/// What is there already is not copied over, unless a copy was cut off in it.
fn refuse_used(line: &Line, tables: &[Table]) -> Result<(), OpenFailed> {
    let instead = "drop its tables, or name another database";
    let is_cut_off = Marked::is_cut_off(line.session.marked()?, instead).map_err(OpenFailed::Copy)?;
    let has_nodes = line.one::<bool>("SELECT EXISTS (SELECT 1 FROM nodes)")?;
    match !has_nodes && (is_cut_off || line.one::<i32>(&is_empty(tables))? == 1) {
        true => Ok(()),
        false => Err(OpenFailed::Copy(USED.to_owned())),
    }
}

impl CopyTarget for PostgresTarget {
    fn tables(&mut self) -> Result<Vec<Table>, Problem> {
        rows::tables(&self.line)
    }

    fn fill(&mut self, table: &Table, feed: Feed<'_>) -> Result<(), Problem> {
        let freeze = if table.is_whole() { ", FREEZE" } else { "" };
        let sql =
            format!("COPY {} ({}) FROM STDIN (FORMAT binary{freeze})", quoted(&table.name), table.list());
        let mut stream = Incoming::begin(&self.line, &sql)?;
        feed(&mut |tuple| stream.take(&self.line, tuple))?;
        stream.finish(&self.line)
    }

    /// Identities that the database draws continue above those that were copied.
    fn settle(&mut self) -> Result<(), Problem> {
        let sql = "SELECT coalesce(string_agg(format('SELECT setval(pg_get_serial_sequence(%L, %L), \
            coalesce(max(%I), 0) + 1, false) FROM %I', table_name, column_name, column_name, table_name), '; '), \
            '') FROM information_schema.columns WHERE table_schema = current_schema() AND is_identity = 'YES'";
        let sequences: String = self.line.one(sql)?;
        self.line.execute(&sequences)?;
        Ok(self.line.execute(&format!("ANALYZE {}", self.names))?)
    }

    fn read(&mut self, table: &Table, each: TakeTuple<'_>) -> Result<(), Problem> {
        rows::read(&self.line, table, Reading::Plain, each)
    }

    fn amend(&mut self, sql: &str) -> Result<(), Problem> {
        Ok(self.line.execute(sql)?)
    }

    fn record(&mut self, key: &str, value: &[u8]) -> Result<(), Problem> {
        Ok(Facts::record(&self.line.session, key, value)?)
    }

    fn keep(&mut self, copying: &Copying) -> Result<(), Problem> {
        self.line.session.mark_copying(copying)?;
        Ok(self.line.execute("COMMIT")?)
    }

    fn open_up(&mut self) -> Result<(), Problem> {
        Ok(self.line.session.open_up()?)
    }
}
