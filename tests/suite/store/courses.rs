//! Days in detail: by hour, by the delivery time of messages, by the causes of failures.

use otpmint::domain::deliveries::delivery::{DeliveryEnd, DeliveryError};
use otpmint::domain::id::TenantId;
use otpmint::domain::reports::actor::Actor;
use otpmint::domain::reports::course::{Course, CourseQuery, DELIVERY_TIME_BOUNDS};
use otpmint::domain::reports::statistics::Day;

use crate::store::world::{JANE, JOE, KEEP, RIGHT, World, at, deadline, seconds};

/// Every story begins at eight o'clock.
const BEGIN: usize = 8;
const HOUR: i64 = 3_600_000;

async fn courses(world: &World, tenant: Option<TenantId>) -> Vec<(Day, Course)> {
    let all = CourseQuery { tenant, from: Day::from_number(0), to: Day::from_number(100_000) };
    world.store.courses(all).await.unwrap()
}

async fn only(world: &World, tenant: TenantId) -> Course {
    let found = courses(world, Some(tenant)).await;
    assert_eq!(found.len(), 1);
    found[0].1
}

/// The causes that are not zero.
fn causes(course: &Course) -> Vec<(DeliveryError, u64)> {
    let all = DeliveryError::ALL.into_iter().zip(course.causes);
    all.filter(|(_, count)| *count > 0).collect()
}

#[tokio::test]
async fn a_challenge_counts_in_the_hour_of_its_mint_also_when_it_is_answered_in_the_next() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let late = world.open(tenant, JANE, at(HOUR - 1)).await;
    world.open(tenant, JOE, at(HOUR)).await;
    world.attempt(late, RIGHT, at(HOUR + 1)).await;
    let hours = only(&world, tenant).await.hours;
    assert_eq!((hours[BEGIN].minted, hours[BEGIN].verified), (1, 1));
    assert_eq!((hours[BEGIN + 1].minted, hours[BEGIN + 1].verified), (1, 0));
    assert_eq!(hours.iter().map(|hour| hour.minted).sum::<u64>(), 2);
}

#[tokio::test]
async fn a_message_counts_by_how_long_it_waited_since_it_was_queued() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let settle = |id, end, now| world.store.settle_delivery(id, end, None, now);
    let quick = world.open(tenant, JANE, at(0)).await;
    settle(quick, DeliveryEnd::Sent, at(40)).await.unwrap();
    settle(quick, DeliveryEnd::Sent, at(41)).await.unwrap();
    let slow = world.open(tenant, JOE, at(0)).await;
    settle(slow, DeliveryEnd::RetryAt(at(4_000), DeliveryError::TimedOut), at(3_000)).await.unwrap();
    settle(slow, DeliveryEnd::Sent, at(4_100)).await.unwrap();
    // Canceled, and sent nevertheless: by then nobody knows when it was queued.
    let canceled = world.open(tenant, JOE, at(0)).await;
    world.store.cancel_challenge(tenant, canceled, Actor::default(), at(1)).await.unwrap();
    settle(canceled, DeliveryEnd::Sent, at(2)).await.unwrap();
    let waits = only(&world, tenant).await.waits.0;
    let told: Vec<(u32, u64)> =
        DELIVERY_TIME_BOUNDS.into_iter().zip(waits).filter(|(_, count)| *count > 0).collect();
    assert_eq!(told, [(50, 1), (5_000, 1)]);
}

#[tokio::test]
async fn a_message_that_is_not_sent_counts_by_its_last_reason_and_no_longer_once_it_was_sent() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let settle = |id, end, now| world.store.settle_delivery(id, end, None, now);
    let refused = world.open(tenant, JANE, at(0)).await;
    settle(refused, DeliveryEnd::Failed(DeliveryError::RecipientRefused), at(1)).await.unwrap();
    let tried = world.open(tenant, JANE, at(0)).await;
    settle(tried, DeliveryEnd::RetryAt(at(9), DeliveryError::TimedOut), at(1)).await.unwrap();
    world.store.cancel_challenge(tenant, tried, Actor::default(), at(2)).await.unwrap();
    let canceled = world.open(tenant, JOE, at(0)).await;
    world.store.cancel_challenge(tenant, canceled, Actor::default(), at(2)).await.unwrap();
    world.open(tenant, JOE, at(0)).await;
    world.sweep(deadline() + seconds(1), KEEP).await.unwrap();
    let expected = [
        (DeliveryError::TimedOut, 1),
        (DeliveryError::RecipientRefused, 1),
        (DeliveryError::Expired, 1),
        (DeliveryError::Canceled, 1),
    ];
    assert_eq!(causes(&only(&world, tenant).await), expected);
    settle(canceled, DeliveryEnd::Sent, at(3)).await.unwrap();
    settle(tried, DeliveryEnd::Sent, at(3)).await.unwrap();
    let expected = [(DeliveryError::RecipientRefused, 1), (DeliveryError::Expired, 1)];
    assert_eq!(causes(&only(&world, tenant).await), expected);
}

#[tokio::test]
async fn the_courses_of_all_tenants_are_summed_and_each_sees_its_own() {
    let world = World::new();
    let [one, other] = [world.tenant(1).await, world.tenant(2).await];
    world.open(one, JANE, at(0)).await;
    world.open(other, JANE, at(0)).await;
    world.open(other, JOE, at(24 * HOUR)).await;
    let minted = |found: Vec<(Day, Course)>| -> Vec<(i64, u64)> {
        let first = Day::of(at(0)).number();
        found.iter().map(|(day, course)| (day.number() - first, course.hours[BEGIN].minted)).collect()
    };
    assert_eq!(minted(courses(&world, None).await), [(0, 2), (1, 1)]);
    assert_eq!(minted(courses(&world, Some(one)).await), [(0, 1)]);
    assert_eq!(minted(courses(&world, Some(other)).await), [(0, 1), (1, 1)]);
}
