//! Wrong answers for one recipient, over all of its challenges.

use std::sync::Arc;
use std::time::Duration;

use otpmint::domain::id::{ChallengeId, TenantId};
use otpmint::domain::limits::limit::Limit::{FailuresPerRecipient, RecipientLockout};
use otpmint::domain::limits::limit::LimitHit;
use otpmint::domain::limits::recipient::RecipientLimits;
use otpmint::domain::reports::actor::Actor;
use otpmint::domain::secret::{CodeHash, RecipientIndex};
use otpmint::domain::time::Timestamp;
use otpmint::store::{Attempt, Decision};

use crate::store::world::{JANE, JOE, RIGHT, WRONG, World, at, attempt, limits, refused};

const DAY: Duration = Duration::from_secs(86_400);

type Limits = Option<Arc<RecipientLimits>>;

async fn answer(world: &World, limits: &Limits, id: ChallengeId, hash: CodeHash, now: Timestamp) -> Decision {
    world.decide(Attempt { limits: limits.clone(), ..attempt(id, hash, now) }).await
}

/// A wrong answer to a new challenge.
async fn fail(world: &World, limits: &Limits, whose: (TenantId, RecipientIndex), now: Timestamp) {
    let id = world.open(whose.0, whose.1, now).await;
    let decision = answer(world, limits, id, WRONG, now).await;
    assert!(matches!(decision, Decision::Mismatched { .. }), "{decision:?}");
}

fn locked() -> LimitHit {
    refused(RecipientLockout, DAY)
}

#[tokio::test]
async fn failures_add_up_over_challenges_and_the_window_slides_to_the_millisecond() {
    let world = World::new();
    let jane = (world.tenant(1).await, JANE);
    let limits = limits(&["1000/24h"], "3/1h", 1000);
    for second in [0, 10, 20] {
        fail(&world, &limits, jane, at(second * 1000)).await;
    }
    let blocked = world.open(jane.0, jane.1, at(3_500_000)).await;
    let hit = |wait| Decision::Limited(refused(FailuresPerRecipient, Duration::from_millis(wait)));
    assert_eq!(answer(&world, &limits, blocked, RIGHT, at(3_599_999)).await, hit(1));
    assert_eq!(world.find(jane.0, blocked).await.standing.attempts, 0, "refused, so not evaluated");
    assert!(matches!(
        answer(&world, &limits, blocked, WRONG, at(3_600_000)).await,
        Decision::Mismatched { .. }
    ));
    assert_eq!(answer(&world, &limits, blocked, RIGHT, at(3_600_001)).await, hit(9_999));
}

#[tokio::test]
async fn a_tenants_own_window_at_minting_holds_beside_the_operators_whoever_answers() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let operator = limits(&["1000/24h"], "3/1h", 1000);
    let own_failures = "1/10m".parse().ok();
    let own = operator.as_deref().map(|limits| Arc::new(RecipientLimits { own_failures, ..limits.clone() }));
    let usual = world.open_within(&operator, (tenant, JANE), at(0)).await.unwrap();
    let strict = world.open_within(&own, (tenant, JANE), at(0)).await.unwrap();
    fail(&world, &operator, (tenant, JANE), at(1)).await;
    let hit = Decision::Limited(refused(FailuresPerRecipient, Duration::from_secs(600)));
    assert_eq!(answer(&world, &operator, strict, RIGHT, at(1)).await, hit);
    let refused = world.open_within(&own, (tenant, JANE), at(1)).await.unwrap_err();
    assert_eq!(hit, Decision::Limited(refused));
    assert!(matches!(answer(&world, &operator, usual, RIGHT, at(1)).await, Decision::Verified(_)));
    assert!(
        matches!(answer(&world, &None, strict, RIGHT, at(2)).await, Decision::Verified(_)),
        "switched off"
    );
}

#[tokio::test]
async fn failures_of_one_recipient_do_not_touch_another_or_another_tenants() {
    let world = World::new();
    let (tenant, other) = (world.tenant(1).await, world.tenant(2).await);
    let limits = limits(&["1000/24h"], "1/1h", 1000);
    fail(&world, &limits, (tenant, JANE), at(0)).await;
    fail(&world, &limits, (tenant, JOE), at(0)).await;
    fail(&world, &limits, (other, JANE), at(0)).await;
}

#[tokio::test]
async fn a_row_of_failures_locks_the_recipient_out_until_it_is_cleared() {
    let world = World::new();
    let jane = (world.tenant(1).await, JANE);
    let limits = limits(&["1000/24h"], "1000/24h", 3);
    for _ in 0..3 {
        fail(&world, &limits, jane, at(0)).await;
    }
    let years_later = at(0) + 2000 * DAY;
    assert_eq!(world.open_within(&limits, jane, years_later).await, Err(locked()));
    let id = world.open_within(&None, jane, years_later).await.unwrap();
    assert_eq!(answer(&world, &limits, id, RIGHT, years_later).await, Decision::Limited(locked()));
    assert_eq!(
        world
            .store
            .clear_recipient(jane.0, jane.1, "j***@e***.com".to_owned(), Actor::default(), at(0))
            .await,
        Ok(true)
    );
    assert_eq!(
        world
            .store
            .clear_recipient(jane.0, jane.1, "j***@e***.com".to_owned(), Actor::default(), at(0))
            .await,
        Ok(false)
    );
    assert!(matches!(answer(&world, &limits, id, RIGHT, years_later).await, Decision::Verified(_)));
}

#[tokio::test]
async fn clearing_is_for_one_tenants_recipient() {
    let world = World::new();
    let (tenant, other) = (world.tenant(1).await, world.tenant(2).await);
    let limits = limits(&["1000/24h"], "1000/24h", 1);
    fail(&world, &limits, (tenant, JANE), at(0)).await;
    assert_eq!(
        world.store.clear_recipient(other, JANE, "j***@e***.com".to_owned(), Actor::default(), at(0)).await,
        Ok(false)
    );
    assert_eq!(
        world.store.clear_recipient(tenant, JOE, "j***@e***.com".to_owned(), Actor::default(), at(0)).await,
        Ok(false)
    );
    assert_eq!(world.open_within(&limits, (tenant, JANE), at(1)).await, Err(locked()));
}

#[tokio::test]
async fn a_success_ends_the_row_but_not_the_window() {
    let world = World::new();
    let jane = (world.tenant(1).await, JANE);
    let limits = limits(&["1000/24h"], "4/1h", 3);
    for _ in 0..2 {
        fail(&world, &limits, jane, at(0)).await;
    }
    let id = world.open(jane.0, jane.1, at(1)).await;
    assert!(matches!(answer(&world, &limits, id, RIGHT, at(1)).await, Decision::Verified(_)));
    for _ in 0..2 {
        fail(&world, &limits, jane, at(2)).await;
    }
    let id = world.open(jane.0, jane.1, at(3)).await;
    let Decision::Limited(hit) = answer(&world, &limits, id, RIGHT, at(3)).await else { panic!() };
    assert_eq!(hit.limit, FailuresPerRecipient);
}

#[tokio::test]
async fn without_limits_failures_are_not_counted_but_attempts_are() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let id = world.open(tenant, JANE, at(0)).await;
    for _ in 0..5 {
        answer(&world, &None, id, WRONG, at(1)).await;
    }
    assert_eq!(
        world.status(tenant, id).await,
        otpmint::domain::challenges::challenge::ChallengeStatus::Exhausted
    );
    world.open_within(&limits(&["1000/24h"], "1/1h", 1), (tenant, JANE), at(2)).await.unwrap();
}

#[tokio::test]
async fn a_lockout_survives_a_restart() {
    let world = World::new();
    let jane = (world.tenant(1).await, JANE);
    let limits = limits(&["1000/24h"], "1000/24h", 1);
    fail(&world, &limits, jane, at(0)).await;
    assert_eq!(world.restart().open_within(&limits, jane, at(1)).await, Err(locked()));
}
