//! The steps of a copy.

use crate::domain::time::Timestamp;

use super::ends::{CopySource, CopyTarget, Problem};
use super::marks::{Copying, CopyingState, MovedTo};
use super::table::{Reading, Table};
use super::tally::{TableTally, Tally};

/// How many rows of a table are copied before it is told.
const STEP: u64 = 250_000;

/// What a copy is told.
#[derive(Clone, Debug)]
pub struct CopyTerms {
    /// Drawn for it.
    pub copy: u64,
    /// The moment.
    pub now: Timestamp,
    /// Where the target is, as the source will say.
    pub to: String,
}

/// How far a copy has come.
#[derive(Clone, Debug)]
pub enum Progress {
    /// This many rows of a table are copied.
    Copied(String, u64),
    /// The rows of a table are compared.
    Compared(String),
}

/// An end of a copy.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    /// What is copied.
    Source,
    /// What is filled.
    Target,
}

/// Why a copy was not made.
#[derive(Debug)]
pub struct CopyError {
    /// Where the problem is.
    pub side: Side,
    /// What it is.
    pub problem: String,
}

/// What was copied.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CopyReport {
    /// Table by table.
    pub tables: Vec<TableReport>,
}

/// What was copied of a table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TableReport {
    /// Its name.
    pub name: String,
    /// The rows that were read.
    pub source: TableTally,
    /// The rows that are in the copy.
    pub target: TableTally,
}

fn at(side: Side) -> impl FnOnce(Problem) -> CopyError {
    move |Problem(problem)| CopyError { side, problem }
}

/// Copies everything, compares it, and hands over: nobody can start on the copy before nobody can start on
/// the source any more.
pub fn run(
    source: &mut dyn CopySource,
    target: &mut dyn CopyTarget,
    terms: CopyTerms,
    tell: &mut dyn FnMut(Progress),
) -> Result<CopyReport, CopyError> {
    let tables = source.tables().map_err(at(Side::Source))?;
    let theirs = target.tables().map_err(at(Side::Target))?;
    alike(&tables, &theirs)?;
    let mut copied = Vec::with_capacity(tables.len());
    for table in &tables {
        copied.push(copy(source, target, (table, terms.now), tell)?);
    }
    target.settle().map_err(at(Side::Target))?;
    let mut report = CopyReport { tables: Vec::with_capacity(tables.len()) };
    for (table, tally) in tables.iter().zip(copied) {
        let mut found = Tally::default();
        let mut count = |tuple: &[u8]| {
            found.add(tuple);
            Ok(())
        };
        target.read(table, &mut count).map_err(at(Side::Target))?;
        tell(Progress::Compared(table.name.clone()));
        report.tables.push(TableReport { name: table.name.clone(), source: tally, target: found.finish() });
    }
    report.check()?;
    let CopyTerms { copy, now, to } = terms;
    target.keep(&Copying { copy, state: CopyingState::Filled }).map_err(at(Side::Target))?;
    source.leave(&MovedTo { copy, at: now, place: to }).map_err(at(Side::Source))?;
    target.open_up().map_err(at(Side::Target))?;
    Ok(report)
}

/// Fails if the tables of the two ends differ.
fn alike(tables: &[Table], theirs: &[Table]) -> Result<(), CopyError> {
    let has_like = |table: &Table| theirs.iter().any(|other| table.is_like(other));
    match tables.iter().find(|table| !has_like(table)) {
        None if tables.len() == theirs.len() => Ok(()),
        None => Err(at(Side::Target)("it has other tables".into())),
        Some(table) => Err(at(Side::Target)(format!("its table {} is another one", table.name).into())),
    }
}

/// Copies a table, and returns what was read.
fn copy(
    source: &mut dyn CopySource,
    target: &mut dyn CopyTarget,
    (table, now): (&Table, Timestamp),
    tell: &mut dyn FnMut(Progress),
) -> Result<TableTally, CopyError> {
    let mut tally = Tally::default();
    // Whatever fails comes out of the target, which asks the source.
    let mut side = Side::Target;
    let filled = target.fill(table, &mut |take| {
        let mut refused = false;
        let read = source.read(table, Reading::Released(now), &mut |tuple| {
            tally.add(tuple);
            if tally.rows().is_multiple_of(STEP) {
                tell(Progress::Copied(table.name.clone(), tally.rows()));
            }
            take(tuple).inspect_err(|_| refused = true)
        });
        if read.is_err() && !refused {
            side = Side::Source;
        }
        read
    });
    filled.map_err(at(side))?;
    tell(Progress::Copied(table.name.clone(), tally.rows()));
    Ok(tally.finish())
}

impl CopyReport {
    /// Fails if what is in the copy is not what was read.
    fn check(&self) -> Result<(), CopyError> {
        let differs = |table: &&TableReport| table.source != table.target;
        let told = |table: &TableReport| {
            let TableReport { name, source, target } = table;
            format!("{name} ({} rows, {source}; in the copy {} rows, {target})", source.rows, target.rows)
        };
        let different: Vec<String> = self.tables.iter().filter(differs).map(told).collect();
        if different.is_empty() {
            return Ok(());
        }
        let problem = format!("what was stored is not what was sent: {}", different.join(", "));
        Err(at(Side::Target)(problem.into()))
    }
}

#[cfg(test)]
mod tests;
