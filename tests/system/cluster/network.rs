//! The network between a node and the database stalls, is cut in one direction, or breaks in the middle of a COMMIT.

use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use crate::cluster::plan::Plan;
use crate::cluster::rig::{Rig, until_ready, wait_for};
use crate::support::lab::need;
use crate::support::postgres::pair::url;
use crate::support::postgres::server::Server;
use crate::support::proxy::{Proxy, Way};
use crate::torture::crowd::under_load;
use crate::torture::report::say;

/// Operations after each fault.
const OPERATIONS: u64 = 100;

/// How long the node may take to be ready again.
const READY: Duration = Duration::from_secs(30);

/// COMMITs that are lost, each after some operations: so many that every kind of request is among them.
const COMMITS: u32 = 40;

/// Operations between two of them.
const SPARED: u64 = 4;

#[test]
fn nothing_acknowledged_is_lost_when_the_network_to_the_database_fails() {
    // Longer than a request waits; longer than a node waits for the answer to a COMMIT.
    let faults = [
        Fault::Held(&[Way::ToClient], Duration::from_secs(3)),
        Fault::Held(&[Way::ToServer], Duration::from_secs(9)),
        Fault::LostBefore,
        Fault::LostAfter,
        Fault::Reset,
    ];
    disturb(Plan::short(1), &faults);
}

#[test]
#[ignore = "takes minutes"]
fn nothing_acknowledged_is_lost_over_many_faults_of_the_network() {
    let both = &[Way::ToServer, Way::ToClient];
    let mut faults = vec![Fault::LostBefore, Fault::LostAfter, Fault::Reset];
    for seconds in [1, 4, 9, 12] {
        let held = |ways| Fault::Held(ways, Duration::from_secs(seconds));
        faults.extend([held(&[Way::ToServer]), held(&[Way::ToClient]), held(both)]);
    }
    disturb(Plan::long(3), &faults);
}

/// What happens to the network.
#[derive(Clone, Copy, Debug)]
enum Fault {
    /// Nothing passes on these ways for this long. Then everything arrives, however late.
    Held(&'static [Way], Duration),
    /// COMMITs do not arrive.
    LostBefore,
    /// COMMITs are carried out, and nobody hears of it.
    LostAfter,
    /// All connections end, whatever they do.
    Reset,
}

fn disturb(plan: Plan, faults: &[Fault]) {
    let Some(server) = need(Server::start(&["fsync=off"])) else { return };
    let proxy = Proxy::to(server.port());
    let (direct, through) = (url(&[server.port()]), url(&[proxy.port]));
    let rig = Rig::start_at(&direct, &[&through, &direct], "");
    let seen = under_load(&rig.world, plan.clients, plan.seed, || {
        for fault in (0..plan.rounds).flat_map(|_| faults) {
            wait_for(&rig.world, OPERATIONS);
            fault.happen(&proxy, || wait_for(&rig.world, SPARED));
            let ready = until_ready(&rig.nodes[0], READY);
            say(&format!("{fault:?}: ready after {:.1} s", ready.as_secs_f64()));
        }
        wait_for(&rig.world, OPERATIONS);
    });
    let lost = proxy.losses.lost.load(Ordering::SeqCst);
    let evidence = rig.evidence(seen);
    rig.judge(&evidence);
    let log = rig.nodes[0].log();
    let found = |outcome| log.lines().filter(|line| line.contains(outcome)).count();
    say(&format!(
        "{lost} COMMITs were lost in {} faults; {} were found out to be carried out, {} not",
        plan.rounds * faults.len(),
        found("outcome=\"committed\""),
        found("outcome=\"not_committed\""),
    ));
    assert!(lost > 0, "no COMMIT was lost: this shows nothing");
}

impl Fault {
    fn happen(self, proxy: &Proxy, work: impl Fn()) {
        match self {
            Fault::Held(ways, duration) => {
                ways.iter().for_each(|way| proxy.hold(*way));
                thread::sleep(duration);
                proxy.heal();
            }
            Fault::LostBefore => {
                for _ in 0..COMMITS {
                    proxy.losses.before.store(1, Ordering::SeqCst);
                    work();
                }
            }
            Fault::LostAfter => {
                for _ in 0..COMMITS {
                    proxy.losses.after.store(1, Ordering::SeqCst);
                    work();
                }
            }
            Fault::Reset => proxy.reset(),
        }
    }
}
