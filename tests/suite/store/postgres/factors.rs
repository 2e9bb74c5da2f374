//! The order in which answers to several factors lock them.

use std::sync::Arc;

use otpmint::domain::node::Node;
use otpmint::store::Store;
use tokio_postgres::{Client, NoTls};

use crate::api::harness::eventually_async;
use crate::store::backend::{Backend, in_postgres};
use crate::store::factors::checking;
use crate::store::postgres::place::{Reached, server};
use crate::store::world::World;

/// A store with one lane, so that all that waits is one batch.
struct OneLane(Reached);

impl Backend for OneLane {
    fn open(&self) -> Arc<dyn Store> {
        in_postgres(self.0.place(1), Node::SERVER)
    }
}

/// A session of somebody else.
async fn stranger(url: &str) -> Client {
    let config: tokio_postgres::Config = url.parse().expect("an address");
    let (client, connection) = config.connect(NoTls).await.expect("a connection");
    tokio::spawn(connection);
    client
}

/// Locks the factor with this number, and returns who does.
async fn holding(url: &str, number: i64) -> (Client, i32) {
    let client = stranger(url).await;
    let sql = format!("BEGIN; SELECT 1 FROM factors WHERE id = {} FOR UPDATE", 100 + number);
    client.batch_execute(&sql).await.expect("a lock");
    let pid = client.query_one("SELECT pg_backend_pid()", &[]).await.expect("a row").get(0);
    (client, pid)
}

/// Waits until a transaction waits for this one.
async fn waits_for(watcher: &Client, pid: i32) {
    let sql = "SELECT 1 FROM pg_stat_activity WHERE $1 = ANY(pg_blocking_pids(pid))";
    eventually_async("a transaction that waits", || async {
        (!watcher.query(sql, &[&pid]).await.expect("rows").is_empty()).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_batch_locks_factors_in_one_order_however_its_answers_have_come() {
    let Some(server) = server() else { return };
    let reached = Reached::directly(server);
    let url = reached.schema.url();
    let world = World::on(Box::new(OneLane(reached)));
    let tenant = world.tenant(1).await;
    for number in 0..3 {
        world.confirmed(tenant, number).await;
    }
    let watcher = stranger(&url).await;
    let (last, last_pid) = holding(&url, 2).await;
    let (first, first_pid) = holding(&url, 0).await;
    let mut answers = tokio::task::JoinSet::new();
    let check = |number| {
        let store = Arc::clone(&world.store);
        async move { store.try_factor(checking(tenant, number, 6)).await }
    };
    answers.spawn(check(2));
    waits_for(&watcher, last_pid).await;
    // They wait for the lane, and come together: the second one's factor is the first.
    answers.spawn(check(1));
    answers.spawn(check(0));
    tokio::task::yield_now().await;
    last.batch_execute("COMMIT").await.expect("an end");
    waits_for(&watcher, first_pid).await;
    let free = watcher.batch_execute("SELECT 1 FROM factors WHERE id = 101 FOR UPDATE NOWAIT").await;
    assert!(free.is_ok(), "it was locked before a factor that comes earlier: {free:?}");
    first.batch_execute("COMMIT").await.expect("an end");
    for decision in answers.join_all().await {
        assert!(format!("{decision:?}").starts_with("Ok(Accepted"), "{decision:?}");
    }
}
