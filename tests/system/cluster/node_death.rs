//! A node that is killed (`kill -9`) and started again.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use crate::cluster::plan::Plan;
use crate::cluster::rig::{Rig, number_of, until_ready, wait_for};
use crate::support::eventually;
use crate::support::lab::need;
use crate::support::postgres::server::Server;
use crate::support::postgres::session::Session;
use crate::support::server::Server as Node;
use crate::torture::crowd::under_load;
use crate::torture::history::{Evidence, Subject};
use crate::torture::report::say;
use crate::torture::world::World;

/// Within this time somebody else has taken over the messages of a dead node.
const TAKEN_OVER: Duration = Duration::from_secs(20);

/// A start on a machine that is busy with other tests.
const START: Duration = Duration::from_secs(30);

/// Operations between two deaths.
const OPERATIONS: u64 = 250;

#[test]
fn the_mail_of_a_killed_node_goes_out_within_twenty_seconds() {
    kill_nodes(Plan::short(1));
}

#[test]
#[ignore = "takes minutes"]
fn nothing_is_lost_when_nodes_are_killed_again_and_again() {
    kill_nodes(Plan::long(10));
}

/// What one death left behind.
struct Death {
    /// Messages that the node was sending, or had in its queue.
    in_hand: usize,
    /// All messages that it held.
    held: usize,
    taken_over_after: Duration,
    ready_after: Duration,
}

fn kill_nodes(plan: Plan) {
    let Some(server) = need(Server::shared()) else { return };
    let schema = server.schema();
    let url = schema.url();
    let mut rig = Rig::start(&[&url, &url], "");
    // Messages take long enough to be in hand.
    rig.world.post.slow_down(Duration::from_millis(500));
    let mut deaths = Vec::new();
    let Rig { nodes, world, database, .. } = &mut rig;
    let seen = under_load(world, plan.clients, plan.seed, || {
        for round in 0..plan.rounds {
            wait_for(world, OPERATIONS);
            deaths.push(kill(world, database, &mut nodes[round % 2]));
        }
        wait_for(world, OPERATIONS);
    });
    let evidence = rig.evidence(seen);
    for death in &deaths {
        say(&format!(
            "a node died with {} messages, {} in hand; released after {:.1} s; ready again after {:.1} s",
            death.held,
            death.in_hand,
            death.taken_over_after.as_secs_f64(),
            death.ready_after.as_secs_f64()
        ));
    }
    rig.judge(&evidence);
    assert_few_twice(&evidence, &deaths);
}

fn kill(world: &World, database: &Session, node: &mut Node) -> Death {
    let number = number_of(database, node);
    let holds = format!("SELECT due_at FROM outbox WHERE holder = {number}");
    let has_something_in_hand =
        || (!database.run(&format!("{holds} AND due_at IS NULL")).is_empty()).then_some(());
    assert!(eventually(START, has_something_in_hand).is_some(), "the load leaves nothing in hand");
    node.kill();
    let killed = Instant::now();
    world.epoch.fetch_add(1, Ordering::SeqCst);
    let held = database.run(&holds);
    node.spawn();
    let ready_after = until_ready(node, START);
    let gone = || database.run(&holds).is_empty().then_some(());
    let left = TAKEN_OVER.saturating_sub(killed.elapsed());
    assert!(eventually(left, gone).is_some(), "nobody has taken over its messages");
    let in_hand = held.iter().filter(|row| row[0].is_none()).count();
    Death { in_hand, held: held.len(), taken_over_after: killed.elapsed(), ready_after }
}

/// Messages that arrived more than once are among those that the dead had in hand.
fn assert_few_twice(evidence: &Evidence, deaths: &[Death]) {
    let twice: usize = evidence.subjects.values().map(|subject| arrived_again(evidence, subject)).sum();
    let in_hand: usize = deaths.iter().map(|death| death.in_hand).sum();
    say(&format!("{twice} messages arrived twice; {in_hand} were in hand"));
    assert!(twice <= in_hand, "{twice} messages arrived twice, and {in_hand} were in hand");
}

/// How many mails of a challenge arrived beyond those that were asked for. What counts as sent tells less: a
/// challenge that ends while its message is in hand takes it out of the outbox, and it arrives all the same.
fn arrived_again(evidence: &Evidence, subject: &Subject) -> usize {
    let arrived = evidence.mails.get(&subject.recipient).map_or(0, Vec::len);
    let row = evidence.books.rows.iter().find(|row| Some(&row.key) == subject.key.as_ref());
    // Without its key nobody could ask for another.
    let asked_for = row.map_or(1, |row| row.sends as usize);
    arrived.saturating_sub(asked_for)
}
