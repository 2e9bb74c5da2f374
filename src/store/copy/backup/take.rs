//! Taking a backup.

use std::io::Write;
use std::sync::Arc;

use secrecy::SecretString;

use crate::domain::secret::KeyCheck;
use crate::domain::time::Timestamp;
use crate::store::copy::{CopySource, Problem, Reading, Table};

use super::manifest::{CLOCK, Manifest};
use super::reader::Contents;
use super::restored::Restored;
use super::writer::Writer;

/// What a backup is told.
#[derive(Clone, Debug)]
pub struct TakeTerms {
    /// The version of this program.
    pub version: String,
    /// The moment.
    pub now: Timestamp,
    /// The file of the master key, if it is to be with it.
    pub master_key: Option<SecretString>,
}

/// How many rows are written before it is told.
const STEP: u64 = 4_096;

/// Is told how far something has come: how much is done, and of how much.
pub type TellProgress = Arc<dyn Fn(u64, u64) + Send + Sync>;

/// Writes everything that a backup of the store has. `tell` is told of the rows, which are counted for it.
pub fn take(
    source: &mut dyn CopySource,
    terms: TakeTerms,
    to: &mut dyn Write,
    tell: Option<&TellProgress>,
) -> Result<Contents, Problem> {
    let tables: Vec<Table> = source.tables()?.into_iter().filter(Table::is_backed_up).collect();
    let key_check = source.fact("master_key")?.as_deref().and_then(KeyCheck::from_bytes);
    // A server's time may be ahead of the machine's.
    let reached = source.fact(CLOCK)?.and_then(|bytes| <[u8; 8]>::try_from(bytes).ok());
    let reached = reached.map_or(terms.now, |bytes| Timestamp::from_millis(i64::from_be_bytes(bytes)));
    let manifest = Manifest {
        version: terms.version,
        taken_at: terms.now.max(reached),
        epoch: Restored::epoch(source.fact(Restored::FACT)?.as_deref()),
        key_check: key_check.ok_or("it has no keys yet: start the server once")?,
        master_key: terms.master_key,
        tables,
    };
    let mut writer = Writer::begin(to, &manifest).map_err(not_written)?;
    let mut tallies = Vec::with_capacity(manifest.tables.len());
    let all = match tell {
        Some(_) => manifest.tables.iter().map(|table| source.count(table)).sum::<Result<u64, Problem>>()?,
        None => 0,
    };
    let mut done = 0;
    for table in &manifest.tables {
        let mut each = |tuple: &[u8]| {
            done += 1;
            if let Some(tell) = tell.filter(|_| done % STEP == 0) {
                tell(done, all.max(done));
            }
            writer.row(tuple).map_err(not_written)
        };
        source.read(table, Reading::Released(terms.now), &mut each)?;
        tallies.push(writer.end_table().map_err(not_written)?);
    }
    writer.finish().map_err(not_written)?;
    if let Some(tell) = tell {
        tell(done, done);
    }
    Ok(Contents { manifest, tables: tallies })
}

fn not_written(error: std::io::Error) -> Problem {
    Problem(format!("the backup cannot be written: {error}"))
}
