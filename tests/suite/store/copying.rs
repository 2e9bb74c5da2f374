//! Copies of a whole store: from SQLite to PostgreSQL and back.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use otpmint::app::{Ambient, Destination, NodeRule, StartError, StoreCopy, copy_store};
use otpmint::config::{self, Settings};
use otpmint::domain::id::TenantId;
use otpmint::domain::node::Node;
use otpmint::domain::steady_clock::{SteadyClock, TimeSource};
use otpmint::domain::time::Timestamp;
use otpmint::store::copy::{CopyReport, Marked};
use otpmint::store::sqlite::{OpenFailed, SqliteStore};
use otpmint::store::{Decision, Store};
use rusqlite::Connection;
use tempfile::TempDir;

use crate::store::backend::{KNOWN, Sqlite};
use crate::store::postgres::place::Reached;
use crate::store::world::{JANE, JOE, RIGHT, WRONG, World, at, attempt, room};
use crate::support::lab::need;
use crate::support::postgres::server::Server;

/// A machine that stands at this moment.
pub struct Standing(pub Timestamp);

impl TimeSource for Standing {
    fn wall(&self) -> Timestamp {
        self.0
    }

    fn elapsed(&self) -> std::time::Duration {
        std::time::Duration::ZERO
    }
}

/// Copies at a moment of the story.
fn copy_at(settings: Settings, to: &str, now: Timestamp) -> Result<StoreCopy, StartError> {
    let clock = Arc::new(SteadyClock::over(Arc::new(Standing(now))));
    let ambient = Ambient { clock, nodes: NodeRule::Alone, ..Ambient::system() };
    copy(settings, to, &ambient)
}

/// Copies. The caller's thread may be one of a runtime, which cannot wait.
pub fn copy(settings: Settings, to: &str, ambient: &Ambient) -> Result<StoreCopy, StartError> {
    let destination =
        Destination { to: to.to_owned(), password: String::new().into(), ca_file: PathBuf::new() };
    let run = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(copy_store(&settings, &destination, ambient, Box::new(|_| {})))
    };
    std::thread::scope(|scope| scope.spawn(run).join().expect("no panic"))
}

pub fn settings(folder: &Path, url: &str) -> Settings {
    let variables = [("OTPMINT_STORE__URL".to_owned(), url.to_owned())];
    let mut settings = config::load(None, variables.into_iter()).expect("settings");
    settings.data_dir = folder.to_owned();
    settings
}

/// Rows and digests, by table.
fn digests(report: &CopyReport) -> BTreeMap<&str, (u64, [u8; 32])> {
    report
        .tables
        .iter()
        .map(|table| (table.name.as_str(), (table.target.rows, table.target.digest)))
        .collect()
}

/// Something in as many tables as a few calls reach.
pub async fn fill(world: &World) -> TenantId {
    let tenant = world.tenant(1).await;
    world.tenant(2).await;
    assert!(world.store.add_test_key(world.test_key(tenant, 7), at(1)).await.is_ok());
    for (number, who) in [JANE, JOE, JANE].into_iter().enumerate() {
        let now = at(number as i64 * 1_000);
        let id = world.open(tenant, who, now).await;
        world.attempt(id, WRONG, now).await;
    }
    world.confirmed(tenant, 0).await;
    tenant
}

/// A folder for data.
pub struct Folder(pub TempDir);

impl Folder {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
        Self(folder)
    }

    pub fn file(&self) -> PathBuf {
        self.0.path().join("otpmint.db")
    }

    pub fn open(&self) -> Arc<dyn Store> {
        Arc::new(SqliteStore::open(self.file(), &KNOWN, Node::SERVER).unwrap())
    }
}

#[tokio::test]
async fn a_copy_has_every_value_there_and_back_and_decides_as_the_former_store_would_have() {
    let Some(server) = need(Server::shared()) else { return };
    let (schema, first, second) = (server.schema(), Sqlite::new(), Folder::new());
    let (folder, path) = (first.folder().to_owned(), first.path());
    let world = World::on(Box::new(first));
    let tenant = fill(&world).await;
    let id = world.open(tenant, JANE, at(5_000)).await;
    assert_eq!(world.attempt(id, WRONG, at(5_000)).await, Decision::Mismatched { attempts_remaining: 4 });
    let World { backend, store, .. } = world;
    drop(store);
    let there = copy_at(settings(&folder, ""), &schema.url(), at(6_000)).expect("a copy").report.unwrap();
    for table in ["tenants", "secret_keys", "challenges", "recipients", "outbox", "counts", "cells", "audit"]
    {
        assert!(digests(&there)[table].0 > 0, "{table} has rows");
    }
    // Nothing starts on the former one any more.
    let former = SqliteStore::open(path.clone(), &KNOWN, Node::SERVER);
    assert!(
        matches!(former, Err(OpenFailed::Marked(Marked::Moved(moved))) if moved.place.contains("otpmint"))
    );
    assert!(matches!(SqliteStore::key_check(&path), Err(OpenFailed::Marked(Marked::Moved(_)))));
    let again = copy_at(settings(&folder, ""), "sqlite:elsewhere.db", at(6_000)).unwrap_err();
    assert!(again.to_string().contains("was copied to") && again.exit_code() == 4, "{again}");

    let to = format!("sqlite:{}", second.file().display());
    let back = copy_at(settings(second.0.path(), &schema.url()), &to, at(6_000)).expect("a copy back");
    assert_eq!(digests(&there), digests(back.report.as_ref().unwrap()));
    let store = second.open();
    assert_eq!(
        store.record_attempt(attempt(id, WRONG, at(7_000))).await,
        Ok(Decision::Mismatched { attempts_remaining: 3 })
    );
    assert!(matches!(store.record_attempt(attempt(id, RIGHT, at(7_000))).await, Ok(Decision::Verified(_))));
    assert!(matches!(store.record_attempt(attempt(id, RIGHT, at(7_000))).await, Ok(Decision::Ended(_))));
    drop(backend);
}

#[tokio::test]
async fn what_a_node_had_in_hand_is_due_for_the_nodes_of_the_copy() {
    let Some(server) = need(Server::shared()) else { return };
    let reached = Reached::directly(server);
    let first = Sqlite::new();
    let folder = first.folder().to_owned();
    let world = World::on(Box::new(first));
    let tenant = world.tenant(1).await;
    let id = world.open(tenant, JANE, at(0)).await;
    let World { backend, store, .. } = world;
    drop(store);
    copy_at(settings(&folder, ""), &reached.schema.url(), at(1_000)).expect("a copy");
    let store = reached.open_as(Node::numbered(3));
    let claimed = store.claim_deliveries(at(1_000), room(10)).await.unwrap();
    let claimed: Vec<_> = claimed.iter().map(|delivery| (delivery.challenge, delivery.unconfirmed)).collect();
    assert_eq!(claimed, [(id, 1)], "it may have left");
    drop(backend);
}

#[tokio::test]
async fn identities_that_the_database_draws_go_on_above_the_copied_ones() {
    let Some(server) = need(Server::shared()) else { return };
    let reached = Reached::directly(server);
    let first = Sqlite::new();
    let folder = first.folder().to_owned();
    let world = World::on(Box::new(first));
    fill(&world).await;
    let World { backend, store, .. } = world;
    drop(store);
    copy_at(settings(&folder, ""), &reached.schema.url(), at(6_000)).expect("a copy");
    let greatest = "SELECT max(id)::text FROM secret_keys";
    let session = reached.schema.session();
    let last = || session.run(greatest)[0][0].as_ref().unwrap().parse::<i64>().unwrap();
    let before = last();
    assert!(before >= 3);
    let world = World::on(Box::new(reached));
    // Names that the former world has not drawn.
    let mut new = (0..20).map(|_| world.new_tenant(9)).last().expect("a tenant");
    new.tenant.id = TenantId(world.new_id(at(9_000)).0);
    assert!(world.store.add_tenant(new).await.unwrap());
    assert_eq!(last(), before + 1);
    drop(backend);
}

#[tokio::test]
async fn a_place_where_something_is_stored_is_refused_and_nothing_changes() {
    let Some(server) = need(Server::shared()) else { return };
    let (schema, first, other) = (server.schema(), Sqlite::new(), Folder::new());
    let folder = first.folder().to_owned();
    let world = World::on(Box::new(first));
    fill(&world).await;
    let World { backend, store, .. } = world;
    drop(store);
    let refused = |to: &str, part: &str| {
        let error = copy_at(settings(&folder, ""), to, at(6_000)).unwrap_err();
        assert!(error.to_string().contains(part), "{part} is not in {error}");
        assert_eq!(error.exit_code(), 4);
    };
    schema.session().run("CREATE TABLE of_another (x int)");
    refused(&schema.url(), "tables of something else");
    schema.session().run("DROP TABLE of_another");
    drop(other.open());
    refused(&format!("sqlite:{}", other.file().display()), "something is stored there already");
    refused(&format!("sqlite:{}", folder.join("otpmint.db").display()), "something is stored there already");
    fs::write(other.0.path().join("theirs"), "not a database at all ".repeat(100)).unwrap();
    refused(&format!("sqlite:{}", other.0.path().join("theirs").display()), "not a database of otpmint");
    let reached = Reached::directly(server);
    drop(reached.open_as(Node::SERVER));
    refused(&reached.schema.url(), "something is stored there already");
    // It can still be copied.
    copy_at(settings(&folder, ""), &schema.url(), at(6_000)).expect("a copy");
    drop(backend);
}

#[tokio::test]
async fn a_copy_that_was_cut_off_leaves_the_target_closed_and_is_repeated() {
    let Some(server) = need(Server::shared()) else { return };
    let (schema, first, other) = (server.schema(), Sqlite::new(), Folder::new());
    let folder = first.folder().to_owned();
    let world = World::on(Box::new(first));
    let tenant = fill(&world).await;
    let World { backend, store, .. } = world;
    drop(store);
    // A value that PostgreSQL does not take: everything is rolled back but the mark.
    let break_it = |value: &str| {
        let connection = Connection::open(folder.join("otpmint.db")).unwrap();
        let sql = "UPDATE tenants SET name = ?1 WHERE id = ?2";
        connection.execute(sql, (value, tenant.0)).unwrap();
    };
    break_it("a\0b");
    let error = copy_at(settings(&folder, ""), &schema.url(), at(6_000)).unwrap_err();
    assert!(error.to_string().contains("invalid data (SQLSTATE 22021)"), "{error}");
    let to_other = copy_at(settings(other.0.path(), &schema.url()), "sqlite", at(6_000)).unwrap_err();
    assert!(to_other.to_string().contains("has not been finished"), "{to_other}");
    break_it("a and b");
    copy_at(settings(&folder, ""), &schema.url(), at(6_000)).expect("a copy");
    copy_at(settings(other.0.path(), &schema.url()), "sqlite", at(6_000)).expect("a copy back");
    drop(backend);
}

#[tokio::test]
async fn a_copy_that_was_cut_off_at_its_last_step_is_finished_by_the_same_command() {
    let Some(server) = need(Server::shared()) else { return };
    let (schema, first) = (server.schema(), Sqlite::new());
    let folder = first.folder().to_owned();
    let world = World::on(Box::new(first));
    fill(&world).await;
    let World { backend, store, .. } = world;
    drop(store);
    copy_at(settings(&folder, ""), &schema.url(), at(6_000)).expect("a copy");
    // As it was just before the last step.
    let moved: Vec<u8> = Connection::open(folder.join("otpmint.db"))
        .unwrap()
        .query_row("SELECT value FROM meta WHERE key = 'moved_to'", [], |row| row.get(0))
        .unwrap();
    let copy_id = String::from_utf8(moved).unwrap().split(' ').next().unwrap().to_owned();
    let mark = |id: &str| format!("INSERT INTO meta (key, value) VALUES ('copying', '{id} filled')");
    schema.session().run(&mark(&"0".repeat(16)));
    let other = copy_at(settings(&folder, ""), &schema.url(), at(6_000)).unwrap_err();
    assert!(other.to_string().contains("was copied to"), "another copy's: {other}");
    schema.session().run("DELETE FROM meta WHERE key = 'copying'");
    schema.session().run(&mark(&copy_id));
    assert!(copy_at(settings(&folder, ""), &schema.url(), at(6_000)).expect("finished").report.is_none());
    assert_eq!(schema.session().run("SELECT 1 FROM meta WHERE key = 'copying'").len(), 0);
    drop(backend);
}

#[tokio::test]
async fn a_database_in_which_a_node_lives_is_not_copied() {
    let Some(server) = need(Server::shared()) else { return };
    let (reached, other) = (Reached::directly(server), Folder::new());
    let store = reached.open_as(Node::numbered(4));
    let from = settings(other.0.path(), &reached.schema.url());
    let error = copy_at(from.clone(), "sqlite", at(14_000)).unwrap_err();
    assert!(error.to_string().contains("nodes work in it: 4 (server"), "{error}");
    assert!(!other.file().exists());
    // 15 s after its last sign of life.
    copy_at(from, "sqlite", at(15_000)).expect("a copy");
    // It has only been asleep.
    assert!(store.add_tenant(World::on(Box::new(Sqlite::new())).new_tenant(1)).await.is_err());
}
