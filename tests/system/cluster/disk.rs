//! The disk of the database is full, and has room again.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use crate::cluster::plan::Plan;
use crate::cluster::rig::{Rig, all_ready, wait_for};
use crate::support::eventually;
use crate::support::lab::need;
use crate::support::postgres::pair::url;
use crate::support::postgres::server::Server;
use crate::support::tmpfs::Tmpfs;
use crate::torture::crowd::under_load;
use crate::torture::history::Effect;
use crate::torture::report::say;

const OPERATIONS: u64 = 150;

/// How long nothing can be recorded.
const FULL: Duration = Duration::from_secs(3);

const READY: Duration = Duration::from_secs(30);

const DISK: u64 = 256 << 20;

/// So that the log of the database has room for a while: PostgreSQL ends when it cannot write that.
const SETTINGS: [&str; 4] = ["fsync=off", "full_page_writes=off", "max_wal_size=64MB", "shared_buffers=32MB"];

#[test]
fn a_full_disk_of_the_database_refuses_and_answers_nothing_wrong() {
    fill(Plan::short(1));
}

#[test]
#[ignore = "takes minutes"]
fn a_disk_of_the_database_that_is_full_again_and_again_loses_nothing() {
    fill(Plan::long(10));
}

fn fill(plan: Plan) {
    let Some(disk) = need(Tmpfs::mount(DISK)) else { return };
    let Some(server) = need(Server::start_in(disk.path(), &SETTINGS)) else { return };
    let url = url(&[server.port()]);
    let rig = Rig::start(&[&url, &url], "");
    let mut ends = Vec::new();
    let seen = under_load(&rig.world, plan.clients, plan.seed, || {
        for _ in 0..plan.rounds {
            wait_for(&rig.world, OPERATIONS);
            server.superuser().run("SELECT pg_switch_wal()");
            wait_for(&rig.world, OPERATIONS / 10);
            let before = unavailable(&rig);
            let ballast = disk.fill();
            // Until the pages that the tables have are full too.
            let is_refused = || (unavailable(&rig) > before).then_some(());
            assert!(eventually(READY, is_refused).is_some(), "nothing was refused: this shows nothing");
            thread::sleep(FULL);
            fs::remove_file(ballast).expect("it is ours");
            ends.push(rig.world.ticker.now().at);
            let begun = Instant::now();
            all_ready(&rig.nodes, READY);
            say(&format!("ready {:.1} s after there was room again", begun.elapsed().as_secs_f64()));
        }
        wait_for(&rig.world, OPERATIONS);
    });
    let evidence = rig.evidence(seen);
    for end in ends {
        let sure = evidence.operations.iter().filter(|operation| operation.effect() == Effect::Sure);
        let first = sure.map(|operation| operation.completed.at).filter(|at| *at >= end).min();
        say(&format!("first success {} ms after", first.map_or(-1, |first| first - end)));
    }
    rig.judge(&evidence);
    // The server must end before its disk goes.
    drop(rig);
    drop(server);
    drop(disk);
}

fn unavailable(rig: &Rig) -> usize {
    rig.heard().iter().filter(|((status, _), _)| *status == 503).map(|(_, count)| count).sum()
}
