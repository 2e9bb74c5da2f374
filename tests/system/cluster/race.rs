//! Two nodes, one code, many answers at once.

use std::sync::Barrier;
use std::thread;

use crate::cluster::plan::Plan;
use crate::cluster::rig::Rig;
use crate::support::lab::need;
use crate::support::postgres::server::Server;
use crate::torture::actor::{Seen, mint, verify};
use crate::torture::asked::Face;
use crate::torture::hand::{Hand, Manner};
use crate::torture::history::{ATTEMPTS, Answer, Medium, Subject, Try};
use crate::torture::report::say;
use crate::torture::world::World;

/// Answers at once, half of them to each node.
const CROWD: usize = 64;

const TTL: u64 = 900;

#[test]
fn of_many_answers_at_once_to_two_nodes_one_succeeds_and_no_more_than_allowed_are_evaluated() {
    race(Plan::short(9));
}

#[test]
#[ignore = "takes minutes"]
fn of_many_answers_at_once_one_succeeds_over_hundreds_of_rounds() {
    race(Plan::long(500));
}

/// Which answers are right.
#[derive(Clone, Copy, Debug)]
enum Mix {
    AllRight,
    AllWrong,
    EverySecond,
}

fn race(plan: Plan) {
    let Some(server) = need(Server::shared()) else { return };
    let schema = server.schema();
    let url = schema.url();
    let rig = Rig::start(&[&url, &url], "");
    let mut minting = Hand::new(&rig.world);
    let mut crowd: Vec<Hand> = (0..CROWD).map(|_| Hand::new(&rig.world)).collect();
    let mut subjects = Vec::new();
    for round in 0..plan.rounds {
        let mix = [Mix::AllRight, Mix::AllWrong, Mix::EverySecond][round % 3];
        let key = &rig.world.tenants[0].key;
        let subject = mint(&mut minting, Medium::Told, key, TTL, Manner::Plain);
        let answers = all_at_once(&rig.world, &mut crowd, &subject, mix);
        assert_right(round, mix, &answers);
        subjects.push(subject);
    }
    let operations = crowd.into_iter().flat_map(|hand| hand.log).chain(minting.log).collect();
    let evidence = rig.evidence(vec![Seen { subjects, operations }]);
    rig.judge(&evidence);
    say(&format!("{} rounds with {CROWD} answers each", plan.rounds));
}

fn all_at_once(world: &World, crowd: &mut [Hand], subject: &Subject, mix: Mix) -> Vec<Answer> {
    let (tenant, start) = (&world.tenants[0], Barrier::new(crowd.len()));
    let right = subject.code.as_deref().expect("the mint was answered");
    // Too long to be the right one.
    let wrong = format!("{right}0");
    thread::scope(|scope| {
        let one = |(place, hand)| {
            let is_right = match mix {
                Mix::AllRight => true,
                Mix::AllWrong => false,
                Mix::EverySecond => place % 2 == 0,
            };
            let tried = if is_right { (Try::Right, right) } else { (Try::Wrong, wrong.as_str()) };
            let face = [Face::V1, Face::V1, Face::Compat][place % 3];
            let start = &start;
            scope.spawn(move || {
                start.wait();
                verify(hand, tenant, subject, &tenant.key, face, tried, Manner::Plain)
            })
        };
        let running: Vec<_> = crowd.iter_mut().enumerate().map(one).collect();
        running.into_iter().map(|hand| hand.join().expect("no panic").expect("an answer")).collect()
    })
}

fn assert_right(round: usize, mix: Mix, answers: &[Answer]) {
    let count =
        |is_meant: fn(&Answer) -> bool| answers.iter().filter(|answer| is_meant(answer)).count() as u64;
    let verified = count(|answer| matches!(answer, Answer::Verified(_)));
    let mismatched = count(|answer| matches!(answer, Answer::Mismatched { .. }));
    let ended = count(|answer| matches!(answer, Answer::Ended(_)));
    let is_right = match mix {
        Mix::AllRight => (verified, mismatched) == (1, 0),
        Mix::AllWrong => (verified, mismatched) == (0, ATTEMPTS),
        Mix::EverySecond => {
            (verified == 1 && mismatched < ATTEMPTS) || (verified == 0 && mismatched == ATTEMPTS)
        }
    };
    let is_complete = verified + mismatched + ended == CROWD as u64;
    assert!(is_right && is_complete, "round {round}, {mix:?}: {answers:?}");
}
