//! Migrations in phases, and nodes of two releases over one database.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use otpmint::domain::node::{ClockComparison, Node, NodeKind, NodeLease, NodeSession};
use otpmint::domain::time::Clock;
use otpmint::store::postgres::{Migrations, OpenFailed, Place, PostgresStore};
use otpmint::store::{
    AskedNumber, ChallengeStore, Decision, Joining, MigrationProgress, MigrationStore, Store,
};

use crate::store::backend::{Beginning, KNOWN};
use crate::store::postgres::place::{Reached, server};
use crate::store::world::{JANE, RIGHT, WRONG, World, at, attempt};
use crate::support::eventually;

/// The schema of this release.
pub const INITIAL: (&str, &str) =
    ("0001_initial", include_str!("../../../../migrations/postgres/0001_initial.sql"));

/// What the next release adds, and what the one after it removes.
const LATER: [(&str, &str); 5] = [
    ("0002_nick", "-- phase: expand\nALTER TABLE tenants ADD COLUMN nick TEXT COLLATE \"C\";"),
    (
        "0003_nicks",
        "-- phase: expand\n-- concurrently\nCREATE INDEX CONCURRENTLY IF NOT EXISTS tenants_nick ON tenants (nick)",
    ),
    (
        "0004_name_nicks",
        "-- phase: fill\nUPDATE tenants SET nick = name WHERE id IN (SELECT id FROM tenants WHERE nick IS NULL \
         ORDER BY id LIMIT 1)",
    ),
    ("0005_drop", "-- phase: contract\nCREATE TABLE instead_of_a_drop (x BIGINT);"),
    ("0006_more", "-- phase: expand\nALTER TABLE tenants ADD COLUMN more BIGINT"),
];

/// The release that knows this many migrations.
fn release(knows: usize) -> Vec<(&'static str, &'static str)> {
    [INITIAL].into_iter().chain(LATER).take(knows).collect()
}

/// The database, for a node of any release.
pub fn place(reached: &Reached) -> Place {
    reached.place(2)
}

/// Opens as a node of the release that knows this many migrations.
async fn open(place: &Place, knows: usize, number: u16) -> Result<(PostgresStore, NodeLease), OpenFailed> {
    open_as(place, &release(knows), number).await
}

/// Opens as a node of the release with these migrations.
pub async fn open_as(
    place: &Place,
    release: &[(&'static str, &'static str)],
    number: u16,
) -> Result<(PostgresStore, NodeLease), OpenFailed> {
    let joining = Joining {
        number: AskedNumber::This(Node::numbered(number)),
        session: NodeSession(i64::from(number) * 100),
        kind: NodeKind::Server,
        address: format!("machine-{number}"),
        version: format!("release {}", release.len()),
        lanes: 2,
    };
    let clock = (Arc::new(Beginning) as Arc<dyn Clock>, ClockComparison::Omitted);
    PostgresStore::open_as(Migrations::of(release), place.clone(), &KNOWN, joining, clock).await
}

async fn plan(place: &Place, knows: usize) -> Vec<(String, Vec<String>)> {
    let planned = PostgresStore::plan(place, Migrations::of(&release(knows))).await.expect("a plan");
    planned.into_iter().map(|one| (one.name, one.waits_for)).collect()
}

fn done(name: &str) -> MigrationProgress {
    MigrationProgress::Done(name.to_owned())
}

/// Ends the lease of a node.
pub async fn leave(store: &dyn Store, number: u16) {
    let cluster = store.cluster().await.unwrap();
    let node = cluster.nodes.iter().find(|node| node.lease.node.number() == number).expect("a node");
    store.leave(node.lease, at(0)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_of_two_releases_run_side_by_side_until_the_last_old_one_has_left() {
    let Some(server) = server() else { return };
    let reached = Reached::directly(server);
    let (place, session) = (place(&reached), reached.schema.session());
    assert_eq!(plan(&place, 6).await.len(), 6, "everything is new");
    // A node of this release, which knows the first one.
    let world = World::on(Box::new(Reached { node: Node::numbered(1), ..reached }));
    let tenant = world.tenant(1).await;
    world.tenant(2).await;
    // The build of an index that was cut off.
    drop(open(&place, 2, 2).await.unwrap());
    assert!(session.try_run("CREATE UNIQUE INDEX CONCURRENTLY tenants_nick ON tenants (status)").is_err());
    let (new, _) = open(&place, 6, 2).await.unwrap();
    let index = "SELECT indisvalid::text || pg_get_indexdef(indexrelid) FROM pg_index WHERE indexrelid = 'tenants_nick'::regclass";
    let index = session.run(index)[0][0].clone().unwrap();
    assert!(index.starts_with("true") && index.ends_with("(nick)"), "{index}");
    session.run("SELECT more FROM tenants");

    let waits = plan(&place, 6).await;
    assert_eq!(waits[0], ("0004_name_nicks".to_owned(), Vec::new()));
    let node = "node 1 (, )".to_owned();
    assert_eq!(waits[1..], [("0005_drop".to_owned(), vec!["0004_name_nicks".to_owned(), node])]);
    // Both decide about the same code, and the old release starts again.
    let id = world.open(tenant, JANE, at(0)).await;
    let wrong = new.record_attempt(attempt(id, WRONG, at(1))).await;
    assert_eq!(wrong, Ok(Decision::Mismatched { attempts_remaining: 4 }));
    assert!(matches!(world.attempt(id, RIGHT, at(1)).await, Decision::Verified(_)));
    let (again, _) = open(&place, 1, 3).await.unwrap();
    assert_eq!(again.migrate_on().await, Ok(MigrationProgress::Nothing), "it knows none of them");

    assert_eq!(new.migrate_on().await, Ok(done("0004_name_nicks")));
    let left = session.run("SELECT count(*) FROM tenants WHERE nick IS NULL OR nick <> name");
    assert_eq!(left[0][0].as_deref(), Some("0"));
    let waiting = |progress| match progress {
        Ok(MigrationProgress::Waiting(one)) => one.waits_for.len(),
        other => panic!("{other:?}"),
    };
    assert_eq!(waiting(new.migrate_on().await), 2);
    leave(world.store.as_ref(), 1).await;
    assert_eq!(waiting(new.migrate_on().await), 1);
    leave(&again, 3).await;
    assert_eq!(new.migrate_on().await, Ok(done("0005_drop")));
    assert_eq!(new.migrate_on().await, Ok(MigrationProgress::Nothing));
    session.run("SELECT x FROM instead_of_a_drop");
    assert!(matches!(open(&place, 1, 4).await, Err(OpenFailed::TooNew)));
    assert!(matches!(open(&place, 4, 4).await, Err(OpenFailed::TooNew)));
    drop(open(&place, 5, 4).await.expect("it knows what was removed"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_nodes_that_start_together_one_migrates_and_the_others_wait() {
    let Some(server) = server() else { return };
    let reached = Reached::directly(server);
    let place = place(&reached);
    // First with nothing there, then with a release before.
    let (one, other) = tokio::join!(open(&place, 1, 1), open(&place, 1, 2));
    assert!(one.is_ok() && other.is_ok());
    let (one, other) = tokio::join!(open(&place, 6, 3), open(&place, 6, 4));
    assert!(one.is_ok() && other.is_ok());
    assert_eq!(plan(&place, 6).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_table_that_is_in_use_for_a_while_is_waited_for() {
    let Some(server) = server() else { return };
    let reached = Reached::directly(server);
    let (place, session) = (place(&reached), reached.schema.session());
    drop(open(&place, 1, 1).await.unwrap());
    let user = session.clone();
    let using = thread::spawn(move || {
        user.run("BEGIN; LOCK TABLE tenants IN ACCESS SHARE MODE; SELECT pg_sleep(3); COMMIT");
    });
    let held = "SELECT 1 FROM pg_locks WHERE relation = 'tenants'::regclass AND mode = 'AccessShareLock'";
    eventually(Duration::from_secs(10), || session.run(held).pop()).expect("it is locked");
    drop(open(&place, 2, 2).await.expect("later"));
    session.run("SELECT nick FROM tenants");
    using.join().unwrap();
}

/// Beyond what one call does.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_rows_are_filled_some_at_a_time() {
    let Some(server) = server() else { return };
    let reached = Reached::directly(server);
    let (place, session) = (place(&reached), reached.schema.session());
    drop(open(&place, 1, 1).await.unwrap());
    session.run(
        "INSERT INTO tenants (id, handle, name, status, created_at, settings, revision) \
         SELECT n, 'tnt_' || n, 'n', 'active', 0, '{}', 0 FROM generate_series(1, 45) n; DELETE FROM nodes",
    );
    let (store, _) = open(&place, 6, 2).await.unwrap();
    let some = |rows| Ok(MigrationProgress::Filled("0004_name_nicks".to_owned(), rows));
    assert_eq!(store.migrate_on().await, some(20));
    assert_eq!(store.migrate_on().await, some(20));
    assert_eq!(store.migrate_on().await, Ok(done("0004_name_nicks")));
    assert_eq!(store.migrate_on().await, Ok(done("0005_drop")));
}

#[tokio::test]
async fn a_value_for_which_an_index_cannot_be_built_is_not_told() {
    let Some(server) = server() else { return };
    let reached = Reached::directly(server);
    let place = place(&reached);
    drop(open(&place, 1, 1).await.unwrap());
    let texts = ("0002_texts", "CREATE TABLE texts (x TEXT); INSERT INTO texts VALUES ('private')");
    let index = (
        "0003_numbers",
        "-- phase: expand\n-- concurrently\nCREATE INDEX CONCURRENTLY numbers ON texts ((CAST(x AS BIGINT)))",
    );
    let failed = open_as(&place, &[INITIAL, texts, index], 2).await.err().expect("an error");
    assert_eq!(failed.to_string(), "0003_numbers: invalid data (SQLSTATE 22P02)");
}
