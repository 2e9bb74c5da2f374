//! Opening a challenge: what is recorded, and what the recipient's limits refuse.

use std::time::Duration;

use otpmint::domain::challenges::challenge::{Challenge, ChallengeStatus, Standing};
use otpmint::domain::challenges::channel::ChannelKind;
use otpmint::domain::challenges::details::Details;
use otpmint::domain::challenges::purpose::Purpose;
use otpmint::domain::deliveries::delivery::DeliveryStatus;
use otpmint::domain::limits::limit::Limit::{FailuresPerRecipient, SendsPerRecipient};

use crate::store::world::{
    JANE, JOE, KEEP, MAX_ATTEMPTS, RIGHT, WRONG, World, at, attempt, deadline, limits, refused, seconds,
};

#[tokio::test]
async fn an_open_challenge_is_pending_and_its_tenant_alone_sees_it() {
    let world = World::new();
    let (tenant, other) = (world.tenant(1).await, world.tenant(2).await);
    let id = world.open(tenant, JANE, at(0)).await;
    let expected = Challenge {
        id,
        purpose: Purpose::parse("login").unwrap(),
        channel: ChannelKind::Email,
        to: Some("j***@e***.com".to_owned()),
        standing: Standing {
            status: ChallengeStatus::Pending,
            attempts: 0,
            max_attempts: MAX_ATTEMPTS,
            expires_at: deadline(),
        },
        max_sends: 3,
        sends_remaining: 2,
        resend_at: Some(at(30_000)),
        details: Details::default(),
        delivery: Some(DeliveryStatus::Queued),
        delivery_at: None,
        delivery_error: None,
    };
    assert_eq!(world.find(tenant, id).await, expected);
    assert_eq!(world.store.challenge(other, id).await, Ok(None));
    assert_eq!(world.restart().find(tenant, id).await, expected);
}

#[tokio::test]
async fn each_window_of_sends_opens_again_at_its_exact_end() {
    let world = World::new();
    let jane = (world.tenant(1).await, JANE);
    let limits = limits(&["2/10m", "3/1h"], "20/24h", 100);
    let wait = |millis| Err(refused(SendsPerRecipient, Duration::from_millis(millis)));
    world.open_within(&limits, jane, at(0)).await.unwrap();
    world.open_within(&limits, jane, at(1_000)).await.unwrap();
    assert_eq!(world.open_within(&limits, jane, at(2_000)).await, wait(598_000));
    assert_eq!(world.open_within(&limits, jane, at(599_999)).await, wait(1));
    world.open_within(&limits, jane, at(600_000)).await.unwrap();
    // The short window would allow another at 601 s; the long one already has its three.
    assert_eq!(world.open_within(&limits, jane, at(601_000)).await, wait(2_999_000));
    assert_eq!(world.open_within(&limits, jane, at(3_599_999)).await, wait(1));
    world.open_within(&limits, jane, at(3_600_000)).await.unwrap();
    assert_eq!(world.open_within(&limits, jane, at(3_600_000)).await, wait(1_000));
}

#[tokio::test]
async fn a_refused_challenge_leaves_nothing_behind() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let limits = limits(&["1/10m"], "20/24h", 100);
    let id = world.open_within(&limits, (tenant, JANE), at(0)).await.unwrap();
    for second in 1..5 {
        world.open_within(&limits, (tenant, JANE), at(second * 1000)).await.unwrap_err();
    }
    // If refusals were counted, the window would not open yet.
    world.open_within(&limits, (tenant, JANE), at(600_000)).await.unwrap();
    assert_eq!(world.events(tenant).await, ["tenant_registered", "minted", "minted"]);
    assert_eq!(world.store.release_deliveries(at(600_001)).await, Ok(2));
    assert_eq!(world.status(tenant, id).await, ChallengeStatus::Pending);
}

#[tokio::test]
async fn another_tenants_or_recipients_budget_is_untouched() {
    let world = World::new();
    let (tenant, other) = (world.tenant(1).await, world.tenant(2).await);
    let limits = limits(&["1/10m"], "20/24h", 100);
    world.open_within(&limits, (tenant, JANE), at(0)).await.unwrap();
    world.open_within(&limits, (tenant, JANE), at(1)).await.unwrap_err();
    world.open_within(&limits, (tenant, JOE), at(1)).await.unwrap();
    world.open_within(&limits, (other, JANE), at(1)).await.unwrap();
}

#[tokio::test]
async fn without_limits_nothing_is_refused_or_counted() {
    let world = World::new();
    let jane = (world.tenant(1).await, JANE);
    for _ in 0..20 {
        world.open_within(&None, jane, at(0)).await.unwrap();
    }
    world.open_within(&limits(&["1/10m"], "20/24h", 100), jane, at(0)).await.unwrap();
}

#[tokio::test]
async fn who_used_up_the_failures_is_sent_nothing_more() {
    let world = World::new();
    let jane = (world.tenant(1).await, JANE);
    let limits = limits(&["10/24h"], "2/1h", 100);
    let id = world.open_within(&limits, jane, at(0)).await.unwrap();
    for second in [1, 2] {
        let wrong = attempt(id, WRONG, at(second * 1000));
        world.decide(otpmint::store::Attempt { limits: limits.clone(), ..wrong }).await;
    }
    let hit = refused(FailuresPerRecipient, seconds(3600 - 2));
    assert_eq!(world.open_within(&limits, jane, at(3_000)).await, Err(hit));
    world.open_within(&limits, jane, at(3_601_000)).await.unwrap();
}

#[tokio::test]
async fn the_budget_of_sends_survives_a_restart() {
    let world = World::new();
    let jane = (world.tenant(1).await, JANE);
    let limits = limits(&["1/10m"], "20/24h", 100);
    world.open_within(&limits, jane, at(0)).await.unwrap();
    world.restart().open_within(&limits, jane, at(1)).await.unwrap_err();
}

#[tokio::test]
async fn a_clock_that_steps_back_a_little_gives_no_budget_away() {
    let world = World::new();
    let jane = (world.tenant(1).await, JANE);
    let limits = limits(&["2/10m"], "20/24h", 100);
    world.open_within(&limits, jane, at(60_000)).await.unwrap();
    world.open_within(&limits, jane, at(0)).await.unwrap();
    world.open_within(&limits, jane, at(599_999)).await.unwrap_err();
    world.open_within(&limits, jane, at(600_000)).await.unwrap();
    world.open_within(&limits, jane, at(659_999)).await.unwrap_err();
}

#[tokio::test]
async fn a_clock_that_was_far_ahead_does_not_refuse_for_ever() {
    let world = World::new();
    let jane = (world.tenant(1).await, JANE);
    let limits = limits(&["2/10m", "3/24h"], "20/24h", 100);
    let years = at(0) + seconds(10 * 365 * 86_400);
    world.open_within(&limits, jane, years).await.unwrap();
    world.open_within(&limits, jane, years).await.unwrap();
    world.open_within(&limits, jane, at(0)).await.unwrap();
    world.open_within(&limits, jane, at(1)).await.unwrap();
    world.open_within(&limits, jane, at(2)).await.unwrap_err();
}

#[tokio::test]
async fn identities_stay_in_use_when_their_challenges_are_gone() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let id = world.open(tenant, JANE, at(0)).await;
    assert!(world.store.greatest_id().await.unwrap() >= id.0);
    let later = deadline() + KEEP.challenges + seconds(1);
    world.sweep(later, KEEP).await.unwrap();
    assert_eq!(world.store.challenge(tenant, id).await, Ok(None));
    let floor = world.store.greatest_id().await.unwrap();
    assert!(floor >= id.0, "a clock that went back would hand the identity out again");
    assert!(matches!(world.attempt(id, RIGHT, at(1)).await, otpmint::store::Decision::Unknown));
}
