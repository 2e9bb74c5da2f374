//! Redis is paused or killed under load: nobody is refused, and nobody waits.

use std::thread;
use std::time::{Duration, Instant};

use crate::cluster::plan::Plan;
use crate::cluster::rig::Rig;
use crate::support::lab::need;
use crate::support::postgres::server::Server;
use crate::support::redis::Redis;
use crate::torture::actor::{mint, verify};
use crate::torture::asked::Face;
use crate::torture::hand::{Hand, Manner};
use crate::torture::history::{Answer, Medium, Try};
use crate::torture::report::say;

const TTL: u64 = 900;

/// Of each phase.
const PHASE: Duration = Duration::from_secs(2);

/// What a request may take longer in the slowest twentieth, on a machine that is busy with other tests.
const SLACK: Duration = Duration::from_millis(250);

#[test]
fn a_redis_that_is_gone_refuses_nobody_and_slows_nobody() {
    lose_redis(Plan::short(1));
}

#[test]
#[ignore = "takes minutes"]
fn a_redis_that_is_gone_again_and_again_refuses_nobody() {
    lose_redis(Plan::long(10));
}

fn lose_redis(plan: Plan) {
    let Some(server) = need(Server::shared()) else { return };
    let Some(mut redis) = need(Redis::start(&[])) else { return };
    let schema = server.schema();
    let url = schema.url();
    let rig = Rig::start(&[&url, &url], &format!("url = \"{}\"\n", redis.url()));
    let mut hand = Hand::new(&rig.world);
    for _ in 0..plan.rounds {
        let with = work(&rig, &mut hand);
        assert!(redis.ask(&["info", "commandstats"]).contains("evalsha"), "it is not asked");
        redis.freeze();
        let frozen = work(&rig, &mut hand);
        redis.thaw();
        let thawed = work(&rig, &mut hand);
        redis.kill();
        let killed = work(&rig, &mut hand);
        redis.start_again();
        let again = work(&rig, &mut hand);
        let [usual, ..] = with;
        let phases =
            [("with", with), ("frozen", frozen), ("thawed", thawed), ("killed", killed), ("again", again)];
        for (name, [most, longest]) in phases {
            say(&format!(
                "{name}: 95 % within {} ms, all within {} ms",
                most.as_millis(),
                longest.as_millis()
            ));
            assert!(most < usual + SLACK, "{name}: {most:?}, and {usual:?} with Redis");
        }
    }
    let refused: Vec<_> = rig.heard().into_iter().filter(|((status, _), _)| *status >= 429).collect();
    assert!(refused.is_empty(), "{refused:?}");
}

/// Mints and verifies for a while; returns within which time 95 % of the requests were answered, and all.
fn work(rig: &Rig, hand: &mut Hand) -> [Duration; 2] {
    let tenant = &rig.world.tenants[0];
    let (begun, mut took) = (Instant::now(), Vec::new());
    while begun.elapsed() < PHASE {
        let asked = Instant::now();
        let subject = mint(hand, Medium::Told, &tenant.key, TTL, Manner::Plain);
        took.push(asked.elapsed());
        let code = subject.code.clone().expect("a mint");
        let asked = Instant::now();
        let tried = (Try::Right, code.as_str());
        let answer = verify(hand, tenant, &subject, &tenant.key, Face::Compat, tried, Manner::Plain);
        took.push(asked.elapsed());
        assert!(matches!(answer, Some(Answer::Verified(_))), "{answer:?}");
        thread::sleep(Duration::from_millis(5));
    }
    took.sort_unstable();
    [took[took.len() * 95 / 100], took[took.len() - 1]]
}
