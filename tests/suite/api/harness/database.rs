//! The content of the database, read without the program.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, Row};

use crate::support::postgres::session::Session;

/// The database of a running server. Statements are written for SQLite; PostgreSQL has functions of the same
/// names in these tests.
pub enum Database {
    /// The file.
    Sqlite(PathBuf),
    /// The schema, and a session in it.
    Postgres(String, Session),
}

impl Database {
    /// One number. A condition is 0 or 1.
    #[track_caller]
    pub fn number(&self, sql: &str) -> i64 {
        match self {
            Self::Sqlite(path) => read(path).query_row(sql, [], |row| row.get(0)).expect("one number"),
            Self::Postgres(_, session) => match one(session, sql).as_str() {
                "t" => 1,
                "f" => 0,
                number => number.parse().expect("one number"),
            },
        }
    }

    /// One text.
    #[track_caller]
    pub fn text(&self, sql: &str) -> String {
        match self {
            Self::Sqlite(path) => read(path).query_row(sql, [], |row| row.get(0)).expect("one text"),
            Self::Postgres(_, session) => one(session, sql),
        }
    }

    /// A change that the program would never make.
    #[track_caller]
    pub fn change(&self, sql: &str) {
        match self {
            Self::Sqlite(path) => {
                let connection = Connection::open(path).expect("the database");
                connection.busy_timeout(std::time::Duration::from_secs(5)).expect("a setting");
                connection.execute_batch(sql).expect("a statement");
            }
            Self::Postgres(_, session) => {
                session.run(&for_postgres(sql));
            }
        }
    }

    /// From now on nothing can be inserted into a table.
    #[track_caller]
    pub fn close(&self, table: &str) {
        self.change(&match self {
            Self::Sqlite(_) => {
                format!("CREATE TRIGGER no BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'no'); END")
            }
            Self::Postgres(..) => format!("ALTER TABLE {table} ADD CONSTRAINT no CHECK (false) NOT VALID"),
        });
    }

    /// From now on no answer is kept for a repetition, as by a server that dies between the commit and the answer.
    #[track_caller]
    pub fn keep_no_answers(&self) {
        self.change(match self {
            Self::Sqlite(_) => {
                "CREATE TRIGGER dies BEFORE UPDATE ON idempotency BEGIN SELECT RAISE(ABORT, 'died'); END"
            }
            Self::Postgres(..) => {
                "ALTER TABLE idempotency ADD CONSTRAINT dies CHECK (holder IS NOT NULL) NOT VALID"
            }
        });
    }

    /// Takes that back.
    #[track_caller]
    pub fn keep_answers(&self) {
        self.change(match self {
            Self::Sqlite(_) => "DROP TRIGGER dies",
            Self::Postgres(..) => "ALTER TABLE idempotency DROP CONSTRAINT dies",
        });
    }

    /// Every row of every table, to compare two moments.
    #[track_caller]
    pub fn everything(&self) -> Vec<String> {
        match self {
            Self::Sqlite(path) => rows_of_sqlite(&read(path)),
            Self::Postgres(schema, session) => rows_of_postgres(schema, session),
        }
    }

    /// The files as they are; of PostgreSQL, whose files are those of all tests, every value.
    pub fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Sqlite(path) => {
                let log = path.with_file_name("otpmint.db-wal");
                let read = |path: &Path| std::fs::read(path).unwrap_or_default();
                [read(path), read(&log)].concat()
            }
            Self::Postgres(schema, session) => rows_of_postgres(schema, session).concat().into_bytes(),
        }
    }
}

fn read(path: &Path) -> Connection {
    Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).expect("the database")
}

fn rows_of_sqlite(connection: &Connection) -> Vec<String> {
    let lines = |sql: &str| -> Vec<String> {
        let mut query = connection.prepare(sql).expect("a query");
        let columns = query.column_count();
        let line = |row: &Row| Ok((0..columns).map(|at| format!("{:?} ", row.get_ref_unwrap(at))).collect());
        query.query_map([], line).expect("rows").map(|line| line.expect("a row")).collect()
    };
    let tables = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name";
    let mut names = connection.prepare(tables).expect("a query");
    let names = names.query_map([], |row| row.get::<_, String>(0)).expect("tables");
    names.flat_map(|name| lines(&format!("SELECT * FROM {}", name.expect("a name")))).collect()
}

/// Without `writers`, which every transaction changes, one that changes nothing else as well, and without `nodes` and `leases`,
/// which the server renews unasked.
#[track_caller]
fn rows_of_postgres(schema: &str, session: &Session) -> Vec<String> {
    let tables = format!(
        "SELECT tablename FROM pg_tables WHERE schemaname = '{schema}' AND tablename NOT IN ('writers', 'nodes', 'leases') ORDER BY 1"
    );
    let rows = |table: String| {
        let sql =
            format!("SET bytea_output = 'escape'; SELECT '{table} ' || t::text FROM {table} t ORDER BY 1");
        session.run(&sql).into_iter().flatten().flatten()
    };
    session.run(&tables).into_iter().flatten().flatten().flat_map(rows).collect()
}

#[track_caller]
fn one(session: &Session, sql: &str) -> String {
    let rows = session.run(&for_postgres(sql));
    let value = rows.into_iter().next().and_then(|row| row.into_iter().next()).flatten();
    value.unwrap_or_else(|| panic!("{sql}: no value"))
}

/// With PostgreSQL's way to write bytes.
fn for_postgres(sql: &str) -> String {
    sql.replace(" x'", " '\\x")
}
