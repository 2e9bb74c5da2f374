//! The files of a server with SQLite.

use std::path::Path;

use rusqlite::Connection;
use rusqlite::types::ValueRef;

use super::books::{Books, Ledger, shareable_keys};

/// An SQLite database.
struct File(Connection);

impl File {
    fn open(folder: &Path) -> File {
        File(Connection::open(folder.join("otpmint.db")).expect("the database opens"))
    }
}

impl Ledger for File {
    fn rows(&self, sql: &str) -> Vec<Vec<Option<String>>> {
        let mut query = self.0.prepare(sql).expect("good SQL");
        let width = query.column_count();
        let rows = query.query_map([], |row| {
            let value = |column| {
                Ok(match row.get_ref(column)? {
                    ValueRef::Null => None,
                    ValueRef::Integer(number) => Some(number.to_string()),
                    value => Some(value.as_str()?.to_owned()),
                })
            };
            (0..width).map(value).collect()
        });
        let rows = rows.expect("an answer");
        rows.collect::<rusqlite::Result<_>>().expect("rows as they have to be")
    }
}

/// Reads the records of a data folder that no server uses.
pub fn read(data: &Path) -> Books {
    let key = shareable_keys(&[("DATA_DIR", data.display().to_string())]);
    Books::read(&File::open(data), key)
}

/// Waiting messages; queried next to the running server.
pub fn waiting(data: &Path) -> u64 {
    super::books::waiting(&File::open(data))
}

/// What SQLite itself reports as wrong. Checks a copy: opening the files would recover them, and the server
/// must do that itself.
pub fn damage(data: &Path) -> Vec<String> {
    let copy = tempfile::tempdir().expect("a temporary folder");
    for name in ["otpmint.db", "otpmint.db-wal"] {
        let _ = std::fs::copy(data.join(name), copy.path().join(name));
    }
    let database = File::open(copy.path());
    let check = database.rows("PRAGMA integrity_check").into_iter().flatten().flatten();
    let mut found: Vec<String> = check.filter(|line| line != "ok").collect();
    let orphans = database.rows("PRAGMA foreign_key_check");
    found.extend(orphans.iter().map(|row| format!("{:?} row {:?} has no parent", row[0], row[1])));
    found
}
