//! What lies on the disk, read past the program.

use std::path::PathBuf;

use rusqlite::{Connection, OpenFlags};

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

    /// A change that the program would not make.
    #[track_caller]
    pub fn change(&self, sql: &str) {
        let connection = Connection::open(&self.0).expect("the database");
        connection.busy_timeout(std::time::Duration::from_secs(5)).expect("a setting");
        connection.execute_batch(sql).expect("a statement");
    }

    fn open(&self) -> Connection {
        Connection::open_with_flags(&self.0, OpenFlags::SQLITE_OPEN_READ_ONLY).expect("the database")
    }
}
