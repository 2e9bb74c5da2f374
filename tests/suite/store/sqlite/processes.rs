//! Two processes on one file, such as the server and `otpmint tenant add`.

use std::sync::Arc;

use otpmint::domain::node::Node;
use otpmint::store::Store;
use otpmint::store::sqlite::SqliteStore;

use crate::store::backend::{KNOWN, Sqlite};
use crate::store::world::{JANE, World, at};

#[tokio::test]
async fn two_processes_write_events_of_the_same_millisecond() {
    let backend = Sqlite::new();
    let path = backend.path();
    let world = World::on(Box::new(backend));
    let other: Arc<dyn Store> = Arc::new(SqliteStore::open(path, &KNOWN, Node::command(7)).unwrap());
    let tenant = world.tenant(1).await;
    let (here, there) = (Arc::clone(&world.store), other);
    for store in [&here, &there, &here, &there] {
        store.issue(world.challenge(tenant, JANE, at(5)).into()).await.unwrap();
    }
    let moments: Vec<_> = here.audit(None, 4).await.unwrap().into_iter().map(|row| row.at).collect();
    assert_eq!(moments, [at(5); 4]);
    assert!(there.tenant(tenant).await.unwrap().is_some());
}

#[tokio::test]
async fn what_several_lanes_have_counted_becomes_one_row_on_the_next_day() {
    let backend = Sqlite::new();
    let path = backend.path();
    let world = World::on(Box::new(backend));
    let tenant = world.tenant(1).await;
    let other = world.backend.open_beside();
    for store in [&world.store, &other] {
        store.issue(world.challenge(tenant, JANE, at(0)).into()).await.unwrap();
    }
    let rows = |condition: &str| {
        let connection = rusqlite::Connection::open(&path).unwrap();
        let sql = format!("SELECT count(*) FROM counts WHERE {condition}");
        connection.query_row(&sql, [], |row| row.get::<_, i64>(0)).unwrap()
    };
    assert_eq!((rows("lane = 0"), rows("lane <> 0")), (1, 1));
    world.store.fold_counts(at(86_400_000)).await.unwrap();
    assert_eq!((rows("lane = 0 AND n = 2"), rows("lane <> 0")), (1, 0));
}
