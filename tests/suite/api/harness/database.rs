//! The content of the disk, read without the program.

use std::path::PathBuf;

use rusqlite::{Connection, OpenFlags, Row};

/// The database of a running server.
pub struct Database(PathBuf);

impl Database {
    pub fn at(path: PathBuf) -> Self {
        Self(path)
    }

    /// One number.
    #[track_caller]
    pub fn number(&self, sql: &str) -> i64 {
        self.open().query_row(sql, [], |row| row.get(0)).expect("one number")
    }

    /// One text.
    #[track_caller]
    pub fn text(&self, sql: &str) -> String {
        self.open().query_row(sql, [], |row| row.get(0)).expect("one text")
    }

    /// A change that the program would never make.
    #[track_caller]
    pub fn change(&self, sql: &str) {
        let connection = Connection::open(&self.0).expect("the database");
        connection.busy_timeout(std::time::Duration::from_secs(5)).expect("a setting");
        connection.execute_batch(sql).expect("a statement");
    }

    /// Every row of every table, to compare two moments.
    #[track_caller]
    pub fn everything(&self) -> Vec<String> {
        let connection = self.open();
        let lines = |sql: &str| -> Vec<String> {
            let mut query = connection.prepare(sql).expect("a query");
            let columns = query.column_count();
            let line =
                |row: &Row| Ok((0..columns).map(|at| format!("{:?} ", row.get_ref_unwrap(at))).collect());
            query.query_map([], line).expect("rows").map(|line| line.expect("a row")).collect()
        };
        let tables = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name";
        let mut names = connection.prepare(tables).expect("a query");
        let names = names.query_map([], |row| row.get::<_, String>(0)).expect("tables");
        let rows = names.flat_map(|name| lines(&format!("SELECT * FROM {}", name.expect("a name"))));
        rows.collect()
    }

    /// The files as they are.
    pub fn bytes(&self) -> Vec<u8> {
        let log = self.0.with_file_name("otpmint.db-wal");
        let read = |path: &PathBuf| std::fs::read(path).unwrap_or_default();
        [read(&self.0), read(&log)].concat()
    }

    fn open(&self) -> Connection {
        Connection::open_with_flags(&self.0, OpenFlags::SQLITE_OPEN_READ_ONLY).expect("the database")
    }
}
