//! Random stories, compared with a second, plainest implementation of the rules.

use otpmint::domain::challenges::challenge::ChallengeStatus::{self, *};
use otpmint::domain::challenges::device::Device;
use otpmint::domain::id::{ChallengeId, TenantId};
use otpmint::domain::reports::actor::Actor;
use otpmint::store::{Attempt, Decision, Issued, OpenChallenge};
use proptest::prelude::*;

use crate::store::world::{JANE, KEEP, RIGHT, TTL, WRONG, World, at, attempt, limits, with_reserve};

const MAX_ATTEMPTS: u8 = 3;
const SENDS: (usize, i64) = (3, 600_000);
const FAILURES: (usize, i64) = (5, 3_600_000);
const IN_A_ROW: u32 = 4;
const RESERVE: (usize, i64) = (2, 3_600_000);

#[derive(Clone, Debug)]
enum Step {
    Open { device: Device },
    Answer { which: usize, is_right: bool, device: Device },
    Cancel { which: usize },
    Wait { millis: i64 },
    Sweep,
    Clear,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => device().prop_map(|device| Step::Open { device }),
        8 => (0..4usize, prop::bool::weighted(0.2), device())
            .prop_map(|(which, is_right, device)| Step::Answer { which, is_right, device }),
        1 => (0..4usize).prop_map(|which| Step::Cancel { which }),
        2 => prop_oneof![1..5_000i64, Just(299_999), Just(600_000), Just(3_600_000)]
            .prop_map(|millis| Step::Wait { millis }),
        1 => Just(Step::Sweep),
        1 => Just(Step::Clear),
    ]
}

fn device() -> impl Strategy<Value = Device> {
    prop::sample::select(vec![Device::Unknown, Device::Unknown, Device::Trusted])
}

/// One recipient and everything that was opened for it.
#[derive(Default)]
struct Model {
    now: i64,
    challenges: Vec<(ChallengeId, i64, u8, ChallengeStatus)>,
    sends: Vec<i64>,
    failures: Vec<i64>,
    in_a_row: u32,
    reserve: Vec<i64>,
}

impl Model {
    fn is_full(&self, events: &[i64], (max, per): (usize, i64)) -> bool {
        events.iter().filter(|moment| **moment + per > self.now).count() >= max
    }

    fn may_answer(&self) -> bool {
        self.in_a_row < IN_A_ROW && !self.is_full(&self.failures, FAILURES)
    }

    fn has_reserve(&self, device: Device) -> bool {
        device == Device::Trusted && !self.is_full(&self.reserve, RESERVE)
    }

    fn open(&mut self, id: ChallengeId, device: Device) -> bool {
        let may = (self.may_answer() || self.has_reserve(device)) && !self.is_full(&self.sends, SENDS);
        if may {
            self.sends.push(self.now);
            self.challenges.push((id, self.now + TTL.as_millis() as i64, 0, Pending));
        }
        may
    }

    fn status(&self, which: usize) -> ChallengeStatus {
        let (_, deadline, _, status) = self.challenges[which];
        if status == Pending && self.now >= deadline { Expired } else { status }
    }

    /// The expected outcome of an answer, in one word.
    fn answer(&mut self, which: usize, is_right: bool, device: Device) -> String {
        let status = self.status(which);
        if status != Pending {
            return format!("ended {status:?}");
        }
        let is_usual = self.may_answer();
        let on_reserve = self.challenges[which].2 == 0 && self.has_reserve(device);
        if !is_usual && !on_reserve {
            return "limited".to_owned();
        }
        let (_, _, attempts, status) = &mut self.challenges[which];
        *attempts += 1;
        if is_right {
            *status = Verified;
            self.in_a_row = if is_usual { 0 } else { self.in_a_row };
            return "verified".to_owned();
        }
        if *attempts == MAX_ATTEMPTS {
            *status = Exhausted;
        }
        match is_usual {
            true => {
                self.failures.push(self.now);
                self.in_a_row += 1;
            }
            false => self.reserve.push(self.now),
        }
        format!("mismatched {}", MAX_ATTEMPTS - *attempts)
    }
}

fn word(decision: Decision) -> String {
    match decision {
        Decision::Verified(_) => "verified".to_owned(),
        Decision::Mismatched { attempts_remaining } => format!("mismatched {attempts_remaining}"),
        Decision::Ended(status) => format!("ended {status:?}"),
        Decision::Unknown => "unknown".to_owned(),
        Decision::Limited(_) => "limited".to_owned(),
        Decision::Repeated => "repeated".to_owned(),
        Decision::NoRecipient => "no recipient".to_owned(),
        Decision::Undecided => "undecided".to_owned(),
    }
}

async fn take(world: &World, tenant: TenantId, model: &mut Model, step: Step) {
    let limits = with_reserve(limits(&["3/10m"], "5/1h", IN_A_ROW), "2/1h");
    let now = at(model.now);
    match step {
        Step::Open { device } => {
            let open = world.challenge(tenant, JANE, now);
            let open = OpenChallenge { limits, device, max_attempts: MAX_ATTEMPTS, ..open };
            let id = open.binding.challenge;
            let opened = world.store.issue(open.into()).await.unwrap() == Issued::Opened;
            assert_eq!(opened, model.open(id, device));
        }
        Step::Answer { which, is_right, device } if which < model.challenges.len() => {
            let which = model.challenges.len() - 1 - which;
            let hash = if is_right { RIGHT } else { WRONG };
            let answer = attempt(model.challenges[which].0, hash, now);
            let decision = world.decide(Attempt { limits, device, ..answer }).await;
            assert_eq!(word(decision), model.answer(which, is_right, device));
        }
        Step::Cancel { which } if which < model.challenges.len() => {
            let which = model.challenges.len() - 1 - which;
            let expected = model.status(which) == Pending;
            let id = model.challenges[which].0;
            assert_eq!(world.store.cancel_challenge(tenant, id, Actor::default(), now).await, Ok(expected));
            if expected {
                model.challenges[which].3 = Canceled;
            }
        }
        Step::Wait { millis } => model.now += millis,
        Step::Sweep => {
            world.sweep(now, KEEP).await.unwrap();
        }
        Step::Clear => {
            world
                .store
                .clear_recipient(tenant, JANE, "j***@e***.com".to_owned(), Actor::default(), at(0))
                .await
                .unwrap();
            model.failures.clear();
            model.in_a_row = 0;
        }
        Step::Answer { .. } | Step::Cancel { .. } => {}
    }
}

async fn tell(steps: Vec<Step>) {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let mut model = Model::default();
    for step in steps {
        take(&world, tenant, &mut model, step).await;
    }
    for (which, (id, _, attempts, _)) in model.challenges.iter().enumerate() {
        let standing = world.find(tenant, *id).await.standing;
        assert_eq!(standing.status_at(at(model.now)), model.status(which));
        assert_eq!(standing.attempts, *attempts);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_story_follows_the_rules(steps in prop::collection::vec(step(), 1..80)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(tell(steps));
    }
}
