//! A rolling restart, and new keys, under load.

use std::process::Output;
use std::time::Duration;

use crate::cluster::plan::Plan;
use crate::cluster::rig::{Rig, all_ready, wait_for};
use crate::support::eventually;
use crate::support::lab::need;
use crate::support::postgres::server::Server;
use crate::support::server::Server as Node;
use crate::torture::crowd::under_load;
use crate::torture::report::say;

const OPERATIONS: u64 = 100;

/// After SIGTERM; the guarantee is ten seconds.
const DRAIN: Duration = Duration::from_secs(15);

/// A key of `--at-once` is used ten seconds later.
const IN_USE: Duration = Duration::from_secs(40);

const READY: Duration = Duration::from_secs(30);

#[test]
fn a_rolling_restart_and_new_keys_refuse_nothing_but_while_a_node_drains() {
    roll(Plan::short(1));
}

#[test]
#[ignore = "takes minutes"]
fn many_rolling_restarts_and_new_keys_refuse_nothing_but_while_a_node_drains() {
    roll(Plan::long(5));
}

fn roll(plan: Plan) {
    let Some(server) = need(Server::shared()) else { return };
    let schema = server.schema();
    let url = schema.url();
    let mut rig = Rig::start(&[&url, &url], "");
    let Rig { nodes, world, .. } = &mut rig;
    let seen = under_load(world, plan.clients, plan.seed, || {
        for _ in 0..plan.rounds {
            for node in nodes.iter_mut() {
                wait_for(world, OPERATIONS);
                restart(node);
            }
            done(nodes[0].beside(&["keys", "rotate", "--at-once"]).output());
            for node in nodes.iter() {
                let used = || node.log().contains("the keys have changed").then_some(());
                assert!(eventually(IN_USE, used).is_some(), "it does not use the new keys");
            }
            wait_for(world, OPERATIONS);
            // A new master key: all nodes are stopped for it.
            for node in nodes.iter_mut() {
                stop(node);
            }
            done(nodes[0].beside(&["keys", "rotate-master"]).output());
            std::fs::remove_file(nodes[0].data().join("master.key.old")).expect("the former one");
            nodes.iter_mut().for_each(Node::spawn);
            all_ready(nodes, READY);
            wait_for(world, OPERATIONS);
        }
    });
    let evidence = rig.evidence(seen);
    rig.judge(&evidence);
    let unanswered = evidence.operations.iter().filter(|operation| operation.answer.is_none()).count();
    say(&format!("{} operations, {unanswered} without an answer", evidence.operations.len()));
    let others: Vec<_> =
        rig.world.problems().into_iter().filter(|(code, _)| code != "shutting_down").collect();
    assert!(others.is_empty(), "{others:?}");
}

fn restart(node: &mut Node) {
    stop(node);
    node.start_again();
}

fn stop(node: &mut Node) {
    let ended = node.terminate(DRAIN).expect("it ends in time");
    assert_eq!(ended.code(), Some(0), "{}", node.log());
}

fn done(output: std::io::Result<Output>) {
    let output = output.expect("the program exists");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
