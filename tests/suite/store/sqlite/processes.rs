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
