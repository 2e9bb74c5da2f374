//! A host that accepts connections and says nothing, before the one that takes writes.

use std::net::TcpListener;
use std::time::Duration;

use otpmint::domain::node::Node;
use otpmint::store::Decision;
use otpmint::store::postgres::Place;

use crate::store::backend::in_postgres;
use crate::store::postgres::place::{Reached, server};
use crate::store::world::{JANE, RIGHT, World, at, attempt};
use crate::support::postgres::server::NAME;

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
    let place = Place { config, tls: None, lanes: 2, patience: Duration::from_secs(30) };
    let beside = in_postgres(place, Node::numbered(1));
    let world = World::on(Box::new(reached));
    let id = world.open(world.tenant(1).await, JANE, at(0)).await;
    assert!(matches!(beside.record_attempt(attempt(id, RIGHT, at(1))).await, Ok(Decision::Verified(_))));
}
