//! Resending a code, and finding a challenge by its recipient.

use otpmint::domain::challenges::challenge::ChallengeStatus;
use otpmint::domain::challenges::purpose::Purpose;
use otpmint::domain::deliveries::delivery::{DeliveryEnd, DeliveryError, DeliveryStatus};
use otpmint::domain::id::{ChallengeId, TenantId};
use otpmint::domain::limits::limit::{Limit, LimitHit};
use otpmint::domain::mailbox::Spelling;
use otpmint::domain::reports::actor::Actor;
use otpmint::domain::time::Timestamp;
use otpmint::store::{Attempt, Decision, Issued, OpenChallenge, Resend, Target};

use crate::store::world::{
    JANE, JOE, RIGHT, WRONG, World, at, attempt, deadline, limits, room, seconds, sends,
};

fn again(tenant: TenantId, challenge: ChallengeId, now: Timestamp) -> Resend {
    Resend {
        now,
        tenant,
        challenge,
        cooldowns: sends().cooldowns,
        limits: None,
        by: Actor::default(),
        once: None,
        phone: None,
    }
}

async fn resend(world: &World, resend: Resend) -> Issued {
    world.store.issue(resend.into()).await.unwrap()
}

/// An open challenge whose first message went out at once.
async fn sent(world: &World, tenant: TenantId) -> ChallengeId {
    let id = world.open(tenant, JANE, at(0)).await;
    world.store.settle_delivery(id, DeliveryEnd::Sent, None, at(0)).await.unwrap();
    id
}

fn too_soon(wait: u64) -> LimitHit {
    LimitHit { limit: Limit::ResendCooldown, retry_after: std::time::Duration::from_millis(wait) }
}

#[tokio::test]
async fn the_same_message_goes_out_again_after_a_pause_that_grows_until_the_sends_are_spent() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let id = sent(&world, tenant).await;
    let first = resend(&world, again(tenant, id, at(29_999))).await;
    assert!(matches!(first, Issued::Limited(hit) if hit == too_soon(1)), "{first:?}");
    let second = resend(&world, again(tenant, id, at(30_000))).await;
    let Issued::Queued(delivery) = second else { panic!("{second:?}") };
    assert_eq!((delivery.sends, delivery.queued_at), (2, at(30_000)));
    assert_eq!((delivery.challenge, delivery.payload.0.as_slice()), (id, b"a sealed message".as_slice()));
    assert_eq!(delivery.expires_at, deadline());
    world.store.settle_delivery(id, DeliveryEnd::Sent, None, at(30_000)).await.unwrap();
    let early = resend(&world, again(tenant, id, at(89_999))).await;
    assert!(matches!(early, Issued::Limited(hit) if hit == too_soon(1)), "{early:?}");
    assert!(matches!(resend(&world, again(tenant, id, at(90_000))).await, Issued::Queued(_)));
    world.store.settle_delivery(id, DeliveryEnd::Sent, None, at(90_000)).await.unwrap();
    assert!(matches!(resend(&world, again(tenant, id, at(300_000))).await, Issued::Spent));
    assert_eq!(world.events(tenant).await[1..], ["minted", "resent", "resent"]);
}

#[tokio::test]
async fn what_is_given_back_of_a_failed_message_is_its_own_and_not_the_first_ones() {
    let world = World::new();
    let (tenant, limits) = (world.tenant(1).await, limits(&["2/10m"], "20/24h", 100));
    let id = world.open_within(&limits, (tenant, JANE), at(0)).await.unwrap();
    world.store.settle_delivery(id, DeliveryEnd::Sent, None, at(0)).await.unwrap();
    let second = Resend { limits: limits.clone(), ..again(tenant, id, at(400_000)) };
    assert!(matches!(resend(&world, second).await, Issued::Queued(_)));
    let end = DeliveryEnd::Failed(DeliveryError::RecipientRefused);
    world.store.settle_delivery(id, end, None, at(400_001)).await.unwrap();
    world.open_within(&limits, (tenant, JANE), at(401_000)).await.unwrap();
    let hit = world.open_within(&limits, (tenant, JANE), at(402_000)).await.expect_err("two were sent");
    assert_eq!(hit.retry_after, seconds(198), "until the first of them leaves the window");
}

#[tokio::test]
async fn sending_again_gives_back_no_attempt_and_no_time() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let id = sent(&world, tenant).await;
    world.attempt(id, WRONG, at(1_000)).await;
    let before = world.find(tenant, id).await.standing;
    assert!(matches!(resend(&world, again(tenant, id, at(30_000))).await, Issued::Queued(_)));
    let after = world.find(tenant, id).await;
    assert_eq!(after.standing, before);
    assert_eq!((after.sends_remaining, after.delivery), (1, Some(DeliveryStatus::Queued)));
    assert_eq!(after.resend_at, Some(at(90_000)));
}

#[tokio::test]
async fn a_message_that_is_still_on_its_way_is_not_doubled_and_survives_a_restart() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let id = sent(&world, tenant).await;
    resend(&world, again(tenant, id, at(30_000))).await;
    assert!(matches!(resend(&world, again(tenant, id, at(95_000))).await, Issued::UnderWay));
    let world = world.restart();
    assert_eq!(world.store.release_deliveries(at(95_000)).await, Ok(1));
    let claimed = world.store.claim_deliveries(at(95_000), room(10)).await.unwrap();
    // It is still the second message, with its own identity and its own time.
    assert_eq!((claimed.len(), claimed[0].sends, claimed[0].queued_at), (1, 2, at(30_000)));
}

#[tokio::test]
async fn only_a_pending_challenge_of_the_tenant_is_sent_again() {
    let world = World::new();
    let (tenant, other) = (world.tenant(1).await, world.tenant(2).await);
    let id = sent(&world, tenant).await;
    assert!(matches!(resend(&world, again(other, id, at(30_000))).await, Issued::Unknown));
    assert!(matches!(resend(&world, again(tenant, ChallengeId(7), at(30_000))).await, Issued::Unknown));
    let late = resend(&world, again(tenant, id, deadline())).await;
    assert!(matches!(late, Issued::Ended(ChallengeStatus::Expired)), "{late:?}");
    world.attempt(id, RIGHT, at(40_000)).await;
    let used = resend(&world, again(tenant, id, at(50_000))).await;
    assert!(matches!(used, Issued::Ended(ChallengeStatus::Verified)), "{used:?}");
}

#[tokio::test]
async fn sending_again_draws_on_the_budget_of_the_recipient() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let limits = limits(&["2/10m"], "20/24h", 100);
    let id = world.open_within(&limits, (tenant, JANE), at(0)).await.unwrap();
    world.store.settle_delivery(id, DeliveryEnd::Sent, None, at(0)).await.unwrap();
    let counted = |now| Resend { limits: limits.clone(), ..again(tenant, id, now) };
    assert!(matches!(resend(&world, counted(at(30_000))).await, Issued::Queued(_)));
    world.store.settle_delivery(id, DeliveryEnd::Sent, None, at(30_000)).await.unwrap();
    let third = resend(&world, counted(at(90_000))).await;
    let expected = LimitHit { limit: Limit::SendsPerRecipient, retry_after: seconds(510) };
    assert!(matches!(third, Issued::Limited(hit) if hit == expected), "{third:?}");
    assert!(world.open_within(&limits, (tenant, JANE), at(90_000)).await.is_err());
}

#[tokio::test]
async fn an_answer_finds_the_latest_pending_challenge_of_its_recipient_and_purpose() {
    let world = World::new();
    let (tenant, other) = (world.tenant(1).await, world.tenant(2).await);
    let first = world.open(tenant, JANE, at(0)).await;
    let second = world.open(tenant, JANE, at(1)).await;
    let mut reset = world.challenge(tenant, JANE, at(2));
    reset.binding.purpose = Purpose::parse("password_reset").unwrap();
    let third = reset.binding.challenge;
    world.store.issue(OpenChallenge { ..reset }.into()).await.unwrap();
    let latest = |owner, recipient, purpose: &str| Attempt {
        target: Target::Latest(
            vec![recipient],
            Purpose::parse(purpose).map(|purpose| (purpose, Spelling::default())),
        ),
        tenant: Some(owner),
        ..attempt(ChallengeId(0), RIGHT, at(10))
    };
    assert_eq!(world.decide(latest(other, JANE, "login")).await, Decision::Unknown);
    assert_eq!(world.decide(latest(tenant, JOE, "login")).await, Decision::Unknown);
    assert_eq!(world.decide(latest(tenant, JANE, "transaction")).await, Decision::Unknown);
    let verified = |decision: Decision| match decision {
        Decision::Verified(verified) => verified.binding.challenge,
        other => panic!("{other:?}"),
    };
    assert_eq!(verified(world.decide(latest(tenant, JANE, "login")).await), second);
    assert_eq!(verified(world.decide(latest(tenant, JANE, "login")).await), first);
    assert_eq!(verified(world.decide(latest(tenant, JANE, "password_reset")).await), third);
    assert_eq!(world.decide(latest(tenant, JANE, "login")).await, Decision::Unknown);
}
