//! Sandboxes: created once, as active as their tenant, and what they would have sent.

use std::time::Duration;

use otpmint::domain::challenges::channel::ChannelKind;
use otpmint::domain::deliveries::delivery::DeliveryStatus;
use otpmint::domain::id::{ChallengeId, TenantId};
use otpmint::domain::policy::GrantedLimits;
use otpmint::domain::reports::actor::Actor;
use otpmint::domain::secret::{RecipientIndex, Sealed, SecretKeyHash};
use otpmint::domain::tenants::credential::Scopes;
use otpmint::domain::tenants::tenant::{Tenant, TenantStatus};
use otpmint::domain::time::Timestamp;
use otpmint::store::{
    Changed, Decision, Issued, KEEP_MAILS, MAX_MAILS, MAX_TEST_KEYS, MailFilter, NewLimits, OpenChallenge,
    Resend, SandboxMail, TestKeyAdded,
};

use crate::store::world::{JANE, JOE, KEEP, RIGHT, World, at, generous, room, sends};

async fn add(world: &World, live: TenantId, key: u8) -> TestKeyAdded {
    world.store.add_test_key(world.test_key(live, key), at(1)).await.unwrap()
}

async fn sandbox(world: &World, live: TenantId, key: u8) -> Tenant {
    match add(world, live, key).await {
        TestKeyAdded::Added(sandbox) => *sandbox,
        other => panic!("{other:?}"),
    }
}

fn mail(tenant: TenantId, challenge: i64, recipient: RecipientIndex, now: Timestamp) -> SandboxMail {
    let content = Sealed(format!("mail of {challenge}").into_bytes());
    SandboxMail { tenant, challenge: ChallengeId(challenge), recipient, at: now, content }
}

async fn kept(world: &World, tenant: TenantId, filter: MailFilter) -> Vec<i64> {
    let mails = world.store.sandbox_mails(tenant, filter, 1000).await.unwrap();
    mails.into_iter().map(|mail| mail.challenge.0).collect()
}

#[tokio::test]
async fn limits_of_a_tenant_are_those_of_its_sandbox_and_are_not_set_over_a_change() {
    let world = World::new();
    let (live, other) = (world.tenant(1).await, world.tenant(9).await);
    let sandbox = sandbox(&world, live, 2).await;
    let limits = GrantedLimits { mint_per_tenant: "50/1s".parse().ok(), ..GrantedLimits::default() };
    let set = async |tenant, seen| {
        let new = NewLimits { tenant, seen, limits: limits.clone(), status: None, by: Actor::default() };
        world.store.set_limits(new, at(2)).await.unwrap()
    };
    assert_eq!(set(live, 7).await, Changed::Conflict);
    assert_eq!(set(sandbox.id, sandbox.revision).await, Changed::Conflict);
    assert_eq!(set(live, 0).await, Changed::Changed);
    assert_eq!(set(live, 0).await, Changed::Conflict);
    let limits_of = async |id| world.store.tenant(id).await.unwrap().unwrap().limits;
    assert_eq!((limits_of(live).await, limits_of(sandbox.id).await), (limits.clone(), limits.clone()));
    assert!(limits_of(other).await.is_empty());
}

#[tokio::test]
async fn the_first_test_key_makes_the_sandbox_and_the_next_ones_open_the_same() {
    let world = World::new();
    let live = world.tenant(1).await;
    assert!(world.store.sandbox_of(live).await.unwrap().is_none());
    let first = sandbox(&world, live, 2).await;
    assert_eq!((first.sandbox_of, first.name.as_str()), (Some(live), "tenant 1"));
    assert!(first.routes.is_none(), "the accounts stay with the live tenant");
    assert_eq!(sandbox(&world, live, 3).await.id, first.id);
    for key in [2, 3] {
        let found = world.store.tenant_by_key(SecretKeyHash([key; 32]), at(2)).await.unwrap().unwrap();
        assert_eq!((found.0.id, found.1.scopes), (first.id, Scopes::USUAL));
    }
    assert_eq!(world.events(first.id).await, ["tenant_registered", "key_added", "key_added"]);
    assert_eq!(world.store.tenants().await.unwrap().len(), 2);
}

#[tokio::test]
async fn test_keys_that_are_asked_for_at_once_make_one_sandbox() {
    let world = std::sync::Arc::new(World::new());
    let live = world.tenant(1).await;
    let mut tasks = tokio::task::JoinSet::new();
    for key in 10..20 {
        let world = world.clone();
        tasks.spawn(async move { sandbox(&world, live, key).await.id });
    }
    let made = tasks.join_all().await;
    assert!(made.iter().all(|id| *id == made[0]), "{made:?}");
}

#[tokio::test]
async fn a_sandbox_has_no_sandbox_and_not_any_number_of_keys_and_none_that_is_taken() {
    let world = World::new();
    let live = world.tenant(1).await;
    let sandbox = sandbox(&world, live, 2).await;
    assert!(matches!(add(&world, sandbox.id, 3).await, TestKeyAdded::Unknown));
    assert!(matches!(add(&world, TenantId(1), 3).await, TestKeyAdded::Unknown));
    assert!(matches!(add(&world, live, 1).await, TestKeyAdded::Taken));
    for key in 0..MAX_TEST_KEYS as u8 - 1 {
        assert!(matches!(add(&world, live, 10 + key).await, TestKeyAdded::Added(_)));
    }
    assert!(matches!(add(&world, live, 100).await, TestKeyAdded::TooMany));
}

#[tokio::test]
async fn a_disabled_tenant_takes_its_sandbox_along_on_every_path() {
    let world = World::new();
    let live = world.tenant(1).await;
    let sandbox = sandbox(&world, live, 2).await.id;
    let id = world.open(sandbox, JANE, at(2)).await;
    world.store.release_deliveries(at(2)).await.unwrap();
    world.store.set_tenant_status(live, TenantStatus::Disabled, Actor::default(), at(3)).await.unwrap();
    assert!(world.store.tenant_by_key(SecretKeyHash([2; 32]), at(4)).await.unwrap().is_none());
    assert!(world.store.claim_deliveries(at(4), room(10)).await.unwrap().is_empty());
    assert_eq!(world.attempt(id, RIGHT, at(4)).await, Decision::Unknown);
    world.store.set_tenant_status(live, TenantStatus::Active, Actor::default(), at(5)).await.unwrap();
    assert_eq!(world.store.claim_deliveries(at(6), room(10)).await.unwrap().len(), 1);
    assert!(matches!(world.attempt(id, RIGHT, at(6)).await, Decision::Verified(_)));
}

#[tokio::test]
async fn mails_are_found_by_recipient_and_challenge_in_their_own_sandbox_only() {
    let world = World::new();
    let (one, other) = (world.tenant(1).await, world.tenant(2).await);
    for (challenge, recipient) in [(11, JANE), (12, JOE), (13, JANE)] {
        world.store.keep_mail(mail(one, challenge, recipient, at(challenge))).await.unwrap();
    }
    world.store.keep_mail(mail(other, 14, JANE, at(14))).await.unwrap();
    let all = MailFilter::default();
    let to = |indexes: &[RecipientIndex]| MailFilter { recipient: Some(indexes.to_vec()), challenge: None };
    let of = |challenge| MailFilter { recipient: None, challenge: Some(ChallengeId(challenge)) };
    assert_eq!(kept(&world, one, all.clone()).await, [13, 12, 11]);
    assert_eq!(kept(&world, one, to(&[JANE])).await, [13, 11]);
    assert_eq!(kept(&world, one, to(&[JOE, JANE])).await, [13, 12, 11], "one for each version of the key");
    assert_eq!(kept(&world, one, of(12)).await, [12]);
    assert_eq!(kept(&world, one, of(14)).await, [0; 0]);
    let latest = world.store.sandbox_mails(one, to(&[JOE]), 1).await.unwrap();
    assert_eq!(latest, [mail(one, 12, JOE, at(12))]);
    let latest = world.store.sandbox_mails(one, all.clone(), 1).await.unwrap();
    assert_eq!(latest, [mail(one, 13, JANE, at(13))]);
    assert_eq!(world.store.empty_sandbox(one).await, Ok(3));
    assert_eq!(kept(&world, one, all.clone()).await, [0; 0]);
    assert_eq!(kept(&world, other, all).await, [14]);
}

#[tokio::test]
async fn mails_are_kept_for_a_day_and_only_the_latest() {
    let world = World::new();
    let (one, other) = (world.tenant(1).await, world.tenant(2).await);
    world.store.keep_mail(mail(other, 1, JANE, at(0))).await.unwrap();
    for challenge in 0..MAX_MAILS as i64 + 2 {
        world.store.keep_mail(mail(one, challenge, JANE, at(challenge))).await.unwrap();
    }
    let left = kept(&world, one, MailFilter::default()).await;
    assert_eq!((left.len(), left.last()), (MAX_MAILS, Some(&2)));
    let almost = at(0) + KEEP_MAILS - Duration::from_millis(1);
    world.sweep(almost, KEEP).await.unwrap();
    assert_eq!(kept(&world, other, MailFilter::default()).await, [1]);
    world.sweep(at(10) + KEEP_MAILS, KEEP).await.unwrap();
    assert_eq!(kept(&world, other, MailFilter::default()).await, [0; 0]);
    assert_eq!(kept(&world, one, MailFilter::default()).await.last(), Some(&11));
}

#[tokio::test]
async fn what_is_delivered_by_its_tenant_is_never_queued_or_sent_again_and_counts_as_a_send() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let mut open: OpenChallenge = world.challenge(tenant, JANE, at(0));
    open.binding.channel = ChannelKind::None;
    let id = open.binding.challenge;
    world.store.issue(open.into()).await.unwrap();
    world.store.release_deliveries(at(1)).await.unwrap();
    assert!(world.store.claim_deliveries(at(1), room(10)).await.unwrap().is_empty());
    let found = world.find(tenant, id).await;
    assert_eq!((found.channel, found.delivery), (ChannelKind::None, None::<DeliveryStatus>));
    let resend = Resend {
        now: at(40_000),
        tenant,
        challenge: id,
        cooldowns: sends().cooldowns,
        limits: generous(),
        by: Actor::default(),
        once: None,
        phone: None,
    };
    assert!(matches!(world.store.issue(resend.into()).await.unwrap(), Issued::Undeliverable));
    let one_in_all = crate::store::world::limits(&["1/24h"], "1000/24h", 1000);
    assert!(world.open_within(&one_in_all, (tenant, JANE), at(41_000)).await.is_err());
    assert!(world.store.cancel_challenge(tenant, id, Actor::default(), at(42_000)).await.unwrap());
    let canceled = world.find(tenant, id).await;
    assert_eq!((canceled.delivery, canceled.delivery_error), (None, None));
}
