//! What a backup says of itself.

use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use crate::domain::secret::KeyCheck;
use crate::domain::time::Timestamp;
use crate::store::copy::{Column, Kind, Table};

/// What a backup begins with.
pub(super) const MAGIC: &[u8] = b"OtpMint backup 1\n";

/// What it ends with.
pub(super) const LAST: &[u8] = b"end of the backup\n";

/// Instead of the length of a row, after the last one of a table.
pub(super) const NO_ROW: u32 = u32::MAX;

/// The key in `meta` of the latest moment that a server reached.
pub(super) const CLOCK: &str = "clock";

/// What a backup says of itself.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// The version of the program that wrote it.
    pub version: String,
    /// The moment of what it has.
    pub taken_at: Timestamp,
    /// How often the store had been restored.
    pub epoch: u64,
    /// What the store knew of its master key.
    pub key_check: KeyCheck,
    /// The file of the master key, if it was to be with it.
    pub master_key: Option<SecretString>,
    /// The tables, those that others refer to first.
    pub tables: Vec<Table>,
}

/// The same as JSON, without the master key.
#[derive(Serialize, Deserialize)]
pub(super) struct Written {
    version: String,
    taken_at: i64,
    epoch: u64,
    key_check: Vec<u8>,
    tables: Vec<WrittenTable>,
}

#[derive(Serialize, Deserialize)]
struct WrittenTable {
    name: String,
    key: Vec<String>,
    columns: Vec<(String, String)>,
}

impl Written {
    pub(super) fn of(manifest: &Manifest) -> Self {
        let column = |column: &Column| (column.name.clone(), column.kind.as_str().to_owned());
        let table = |table: &Table| WrittenTable {
            name: table.name.clone(),
            key: table.key().to_vec(),
            columns: table.columns.iter().map(column).collect(),
        };
        Self {
            version: manifest.version.clone(),
            taken_at: manifest.taken_at.as_millis(),
            epoch: manifest.epoch,
            key_check: manifest.key_check.to_bytes(),
            tables: manifest.tables.iter().map(table).collect(),
        }
    }

    /// `None` if it makes no sense.
    pub(super) fn read(self, master_key: Option<SecretString>) -> Option<Manifest> {
        let table = |table: WrittenTable| {
            let column =
                |(name, kind): (String, String)| Kind::parse(&kind).map(|kind| Column { name, kind });
            let columns = table.columns.into_iter().map(column).collect::<Option<_>>()?;
            Some(Table::of(table.name, columns, table.key))
        };
        Some(Manifest {
            version: self.version,
            taken_at: Timestamp::from_millis(self.taken_at),
            epoch: self.epoch,
            key_check: KeyCheck::from_bytes(&self.key_check)?,
            master_key,
            tables: self.tables.into_iter().map(table).collect::<Option<_>>()?,
        })
    }
}
