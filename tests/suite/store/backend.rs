//! Creates the store under test.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use otpmint::domain::node::Node;
use otpmint::domain::secret::KeyCheck;
use otpmint::store::Store;
use otpmint::store::sqlite::SqliteStore;
use tempfile::TempDir;

/// What the databases of these tests store about their master key.
pub const KNOWN: KeyCheck = KeyCheck { salt: [1; 16], check: [2; 32] };

/// The place of a store's data. Opening it again is a restart.
pub trait Backend: Send + Sync {
    /// A store at this place; empty the first time.
    fn open(&self) -> Arc<dyn Store>;
}

/// The backend that `OTPMINT_TEST_STORE` names, empty.
pub fn chosen() -> Box<dyn Backend> {
    match std::env::var("OTPMINT_TEST_STORE").as_deref() {
        Err(_) | Ok("sqlite") => Box::new(Sqlite::new()),
        Ok(other) => panic!("OTPMINT_TEST_STORE={other}: there is no such backend"),
    }
}

/// SQLite in a temporary folder.
pub struct Sqlite(TempDir);

impl Sqlite {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn folder(&self) -> &Path {
        self.0.path()
    }

    pub fn path(&self) -> PathBuf {
        self.0.path().join("otpmint.db")
    }

    /// Creates a database and closes it. The pool of readers may still be opening a connection on another
    /// thread, and the last connection removes the WAL, so this waits until it is gone.
    pub fn make(&self) {
        drop(self.open());
        let wal = self.0.path().join("otpmint.db-wal");
        for _ in 0..1_000 {
            if !wal.exists() {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        panic!("the database was not closed");
    }
}

impl Backend for Sqlite {
    fn open(&self) -> Arc<dyn Store> {
        crate::statements::record();
        Arc::new(SqliteStore::open(self.path(), &KNOWN, Node::SERVER).unwrap())
    }
}
