//! Parallel clients against a server that is killed at random moments. The answers that they got, and the
//! server's records, must be possible for a server without any crash.
//!
//! The short form runs with the other tests. The long one:
//!
//! ```sh
//! cargo test --release --test system torture -- --ignored --nocapture
//! ```
//!
//! `OTPMINT_TORTURE_KILLS`, `_OPERATIONS`, `_CLIENTS` and `_SEED` configure it.

mod actor;
mod asked;
mod books;
mod checker;
mod hand;
mod history;
mod keyring;
mod line;
mod plan;
mod post;
mod reaper;
mod receipt;
mod report;
mod warden;
mod world;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::support::eventually;
use crate::support::server::Server;
use actor::{Actor, Seen};
use books::Books;
use checker::Violation;
use history::Evidence;
use plan::Plan;
use post::Post;
use reaper::{Death, Reaper, Toll};
use warden::Warden;
use world::World;

/// For the messages that wait at the end. Longer than the pauses between tries.
const LAST_MAILS: Duration = Duration::from_secs(60);

/// Violations that are printed in full.
const SHOWN: usize = 5;

#[test]
fn what_was_acknowledged_holds_whenever_the_server_is_killed() {
    torture(Plan::short());
}

#[test]
#[ignore = "takes many minutes"]
fn what_was_acknowledged_holds_over_hundreds_of_kills() {
    torture(Plan::long().told());
}

fn torture(plan: Plan) {
    say(&format!("seed {}", plan.seed));
    let begin = Instant::now();
    let (evidence, toll) = run(&plan);
    say(&report::table(&plan, &evidence, &toll, begin.elapsed()));
    let violations = checker::check(&evidence);
    assert!(violations.is_empty(), "seed {}\n{}", plan.seed, summary(&violations));
    assert!(toll.kills() >= plan.kills && evidence.operations.len() >= plan.operations);
}

fn run(plan: &Plan) -> (Evidence, Toll) {
    let mut dice = StdRng::seed_from_u64(plan.seed);
    let post = Post::open();
    let mut server = Server::new(&world::settings(&post));
    let mut toll = Toll::default();
    reaper::torn_first_start(&mut server, &mut dice, &mut toll);
    let world = World::found(&server, post);
    let mut reaper = Reaper { server: &mut server, world: &world, dice, toll };
    let seen = thread::scope(|scope| {
        let client = |name| {
            let world = &world;
            scope.spawn(move || Actor::new(world, name, plan.seed).live())
        };
        let mut clients: Vec<_> = (0..plan.clients).map(client).collect();
        clients.push(scope.spawn(|| Warden::new(&world).live()));
        // A failure here must end the clients too, or the scope would wait for ever.
        let clients_end = Abandon(&world);
        harvest(plan, &mut reaper);
        world.closing.store(true, Ordering::Relaxed);
        let seen: Vec<Seen> =
            clients.into_iter().map(|client| client.join().expect("no client panics")).collect();
        drop(clients_end);
        seen
    });
    let sent = || (books::waiting(reaper.server.data()) == 0).then_some(());
    let _ = eventually(LAST_MAILS, sent);
    reaper.kill(Death::Anytime);
    reaper.look();
    let Reaper { toll, .. } = reaper;
    let mut evidence = Evidence { mails: world.post.all(), ..Evidence::default() };
    for Seen { subjects, operations } in seen {
        evidence.subjects.extend(subjects.into_iter().map(|subject| (subject.number, subject)));
        evidence.operations.extend(operations);
    }
    evidence.books = Books::read(server.data());
    (evidence, toll)
}

/// Kills as often as planned, spread over the operations.
fn harvest(plan: &Plan, reaper: &mut Reaper) {
    let mut round = 0;
    while reaper.toll.kills() < plan.kills {
        round += 1;
        let share = plan.operations * reaper.toll.kills() / plan.kills;
        reaper.wait_for(share.max(round) as u64);
        reaper.reap();
    }
    reaper.wait_for(plan.operations as u64);
}

/// Ends the clients if the run fails.
struct Abandon<'a>(&'a World);

impl Drop for Abandon<'_> {
    fn drop(&mut self) {
        self.0.abandoned.store(true, Ordering::Relaxed);
    }
}

fn summary(violations: &[Violation]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for violation in violations {
        *counts.entry(violation.rule).or_default() += 1;
    }
    let shown: Vec<_> = violations.iter().take(SHOWN).map(|v| format!("{}: {}", v.rule, v.what)).collect();
    format!("{counts:#?}\n{}", shown.join("\n\n"))
}

/// Not a print macro: the harness would capture the output of a passing test.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}
