//! The primary is killed under load, and its synchronous standby promoted.

use std::collections::BTreeSet;
use std::thread;
use std::time::{Duration, Instant};

use crate::cluster::plan::Plan;
use crate::cluster::rig::{Rig, until_ready, wait_for};
use crate::support::eventually;
use crate::support::lab::need;
use crate::support::postgres::pair::{Pair, url};
use crate::support::proxy::{Proxy, Way};
use crate::torture::crowd::under_load;
use crate::torture::history::{Action, Effect, Evidence, Operation};
use crate::torture::report::say;
use crate::torture::world::World;

/// Operations between two deaths.
const OPERATIONS: u64 = 200;

/// Successes after which a promotion has worked.
const SUCCESSES: usize = 20;

/// How long a node may take to be ready again.
const READY: Duration = Duration::from_secs(30);

/// How long nobody notices in some of the rounds: longer than requests wait, than a lease lasts for its holder, and
/// than for the others.
const UNNOTICED: [Duration; 4] =
    [Duration::from_millis(300), Duration::from_secs(4), Duration::from_secs(12), Duration::from_secs(18)];

#[test]
fn nothing_acknowledged_is_lost_when_the_primary_dies_and_its_standby_is_promoted() {
    promote(Plan::short(1));
}

#[test]
#[ignore = "takes minutes"]
fn nothing_acknowledged_is_lost_over_many_promotions() {
    promote(Plan::long(20));
}

/// How the primary dies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Death {
    /// Its processes are killed: whoever is connected hears of it, and whoever connects is refused.
    Loud,
    /// Nothing comes from there any more, not even a refusal.
    Silent,
}

/// A promotion, in milliseconds of the clock of the clients.
struct Promotion {
    death: Death,
    killed: i64,
    ordered: i64,
    took: Duration,
    ready_after: [Duration; 2],
}

/// A primary, its standby, and a way to each.
struct Database {
    pair: Pair,
    proxies: [Proxy; 2],
}

fn promote(plan: Plan) {
    let Some(pair) = need(Pair::start()) else { return };
    let mut database = Database { proxies: pair.ports().map(Proxy::to), pair };
    let rig = database.rig();
    let mut promotions = Vec::new();
    let seen = under_load(&rig.world, plan.clients, plan.seed, || {
        for round in 0..plan.rounds {
            wait_for(&rig.world, OPERATIONS);
            let death = if round % 5 == 2 { Death::Silent } else { Death::Loud };
            // Most often at once; sometimes late.
            let late = UNNOTICED[round / 5 % UNNOTICED.len()];
            let unnoticed = if round % 5 == 4 { late } else { Duration::ZERO };
            promotions.push(database.kill_and_promote(&rig, death, unnoticed));
            database.pair.rebuild();
        }
        wait_for(&rig.world, OPERATIONS);
    });
    let evidence = rig.evidence(seen);
    tell(&evidence, &promotions);
    rig.judge(&evidence);
}

#[test]
fn the_checker_sees_what_an_asynchronous_standby_has_lost() {
    let mut wire = None;
    let pair = Pair::asynchronous(|port| wire.insert(Proxy::to(port)).port);
    let (Some(pair), Some(wire)) = (need(pair), wire) else { return };
    let mut database = Database { proxies: pair.ports().map(Proxy::to), pair };
    let rig = database.rig();
    let plan = Plan::short(1);
    let seen = under_load(&rig.world, plan.clients, plan.seed, || {
        wait_for(&rig.world, OPERATIONS);
        wire.hold(Way::ToClient);
        wait_for(&rig.world, OPERATIONS);
        database.kill_and_promote(&rig, Death::Loud, Duration::ZERO);
        wait_for(&rig.world, OPERATIONS);
    });
    let violations = rig.violations(&rig.evidence(seen));
    let rules: BTreeSet<&str> = violations.iter().map(|violation| violation.rule).collect();
    say(&format!("an asynchronous standby: {} violations of {rules:?}", violations.len()));
    assert!(rules.contains("what was acknowledged is kept"), "{rules:?}");
}

impl Database {
    /// Nodes that reach both servers through the proxies.
    fn rig(&self) -> Rig {
        let through = url(&[self.proxies[0].port, self.proxies[1].port]);
        Rig::start_at(&url(&self.pair.ports()), &[&through, &through], "")
    }

    fn kill_and_promote(&mut self, rig: &Rig, death: Death, unnoticed: Duration) -> Promotion {
        let now = |world: &World| world.ticker.now().at;
        let killed = now(&rig.world);
        let place = self.pair.ports().iter().position(|port| *port == self.pair.primary().port());
        let way = &self.proxies[place.expect("one of both")];
        if death == Death::Silent {
            way.hold(Way::ToServer);
            way.hold(Way::ToClient);
        }
        self.pair.primary().kill();
        thread::sleep(unnoticed);
        let ordered = now(&rig.world);
        let took = self.pair.promote();
        let begun = Instant::now();
        let goal = succeeded(rig) + SUCCESSES;
        let succeeds = || (succeeded(rig) >= goal).then_some(());
        assert!(eventually(READY, succeeds).is_some(), "nothing succeeds after the promotion");
        let ready = |node| {
            until_ready(&rig.nodes[node], READY);
            begun.elapsed()
        };
        let ready_after = [ready(0), ready(1)];
        way.heal();
        Promotion { death, killed, ordered, took, ready_after }
    }
}

/// Requests that succeeded.
fn succeeded(rig: &Rig) -> usize {
    rig.heard().iter().filter(|((status, _), _)| matches!(status, 200 | 201)).map(|(_, count)| count).sum()
}

fn tell(evidence: &Evidence, promotions: &[Promotion]) {
    let writes =
        |operation: &&Operation| operation.effect() == Effect::Sure && operation.action != Action::Look;
    let mut gaps = Vec::new();
    for promotion in promotions {
        let first = evidence.operations.iter().filter(writes).map(|operation| operation.completed.at);
        let first = first.filter(|at| *at >= promotion.ordered).min().unwrap_or(i64::MAX);
        let accepts = promotion.ordered + promotion.took.as_millis() as i64;
        let after = (first - accepts).max(0);
        say(&format!(
            "{:?} death; promoted after {} ms, which took {} ms; first success {after} ms later; ready after {:.1} and {:.1} s",
            promotion.death,
            promotion.ordered - promotion.killed,
            promotion.took.as_millis(),
            promotion.ready_after[0].as_secs_f64(),
            promotion.ready_after[1].as_secs_f64()
        ));
        if promotion.death == Death::Loud {
            gaps.push(after);
        }
    }
    gaps.sort_unstable();
    let (median, most) = (gaps[gaps.len() / 2], gaps[gaps.len() - 1]);
    say(&format!(
        "first success after the promotion when the death was heard: median {median} ms, at most {most} ms"
    ));
}
