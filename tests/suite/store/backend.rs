//! Creates the store under test.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use otpmint::app::StorePlace;
use otpmint::config;
use otpmint::domain::node::{ClockComparison, Node, NodeKind, NodeSession};
use otpmint::domain::secret::KeyCheck;
use otpmint::domain::time::{Clock, Timestamp};
use otpmint::store::postgres::{Place, PostgresStore};
use otpmint::store::sqlite::SqliteStore;
use otpmint::store::{AskedNumber, Joining, Store};
use tempfile::TempDir;

use crate::store::world::at;
use crate::support::postgres::schema::Schema;

/// What the databases of these tests store about their master key.
pub const KNOWN: KeyCheck = KeyCheck { salt: [1; 16], check: [2; 32] };

/// The place of a store's data. Opening it again is a restart.
pub trait Backend: Send + Sync {
    /// A store at this place; empty the first time.
    fn open(&self) -> Arc<dyn Store>;

    /// The store of another node at this place, while the first one is open.
    fn open_beside(&self) -> Arc<dyn Store> {
        self.open()
    }
}

/// The backend that `OTPMINT_TEST_STORE` names, empty.
pub fn chosen() -> Box<dyn Backend> {
    match std::env::var("OTPMINT_TEST_STORE").as_deref() {
        Err(_) | Ok("sqlite") => Box::new(Sqlite::new()),
        Ok("postgres") => Box::new(Postgres(Schema::shared())),
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

    fn open_beside(&self) -> Arc<dyn Store> {
        Arc::new(SqliteStore::open(self.path(), &KNOWN, Node::numbered(1)).unwrap())
    }
}

/// PostgreSQL, in a schema of its own.
struct Postgres(Schema<'static>);

impl Postgres {
    /// A store of the node with this number.
    fn store_of(&self, node: Node) -> Arc<dyn Store> {
        let variables = [("OTPMINT_STORE__URL".to_owned(), self.0.url())];
        let settings = config::load(None, variables.into_iter()).expect("settings");
        let StorePlace::Postgres(place) = StorePlace::of(&settings).expect("a place") else {
            panic!("not PostgreSQL")
        };
        in_postgres(*place, node)
    }
}

/// A store in PostgreSQL, of the node with this number.
pub fn in_postgres(place: Place, node: Node) -> Arc<dyn Store> {
    static SESSIONS: AtomicI64 = AtomicI64::new(1);
    let joining = Joining {
        number: AskedNumber::This(node),
        session: NodeSession(SESSIONS.fetch_add(1, Ordering::Relaxed)),
        kind: NodeKind::Server,
        address: String::new(),
        version: String::new(),
        lanes: place.lanes,
    };
    // The caller's thread may be one of a runtime, which cannot wait.
    let open = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let clock = (Arc::new(Beginning) as Arc<dyn Clock>, ClockComparison::Omitted);
        let opening = PostgresStore::open(place, &KNOWN, joining, clock);
        runtime.expect("a runtime").block_on(opening).expect("a store").0
    };
    Arc::new(std::thread::scope(|scope| scope.spawn(open).join().expect("no panic")))
}

/// The moment at which every story begins.
pub struct Beginning;

impl Clock for Beginning {
    fn now(&self) -> Timestamp {
        at(0)
    }
}

impl Backend for Postgres {
    fn open(&self) -> Arc<dyn Store> {
        self.store_of(Node::SERVER)
    }

    fn open_beside(&self) -> Arc<dyn Store> {
        self.store_of(Node::numbered(1))
    }
}
