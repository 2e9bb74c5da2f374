//! Filling a store with what a backup has.

use std::io::Read;

use crate::domain::reports::actor::Actor;
use crate::domain::time::Timestamp;
use crate::store::copy::tally::Tally;
use crate::store::copy::{CopyTarget, Copying, CopyingState, Problem, Table};

use super::manifest::{CLOCK, Manifest};
use super::reader::{Contents, Reader};
use super::restored::Restored;

/// What a restore is told.
#[derive(Clone, Debug)]
pub struct BringTerms {
    /// Drawn for it.
    pub copy: u64,
    /// The moment.
    pub now: Timestamp,
    /// Who restores.
    pub by: Actor,
}

/// Fills an empty store with a backup that was checked before, and makes void what must not go on. Nobody can start
/// on the store before everything is there and was compared.
pub fn bring(
    from: &mut dyn Read,
    target: &mut dyn CopyTarget,
    terms: BringTerms,
) -> Result<(Contents, Restored), Problem> {
    let (mut reader, manifest) = Reader::begin(from)?;
    alike(&manifest, &target.tables()?)?;
    let mut tables = Vec::with_capacity(manifest.tables.len());
    for table in &manifest.tables {
        let mut tally = None;
        target.fill(table, &mut |take| {
            tally = Some(reader.table(&table.name, take)?);
            Ok(())
        })?;
        tables.push(tally.ok_or("the rows of a table were not asked for")?);
    }
    reader.finish()?;
    target.settle()?;
    for (table, read) in manifest.tables.iter().zip(&tables) {
        let mut found = Tally::default();
        target.read(table, &mut |tuple| {
            found.add(tuple);
            Ok(())
        })?;
        if found.finish() != *read {
            return Err(format!("what was stored of {} is not what was sent", table.name).into());
        }
    }
    let restored = make_void(target, &manifest, &terms)?;
    target.keep(&Copying { copy: terms.copy, state: CopyingState::Filled })?;
    target.open_up()?;
    Ok((Contents { manifest, tables }, restored))
}

/// Makes void what must not go on, in the transaction of the filling.
fn make_void(
    target: &mut dyn CopyTarget,
    manifest: &Manifest,
    terms: &BringTerms,
) -> Result<Restored, Problem> {
    // A machine whose clock is wrong does not lead back behind the backup.
    let at = terms.now.max(manifest.taken_at);
    let restored = Restored { epoch: manifest.epoch + 1, at, taken_at: manifest.taken_at };
    for statement in restored.statements(&terms.by) {
        target.amend(&statement)?;
    }
    target.record(Restored::FACT, &restored.to_bytes())?;
    target.record(CLOCK, &at.as_millis().to_be_bytes())?;
    Ok(restored)
}

/// Fails unless the store has the tables of the backup, and else only those that no backup has.
fn alike(manifest: &Manifest, theirs: &[Table]) -> Result<(), Problem> {
    let has = |table: &Table| theirs.iter().any(|other| table.is_like(other) && other.is_backed_up());
    let count = theirs.iter().filter(|table| table.is_backed_up()).count();
    match manifest.tables.iter().all(has) && manifest.tables.len() == count {
        true => Ok(()),
        false => Err(Problem(format!(
            "the backup is of version {}, whose tables are others: restore it with that version, then upgrade",
            manifest.version
        ))),
    }
}
