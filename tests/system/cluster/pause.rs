//! A node that is paused for longer than its lease, and wakes.

use std::thread;
use std::time::Duration;

use crate::cluster::plan::Plan;
use crate::cluster::rig::{Rig, number_of, wait_for};
use crate::support::eventually;
use crate::support::lab::need;
use crate::support::postgres::server::Server;
use crate::torture::crowd::under_load;
use crate::torture::report::say;

/// Others take over what a node held after 15 s without a heartbeat, at the next of their own.
const TAKEN_OVER: Duration = Duration::from_secs(25);

/// What a node has that wakes and finds that others have taken over.
const TO_END: Duration = Duration::from_secs(15);

const OPERATIONS: u64 = 250;

/// Clients that give up a node that is paused go to the other one.
const PATIENCE: Duration = Duration::from_secs(2);

#[test]
fn a_paused_node_that_wakes_after_its_lease_writes_nothing_and_ends() {
    pause(Plan::short(1));
}

#[test]
#[ignore = "takes minutes"]
fn nodes_that_are_paused_again_and_again_count_nothing_twice() {
    pause(Plan::long(10));
}

fn pause(plan: Plan) {
    let Some(server) = need(Server::shared()) else { return };
    let schema = server.schema();
    let url = schema.url();
    let mut rig = Rig::start(&[&url, &url], "");
    rig.world.patience = PATIENCE;
    let Rig { nodes, world, database, .. } = &mut rig;
    let seen = under_load(world, plan.clients, plan.seed, || {
        for round in 0..plan.rounds {
            wait_for(world, OPERATIONS);
            let node = &mut nodes[round % 2];
            let number = number_of(database, node);
            node.signal("STOP");
            let member = format!("SELECT 1 FROM nodes WHERE number = {number}");
            let gone = || database.run(&member).is_empty().then_some(());
            assert!(eventually(TAKEN_OVER, gone).is_some(), "nobody takes over");
            // The node may have its number back, but not this one.
            let written = format!(
                "SELECT (SELECT count(*) FROM audit WHERE (id >> 10) & 1023 = {number}), \
                 (SELECT count(*) FROM challenges WHERE (id >> 10) & 1023 = {number}), \
                 (SELECT count(*) FROM outbox WHERE holder = {number})"
            );
            let before = database.run(&written);
            node.signal("CONT");
            let ended = node.wait(TO_END).expect("it ends by itself");
            assert_eq!(ended.code(), Some(5), "{}", node.log());
            assert_eq!(database.run(&written), before, "it has written after it woke");
            node.start_again();
        }
        wait_for(world, OPERATIONS);
        thread::sleep(Duration::from_millis(100));
    });
    let evidence = rig.evidence(seen);
    rig.judge(&evidence);
    say(&format!("{} times a node was paused for longer than its lease", plan.rounds));
}
