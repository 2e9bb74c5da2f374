//! Hosts that say nothing: one that accepts connections, before the one that takes writes; one that was there.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use otpmint::domain::node::Node;
use otpmint::store::Decision;
use otpmint::store::postgres::{Doubt, Place};

use crate::store::backend::in_postgres;
use crate::store::postgres::place::{Reached, server};
use crate::store::world::{JANE, JOE, RIGHT, World, at, attempt};
use crate::support::postgres::server::NAME;
use crate::support::proxy::Proxy;

#[tokio::test]
async fn a_host_that_says_nothing_keeps_nobody_from_the_next_one() {
    let Some(server) = server() else { return };
    // Nobody takes the connections that the system accepts.
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let silent = listener.local_addr().expect("an address").port();
    let reached = Reached::directly(server);
    let config = format!(
        "host=127.0.0.1,127.0.0.1 port={silent},{} user={NAME} password={NAME} dbname={NAME} \
         options='-c search_path={}'",
        server.port(),
        reached.schema.name()
    );
    let config = config.parse().expect("a configuration");
    let place =
        Place { config, tls: None, lanes: 2, patience: Duration::from_secs(30), doubt: Doubt::default() };
    let beside = in_postgres(place, Node::numbered(1));
    let world = World::on(Box::new(reached));
    let id = world.open(world.tenant(1).await, JANE, at(0)).await;
    assert!(matches!(beside.record_attempt(attempt(id, RIGHT, at(1))).await, Ok(Decision::Verified(_))));
}

#[tokio::test]
async fn of_connections_that_have_died_in_silence_one_is_waited_for() {
    let Some(server) = server() else { return };
    let proxy = Proxy::to(server.port());
    let world = World::on(Box::new(Reached { port: proxy.port, ..Reached::directly(server) }));
    let tenant = world.tenant(1).await;
    let mut ids = Vec::new();
    for recipient in [JANE, JOE, JANE, JOE, JANE, JOE, JANE, JOE] {
        ids.push(world.open(tenant, recipient, at(0)).await);
    }
    proxy.strand();
    let mut long = 0;
    for id in ids {
        let begun = Instant::now();
        let decided = world.store.record_attempt(attempt(id, RIGHT, at(1))).await;
        assert!(matches!(decided, Ok(Decision::Verified(_))), "{decided:?}");
        long += u32::from(begun.elapsed() > Duration::from_secs(4));
    }
    assert_eq!(long, 1, "of the lanes, one waited in vain");
}
