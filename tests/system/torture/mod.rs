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

pub mod actor;
pub mod asked;
pub mod books;
pub mod checker;
pub mod crowd;
mod files;
pub mod hand;
pub mod history;
mod keyring;
pub mod line;
mod plan;
pub mod post;
mod reaper;
mod receipt;
pub mod report;
mod warden;
pub mod world;

use std::time::{Duration, Instant};

use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::support::eventually;
use crate::support::server::Server;
use crowd::under_load;
use history::Evidence;
use plan::Plan;
use post::Post;
use reaper::{Death, Reaper, Toll};
use report::say;
use world::{Unavailable, World};

/// For the messages that wait at the end. Longer than the pauses between tries.
const LAST_MAILS: Duration = Duration::from_secs(60);

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
    say(&report::head(&plan, &evidence, &toll, begin.elapsed()));
    say(&report::table(&evidence));
    let violations = checker::check(&evidence);
    assert!(violations.is_empty(), "seed {}\n{}", plan.seed, report::summary(&violations));
    assert!(toll.kills() >= plan.kills && evidence.operations.len() >= plan.operations);
}

fn run(plan: &Plan) -> (Evidence, Toll) {
    let mut dice = StdRng::seed_from_u64(plan.seed);
    let post = Post::open();
    let mut server = Server::new(&world::settings(&post));
    let mut toll = Toll::default();
    reaper::torn_first_start(&mut server, &mut dice, &mut toll);
    let token = std::fs::read_to_string(server.data().join("operator.token")).expect("the operator token");
    let world = World::found(vec![server.address()], token.trim().to_owned(), Unavailable::Refused, post);
    let mut reaper = Reaper { server: &mut server, world: &world, dice, toll };
    let seen = under_load(&world, plan.clients, plan.seed, || harvest(plan, &mut reaper));
    let sent = || (files::waiting(reaper.server.data()) == 0).then_some(());
    let _ = eventually(LAST_MAILS, sent);
    reaper.kill(Death::Anytime);
    reaper.look();
    let Reaper { toll, .. } = reaper;
    let books = files::read(server.data());
    (Evidence { books, mails: world.post.all(), ..Evidence::of(seen) }, toll)
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
