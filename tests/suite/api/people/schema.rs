//! The tables, as the migration of SQLite states them: a test that goes through all of them misses no new one.

use std::fs;
use std::path::Path;

/// A table.
pub struct Table {
    pub name: String,
    /// Each with its type: INTEGER, TEXT or BLOB.
    pub columns: Vec<(String, String)>,
}

impl Table {
    pub fn has(&self, column: &str) -> bool {
        self.columns.iter().any(|(name, _)| name == column)
    }

    /// The statement that inserts a row of this tenant whose every number is `number`, so that rows of one number refer
    /// to one another.
    pub fn insert(&self, tenant: &str, number: i64) -> String {
        let value = |(name, kind): &(String, String)| match (name.as_str(), kind.as_str()) {
            ("tenant", _) => tenant.to_owned(),
            (_, "INTEGER") => number.to_string(),
            (_, "TEXT") => format!("'of {number}'"),
            // The first bytes are of a version that every key ring is below.
            (_, "BLOB") => format!("x'ffffffffff{number:032}'"),
            other => panic!("{}: {other:?}", self.name),
        };
        let names: Vec<_> = self.columns.iter().map(|(name, _)| name.as_str()).collect();
        let values: Vec<_> = self.columns.iter().map(value).collect();
        // A space before each value, for the spelling of bytes.
        format!("INSERT INTO {} ({}) VALUES ( {})", self.name, names.join(", "), values.join(", "))
    }
}

/// All tables.
pub fn tables() -> Vec<Table> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/sqlite");
    let files = fs::read_dir(folder).expect("migrations");
    let text: String =
        files.map(|file| fs::read_to_string(file.expect("a file").path()).expect("UTF-8")).collect();
    let bodies = text.split("CREATE TABLE ").skip(1);
    let tables: Vec<Table> = bodies.map(table).collect();
    assert!(tables.len() > 35, "only {} tables were found", tables.len());
    tables
}

fn table(text: &str) -> Table {
    let (name, body) = text.split_once(" (").expect("columns");
    let lines = body.lines().take_while(|line| !line.starts_with(')'));
    let column = |line: &str| {
        let mut words = line.split_whitespace();
        let (name, kind) = (words.next()?, words.next()?.trim_end_matches(','));
        let is_column = ["INTEGER", "TEXT", "BLOB"].contains(&kind);
        is_column.then(|| (name.to_owned(), kind.to_owned()))
    };
    Table { name: name.to_owned(), columns: lines.filter_map(column).collect() }
}
