//! Guesses at the codes of very many recipients: what is counted, what is suspected, and what follows.

use std::sync::Arc;

use otpmint::domain::challenges::challenge::ChallengeStatus::{Exhausted, Pending};
use otpmint::domain::challenges::device::Device;
use otpmint::domain::id::{ChallengeId, TenantId};
use otpmint::domain::reports::actor::Actor;
use otpmint::domain::secret::{CodeHash, RecipientIndex};
use otpmint::domain::spray::luck::Luck;
use otpmint::domain::spray::rules::{Measures, Reaction, SprayRules};
use otpmint::domain::spray::suspicion::{Level, Suspicion};
use otpmint::domain::time::Timestamp;
use otpmint::domain::webhooks::event::{EventKind, EventKinds};
use otpmint::store::{
    Attempt, Decision, OpenChallenge, SprayOrder, SuspicionOrder, TestKeyAdded, WebhookDeliveryPage, Weighed,
};

use crate::store::asking;
use crate::store::webhooks;
use crate::store::world::{JANE, KEEP, RIGHT, WRONG, World, at, attempt};

const HOUR: i64 = 3_600_000;

/// A hundred guesses at six digits are an attack.
fn rules() -> SprayRules {
    SprayRules {
        budget: Luck::of_guess(1_000_000).times(100),
        tolerated_percent: 10,
        measures: Measures { longer_by: 2, attempts: 2, pause_seconds: 10 },
        reaction: Reaction::Acts,
    }
}

fn person(number: usize) -> RecipientIndex {
    let mut index = [0xaa; 16];
    index[..8].copy_from_slice(&number.to_be_bytes());
    RecipientIndex(index)
}

/// A challenge for each of so many people, from `first` on, with one answer less than are evaluated.
async fn guess(
    world: &World,
    tenant: TenantId,
    people: std::ops::Range<usize>,
    now: Timestamp,
) -> Vec<ChallengeId> {
    let mut challenges = Vec::new();
    for number in people {
        let id = world.open(tenant, person(number), now).await;
        for _ in 0..4 {
            wrong(world, id, now).await;
        }
        challenges.push(id);
    }
    challenges
}

async fn wrong(world: &World, id: ChallengeId, now: Timestamp) {
    let decision = world.attempt(id, WRONG, now).await;
    assert!(matches!(decision, Decision::Mismatched { .. }), "{decision:?}");
}

async fn weigh(world: &World, tenant: TenantId, now: Timestamp) -> Weighed {
    world.store.weigh_guesses(tenant, rules(), now).await.unwrap()
}

async fn suspicion(world: &World, tenant: TenantId) -> Option<Suspicion> {
    world.store.tenant(tenant).await.unwrap().expect("the tenant").suspicion
}

async fn revision(world: &World, tenant: TenantId) -> i64 {
    world.store.tenant(tenant).await.unwrap().expect("the tenant").revision
}

/// How often the tenant's endpoint is told of this kind.
async fn told(world: &World, tenant: TenantId, kind: EventKind) -> usize {
    let page = WebhookDeliveryPage { status: None, before: None, limit: 500 };
    let rows = world.store.webhook_deliveries(tenant, webhooks::handle(0), page).await.unwrap().unwrap();
    rows.iter().filter(|row| row.kind == kind).count()
}

#[tokio::test]
async fn guesses_at_many_recipients_are_an_attack_of_which_the_tenant_is_told_once() {
    let world = World::new();
    let (tenant, other) = (world.tenant(1).await, world.tenant(2).await);
    assert!(
        world.store.add_webhook(webhooks::new(tenant, 0, EventKinds::all()), Actor::default()).await.unwrap()
    );
    guess(&world, tenant, 0..6, at(0)).await;
    assert_eq!(weigh(&world, tenant, at(1)).await.suspicion, None, "six people have limits of their own");
    guess(&world, tenant, 6..12, at(1)).await;
    let weighed = weigh(&world, tenant, at(2)).await;
    assert_eq!(weighed.rose, Some(Level::Suspicious));
    assert_eq!(weighed.suspicion.unwrap().measures, None);
    guess(&world, tenant, 12..25, at(3)).await;
    let weighed = weigh(&world, tenant, at(4)).await;
    assert_eq!(weighed.rose, Some(Level::UnderAttack));
    let found = suspicion(&world, tenant).await;
    assert_eq!(found, weighed.suspicion);
    let seen = found.unwrap().seen;
    assert_eq!((seen.opened, seen.wrong, seen.recipients), (25, 100, 25));
    assert_eq!(found.unwrap().measures, Some(rules().measures));
    assert_eq!(weigh(&world, tenant, at(5)).await.rose, None, "it is told already");
    let events = world.events(tenant).await;
    assert_eq!(events.iter().filter(|event| *event == "spray_suspected").count(), 2);
    assert_eq!(told(&world, tenant, EventKind::SpraySuspected).await, 2);
    assert_eq!((weigh(&world, other, at(5)).await.suspicion, suspicion(&world, other).await), (None, None));
}

#[tokio::test]
async fn wrong_answers_before_a_right_one_are_explained() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    for id in guess(&world, tenant, 0..60, at(0)).await {
        assert!(matches!(world.attempt(id, RIGHT, at(1)).await, Decision::Verified(_)));
    }
    assert_eq!(weigh(&world, tenant, at(2)).await.suspicion, None);
    // One that the tenant approves is explained as well.
    for id in guess(&world, tenant, 60..120, at(3)).await {
        assert!(world.store.approve_challenge(tenant, id, Actor::default(), at(4)).await.unwrap());
    }
    assert_eq!(weigh(&world, tenant, at(5)).await.suspicion, None);
}

#[tokio::test]
async fn a_right_answer_in_the_next_hour_covers_no_guess_of_the_next_day() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let hour = at(HOUR - at(0).as_millis().rem_euclid(HOUR));
    let moved = |millis: i64| Timestamp::from_millis(hour.as_millis() + millis);
    for id in guess(&world, tenant, 0..25, moved(-1)).await {
        assert!(matches!(world.attempt(id, RIGHT, moved(1)).await, Decision::Verified(_)));
    }
    // The hour of the wrong answers has left the window, and that of the right ones has not.
    guess(&world, tenant, 100..125, moved(24 * HOUR)).await;
    let level = weigh(&world, tenant, moved(24 * HOUR)).await.suspicion.map(|suspicion| suspicion.level);
    assert_eq!(level, Some(Level::UnderAttack));
}

#[tokio::test]
async fn under_attack_fewer_answers_are_evaluated_except_on_trusted_devices() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let pending = guess(&world, tenant, 0..25, at(0)).await;
    let fresh = world.open(tenant, JANE, at(0)).await;
    let spared = world.open(tenant, person(99), at(0)).await;
    weigh(&world, tenant, at(1)).await;
    // Four answers were given, and two are evaluated now.
    assert_eq!(world.attempt(pending[0], RIGHT, at(2)).await, Decision::Ended(Exhausted));
    assert_eq!(world.status(tenant, pending[0]).await, Exhausted);
    let one_left = Decision::Mismatched { attempts_remaining: 1 };
    assert_eq!(world.attempt(fresh, WRONG, at(2)).await, one_left);
    let standing = world.find(tenant, fresh).await.standing;
    assert_eq!((standing.max_attempts, standing.attempts_remaining()), (2, 1), "what was told stays true");
    assert_eq!(world.attempt(fresh, WRONG, at(2)).await, Decision::Mismatched { attempts_remaining: 0 });
    assert_eq!(world.status(tenant, fresh).await, Exhausted);
    let trusted =
        |hash| Attempt { tenant: Some(tenant), device: Device::Trusted, ..attempt(spared, hash, at(2)) };
    assert_eq!(world.decide(trusted(WRONG)).await, Decision::Mismatched { attempts_remaining: 4 });
    assert!(matches!(world.decide(trusted(RIGHT)).await, Decision::Verified(_)));
    // Of another tenant all are evaluated.
    let other = world.tenant(2).await;
    let elsewhere = world.open(other, JANE, at(0)).await;
    assert_eq!(world.attempt(elsewhere, WRONG, at(2)).await, Decision::Mismatched { attempts_remaining: 4 });
    // When it has ended, all are again.
    let end = suspicion(&world, tenant).await.unwrap().until;
    let later = world.open(tenant, JANE, end).await;
    assert_eq!(world.attempt(later, WRONG, end).await, Decision::Mismatched { attempts_remaining: 4 });
}

#[tokio::test]
async fn a_challenge_that_is_cut_ends_for_its_tenant_as_one_that_is_exhausted() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    assert!(
        world.store.add_webhook(webhooks::new(tenant, 0, EventKinds::all()), Actor::default()).await.unwrap()
    );
    let pending = guess(&world, tenant, 0..25, at(0)).await;
    weigh(&world, tenant, at(1)).await;
    world.attempt(pending[0], WRONG, at(2)).await;
    assert_eq!(world.events(tenant).await.last().map(String::as_str), Some("exhausted"));
    assert_eq!(told(&world, tenant, EventKind::ChallengeExhausted).await, 1);
    assert_eq!(world.status(tenant, pending[1]).await, Pending);
}

#[tokio::test]
async fn it_ends_by_itself_and_what_was_counted_is_forgotten_after_a_day() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    guess(&world, tenant, 0..25, at(0)).await;
    let until = weigh(&world, tenant, at(1)).await.suspicion.unwrap().until;
    assert_eq!(until, at(25 * HOUR - at(0).as_millis().rem_euclid(HOUR)));
    assert_eq!(
        weigh(&world, tenant, until).await,
        Weighed { suspicion: None, budget: rules().budget, rose: None }
    );
    assert_eq!(suspicion(&world, tenant).await, None);
    world.sweep(at(27 * HOUR), KEEP).await.unwrap();
    guess(&world, tenant, 100..101, at(27 * HOUR)).await;
    assert_eq!(weigh(&world, tenant, at(27 * HOUR)).await.suspicion, None);
}

#[tokio::test]
async fn an_order_takes_measures_for_a_day_and_another_ends_them() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let order = |order| SuspicionOrder { tenant, order, by: Actor::at("192.0.2.1".parse().ok()) };
    assert_eq!(world.store.order_suspicion(order(SprayOrder::UnderAttack(rules())), at(0)).await, Ok(true));
    let ordered = suspicion(&world, tenant).await.unwrap();
    assert_eq!((ordered.until, ordered.measures), (at(24 * HOUR), Some(rules().measures)));
    assert_eq!(weigh(&world, tenant, at(1)).await.suspicion, Some(ordered), "nobody guesses, and it lasts");
    guess(&world, tenant, 0..25, at(24 * HOUR)).await;
    assert!(weigh(&world, tenant, at(24 * HOUR)).await.suspicion.is_some());
    let before = revision(&world, tenant).await;
    assert_eq!(world.store.order_suspicion(order(SprayOrder::Calm), at(24 * HOUR)).await, Ok(true));
    assert_eq!(suspicion(&world, tenant).await, None);
    assert!(revision(&world, tenant).await > before, "whoever has read the former state must read again");
    assert_eq!(weigh(&world, tenant, at(24 * HOUR)).await.suspicion, None, "what was counted is forgotten");
    let events = world.events(tenant).await;
    let told: Vec<_> = events.iter().filter(|event| event.starts_with("spray")).collect();
    assert_eq!(told, ["spray_ordered", "spray_suspected", "spray_ended"]);
    let nobody = SuspicionOrder { tenant: TenantId(99), ..order(SprayOrder::Calm) };
    assert_eq!(world.store.order_suspicion(nobody, at(0)).await, Ok(false));
}

#[tokio::test]
async fn a_sandbox_is_never_suspected() {
    let world = World::new();
    let live = world.tenant(1).await;
    let key = world.test_key(live, 9);
    let sandbox = key.sandbox.0;
    assert!(matches!(world.store.add_test_key(key, at(1)).await.unwrap(), TestKeyAdded::Added(_)));
    guess(&world, sandbox, 0..30, at(2)).await;
    assert_eq!(weigh(&world, sandbox, at(3)).await.suspicion, None);
    let order = SprayOrder::UnderAttack(rules());
    let order = SuspicionOrder { tenant: sandbox, order, by: Actor::default() };
    assert_eq!(world.store.order_suspicion(order, at(3)).await, Ok(false));
}

#[tokio::test]
async fn what_was_counted_survives_a_restart() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    guess(&world, tenant, 0..24, at(0)).await;
    let world = world.restart();
    guess(&world, tenant, 24..25, at(1)).await;
    let level = weigh(&world, tenant, at(2)).await.suspicion.unwrap().level;
    assert_eq!(level, Level::UnderAttack);
    assert!(suspicion(&world.restart(), tenant).await.is_some());
}

#[tokio::test]
async fn a_guess_is_worth_one_in_as_many_codes_as_its_own_was_drawn_from() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    for (number, space) in [(1, 10_000), (2, 100_000_000), (3, 0)] {
        let open = OpenChallenge { space, ..world.challenge(tenant, person(number), at(0)) };
        let id = open.binding.challenge;
        world.store.issue(open.into()).await.unwrap();
        wrong(&world, id, at(1)).await;
    }
    // The code of a page is drawn when it is given a recipient.
    let owner = (tenant, asking::open(&world, tenant, at(0)).await);
    world.store.issue(asking::recipient(owner, JANE, CodeHash([0xdd; 32]), at(1)).into()).await.unwrap();
    wrong(&world, owner.1, at(2)).await;
    let order = SuspicionOrder { tenant, order: SprayOrder::UnderAttack(rules()), by: Actor::default() };
    world.store.order_suspicion(order, at(3)).await.unwrap();
    let seen = weigh(&world, tenant, at(3)).await.suspicion.unwrap().seen;
    assert_eq!(seen.luck, Luck(100_000_000 + 10_000 + 1_000_000));
    assert_eq!((seen.wrong, seen.opened), (4, 4));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn answers_at_once_on_two_nodes_are_counted_exactly() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let mut challenges = Vec::new();
    for number in 0..64 {
        challenges.push(world.open(tenant, person(number), at(0)).await);
    }
    // Measures that are taken meanwhile would leave answers unevaluated.
    let counting = SprayRules { measures: Measures { attempts: 5, ..rules().measures }, ..rules() };
    let stores = [Arc::clone(&world.store), world.backend.open_beside()];
    let mut tasks = Vec::new();
    for (number, id) in challenges.into_iter().enumerate() {
        let store = Arc::clone(&stores[number % 2]);
        tasks.push(tokio::spawn(async move {
            for _ in 0..3 {
                store.record_attempt(attempt(id, WRONG, at(1))).await.unwrap();
            }
        }));
        if number % 16 == 0 {
            let store = Arc::clone(&stores[number / 16 % 2]);
            tasks.push(tokio::spawn(async move {
                store.weigh_guesses(tenant, counting, at(1)).await.unwrap();
            }));
        }
    }
    for task in tasks {
        task.await.unwrap();
    }
    let seen = weigh(&world, tenant, at(2)).await.suspicion.unwrap().seen;
    assert_eq!((seen.wrong, seen.recipients, seen.opened), (192, 64, 64));
    assert_eq!(seen.luck, Luck::of_guess(1_000_000).times(192));
    let told = world.events(tenant).await.iter().filter(|event| *event == "spray_suspected").count();
    assert!((1..=2).contains(&told), "once for each level: {told}");
}
