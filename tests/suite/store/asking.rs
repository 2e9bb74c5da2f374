//! Challenges whose pages ask for the address: opened without a recipient, then given one, which may be
//! withdrawn.

use std::net::IpAddr;

use otpmint::domain::challenges::asking::{Ask, Asking};
use otpmint::domain::challenges::challenge::{Binding, ChallengeStatus};
use otpmint::domain::challenges::channel::ChannelKind;
use otpmint::domain::challenges::code::Alphabet;
use otpmint::domain::challenges::details::Details;
use otpmint::domain::challenges::fallback::Fallback;
use otpmint::domain::challenges::purpose::Purpose;
use otpmint::domain::challenges::return_url::{Hosting, ReturnUrl};
use otpmint::domain::deliveries::delivery::{DeliveryEnd, DeliveryError, DeliveryStatus};
use otpmint::domain::deliveries::provider_report::{Fate, ProviderReport, ReportOutcome, ReportedMessage};
use otpmint::domain::deliveries::report::TriedRoute;
use otpmint::domain::id::{ChallengeId, TenantId};
use otpmint::domain::limits::limit::Limit;
use otpmint::domain::mailbox::{Mailbox, Spelling};
use otpmint::domain::phone::fraud::rules::Budget;
use otpmint::domain::reports::actor::Actor;
use otpmint::domain::secret::{CodeHash, RecipientIndex, ResultHash, Sealed};
use otpmint::domain::tenants::route::RouteHandle;
use otpmint::domain::time::Timestamp;
use otpmint::domain::webhooks::event::EventKinds;
use otpmint::store::{
    Attempt, Decision, Issued, NewRecipient, NewResult, OpenAsking, Resend, Target, Withdrawn,
};

use crate::store::world::{
    JANE, JOE, KEEP, RIGHT, TTL, WRONG, World, at, attempt, deadline, generous, limits, room, seconds, sends,
};

const ORIGIN: Actor = Actor::at(Some(IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 5))));

fn asks() -> Details {
    let return_url = Some(ReturnUrl::parse("https://app.example/done").unwrap());
    let asking = Asking { ask: Ask::Either, length: 6 };
    let hosting =
        Hosting { return_url, embed: false, alphabet: Alphabet::Digits, asks: Some(asking), trusted: false };
    Details::default().hosted(Some(hosting))
}

pub async fn open(world: &World, tenant: TenantId, now: Timestamp) -> ChallengeId {
    let challenge = world.new_id(now);
    let open = OpenAsking {
        now,
        tenant,
        challenge,
        purpose: Purpose::LOGIN,
        channel: ChannelKind::Email,
        payload: Sealed(b"a draft".to_vec()),
        expires_at: now + TTL,
        max_attempts: 5,
        max_sends: sends().max_sends,
        own_failures: None,
        details: asks(),
        by: ORIGIN,
        once: None,
        subjects: Vec::new(),
        cap: Budget::NONE,
        events: EventKinds::none(),
    };
    assert_eq!(world.store.issue(open.into()).await, Ok(Issued::Opened));
    challenge
}

/// Jane or Joe; the message tells which, and when.
pub fn recipient(
    (tenant, challenge): (TenantId, ChallengeId),
    recipient: RecipientIndex,
    code: CodeHash,
    now: Timestamp,
) -> NewRecipient {
    let (purpose, channel) = (Purpose::LOGIN, ChannelKind::Email);
    NewRecipient {
        now,
        binding: Binding { tenant, challenge, purpose, channel, recipient },
        hint: "j***@e***.com".to_owned(),
        domain: "example.com".to_owned(),
        country: None,
        code_key: 3,
        code_hash: code,
        space: 1_000_000,
        payload: message(recipient),
        expires_at: deadline(),
        fallback: Fallback::default(),
        cooldowns: sends().cooldowns,
        limits: generous(),
        by: ORIGIN,
        other_indexes: Vec::new(),
        mailbox: Mailbox::default(),
        phone: None,
    }
}

fn message(recipient: RecipientIndex) -> Sealed {
    Sealed([b"a message to ".as_slice(), &recipient.0].concat())
}

async fn give(world: &World, owner: (TenantId, ChallengeId), to: RecipientIndex, now: Timestamp) -> Issued {
    world.store.issue(recipient(owner, to, RIGHT, now).into()).await.unwrap()
}

async fn withdraw(world: &World, (tenant, id): (TenantId, ChallengeId), now: Timestamp) -> Withdrawn {
    world.store.withdraw_recipient(tenant, id, ORIGIN, now).await.unwrap()
}

async fn settle(world: &World, id: ChallengeId, end: DeliveryEnd, now: Timestamp) {
    world.store.settle_delivery(id, end, None, now).await.unwrap();
}

/// A challenge with a recipient, whose message was sent.
async fn given(world: &World, tenant: TenantId, to: RecipientIndex) -> (TenantId, ChallengeId) {
    let owner = (tenant, open(world, tenant, at(0)).await);
    assert!(matches!(give(world, owner, to, at(1)).await, Issued::Queued(_)));
    settle(world, owner.1, DeliveryEnd::Sent, at(2)).await;
    owner
}

#[tokio::test]
async fn a_challenge_without_a_recipient_is_pending_and_nothing_can_be_done_with_its_code() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let id = open(&world, tenant, at(0)).await;
    let world = world.restart();
    let found = world.find(tenant, id).await;
    assert_eq!((found.to, found.delivery, found.resend_at, found.sends_remaining), (None, None, None, 3));
    assert_eq!(found.standing.status, ChallengeStatus::Pending);
    assert_eq!(world.attempt(id, RIGHT, at(1)).await, Decision::NoRecipient);
    let (now, cooldowns, limits) = (at(1), sends().cooldowns, generous());
    let resend = Resend {
        now,
        tenant,
        challenge: id,
        cooldowns,
        limits,
        by: Actor::default(),
        once: None,
        phone: None,
    };
    assert!(matches!(world.store.issue(resend.into()).await.unwrap(), Issued::NoRecipient));
    assert_eq!(world.find(tenant, id).await.standing.attempts, 0);
    assert!(world.store.claim_deliveries(at(1_000_000), room(10)).await.unwrap().is_empty());
    assert_eq!(world.events(tenant).await, ["tenant_registered", "minted"]);
}

#[tokio::test]
async fn a_recipient_is_given_once_and_its_message_sent() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let owner = (tenant, open(&world, tenant, at(0)).await);
    let Issued::Queued(delivery) = give(&world, owner, JANE, at(1)).await else { panic!("it was not given") };
    assert_eq!((delivery.challenge, delivery.sends, delivery.queued_at), (owner.1, 1, at(1)));
    assert_eq!(delivery.payload, message(JANE));
    assert!(matches!(give(&world, owner, JOE, at(2)).await, Issued::Already));
    let found = world.find(tenant, owner.1).await;
    assert_eq!((found.to.as_deref(), found.sends_remaining), (Some("j***@e***.com"), 2));
    assert_eq!((found.delivery, found.resend_at), (Some(DeliveryStatus::Queued), Some(at(1) + seconds(30))));
    assert!(matches!(world.attempt(owner.1, RIGHT, at(3)).await, Decision::Verified(_)));
    assert!(matches!(give(&world, owner, JOE, at(4)).await, Issued::Ended(ChallengeStatus::Verified)));
    let events = ["tenant_registered", "minted", "recipient_given", "verified"];
    assert_eq!(world.events(tenant).await, events);
}

#[tokio::test]
async fn what_a_former_process_had_in_hand_is_claimed_by_the_next_one() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let owner = (tenant, open(&world, tenant, at(0)).await);
    give(&world, owner, JANE, at(1)).await;
    let world = world.restart();
    world.store.release_deliveries(at(2)).await.unwrap();
    let claimed = world.store.claim_deliveries(at(3), room(10)).await.unwrap();
    assert_eq!((claimed.len(), &claimed[0].payload, claimed[0].sends), (1, &message(JANE), 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn of_many_who_give_a_recipient_one_does() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let owner = (tenant, open(&world, tenant, at(0)).await);
    let giving: Vec<_> = (0..64u8)
        .map(|at_once| {
            let store = world.store.clone();
            let new = recipient(owner, RecipientIndex([at_once; 16]), RIGHT, at(1));
            tokio::spawn(async move { matches!(store.issue(new.into()).await.unwrap(), Issued::Queued(_)) })
        })
        .collect();
    let mut given = 0;
    for task in giving {
        given += usize::from(task.await.unwrap());
    }
    assert_eq!((given, world.find(tenant, owner.1).await.sends_remaining), (1, 2));
}

#[tokio::test]
async fn a_withdrawn_recipient_leaves_nothing_that_the_next_one_could_be_answered_with() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let owner = given(&world, tenant, JANE).await;
    assert_eq!(withdraw(&world, owner, at(3)).await, Withdrawn::Withdrawn);
    assert_eq!(withdraw(&world, owner, at(3)).await, Withdrawn::Already);
    let found = world.find(tenant, owner.1).await;
    assert_eq!((found.to, found.delivery, found.sends_remaining), (None, None, 2));
    assert_eq!(world.attempt(owner.1, RIGHT, at(3)).await, Decision::NoRecipient);
    // The next one has another code.
    let other = CodeHash([0xdd; 32]);
    let new = recipient(owner, JOE, other, at(4));
    assert!(matches!(world.store.issue(new.into()).await.unwrap(), Issued::Queued(_)));
    assert!(matches!(world.attempt(owner.1, RIGHT, at(5)).await, Decision::Mismatched { .. }));
    let by = |index| Attempt {
        target: Target::Latest(vec![index], Some((Purpose::LOGIN, Spelling::default()))),
        tenant: Some(tenant),
        ..attempt(owner.1, other, at(5))
    };
    assert_eq!(world.decide(by(JANE)).await, Decision::Unknown, "it is not Jane's any more");
    assert!(matches!(world.decide(by(JOE)).await, Decision::Verified(_)));
}

#[tokio::test]
async fn a_result_that_was_made_out_for_a_withdrawn_recipient_is_not_left() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let owner = given(&world, tenant, JANE).await;
    let hash = ResultHash([7; 32]);
    let on_page = |of| {
        let (message, recipient) = (message(of), Sealed(b"a sealed recipient".to_vec()));
        let result = NewResult { message, hash, recipient, expires_at: at(60_000) };
        Attempt { target: Target::Hosted(owner.1, result), ..attempt(owner.1, RIGHT, at(5)) }
    };
    withdraw(&world, owner, at(3)).await;
    assert!(matches!(give(&world, owner, JOE, at(4)).await, Issued::Queued(_)));
    assert_eq!(world.decide(on_page(JANE)).await, Decision::NoRecipient);
    assert_eq!(world.find(tenant, owner.1).await.standing.attempts, 0);
    assert!(matches!(world.decide(on_page(JOE)).await, Decision::Verified(_)));
}

#[tokio::test]
async fn a_recipient_whose_message_is_in_hand_stays_until_its_outcome_is_known() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let owner = (tenant, open(&world, tenant, at(0)).await);
    give(&world, owner, JANE, at(1)).await;
    assert_eq!(withdraw(&world, owner, at(2)).await, Withdrawn::UnderWay);
    let again = DeliveryEnd::RetryAt(at(60_000), DeliveryError::ConnectionFailed);
    settle(&world, owner.1, again, at(3)).await;
    assert_eq!(withdraw(&world, owner, at(4)).await, Withdrawn::Withdrawn);
    assert!(
        world.store.claim_deliveries(at(100_000), room(10)).await.unwrap().is_empty(),
        "it is not sent any more"
    );
}

#[tokio::test]
async fn messages_and_attempts_are_those_of_the_challenge_whoever_is_given() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let owner = given(&world, tenant, JANE).await;
    world.attempt(owner.1, WRONG, at(3)).await;
    withdraw(&world, owner, at(4)).await;
    give(&world, owner, JOE, at(5)).await;
    settle(&world, owner.1, DeliveryEnd::Sent, at(6)).await;
    world.attempt(owner.1, WRONG, at(7)).await;
    withdraw(&world, owner, at(8)).await;
    give(&world, owner, JANE, at(9)).await;
    settle(&world, owner.1, DeliveryEnd::Sent, at(10)).await;
    let found = world.find(tenant, owner.1).await;
    assert_eq!((found.standing.attempts_remaining(), found.sends_remaining, found.resend_at), (3, 0, None));
    assert_eq!(withdraw(&world, owner, at(11)).await, Withdrawn::Spent);
    assert!(matches!(world.attempt(owner.1, RIGHT, at(12)).await, Decision::Verified(_)));
}

#[tokio::test]
async fn a_recipients_limits_hold_and_a_refusal_changes_nothing() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    given(&world, tenant, JANE).await;
    let owner = (tenant, open(&world, tenant, at(3)).await);
    let strict =
        NewRecipient { limits: limits(&["1/1h"], "9/1h", 9), ..recipient(owner, JANE, RIGHT, at(4)) };
    let Issued::Limited(hit) = world.store.issue(strict.into()).await.unwrap() else { panic!("no limit") };
    assert_eq!(hit.limit, Limit::SendsPerRecipient);
    assert_eq!(world.find(tenant, owner.1).await.to, None);
    assert!(matches!(give(&world, owner, JOE, at(5)).await, Issued::Queued(_)));
}

#[tokio::test]
async fn a_message_that_was_withdrawn_before_it_went_out_does_not_count_for_its_recipient() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let owner = (tenant, open(&world, tenant, at(0)).await);
    give(&world, owner, JANE, at(1)).await;
    let again = DeliveryEnd::RetryAt(at(60_000), DeliveryError::ServerUnavailable);
    settle(&world, owner.1, again, at(2)).await;
    assert_eq!(withdraw(&world, owner, at(3)).await, Withdrawn::Withdrawn);
    let only = NewRecipient { limits: limits(&["1/1h"], "9/1h", 9), ..recipient(owner, JANE, RIGHT, at(4)) };
    assert!(matches!(world.store.issue(only.into()).await.unwrap(), Issued::Queued(_)));
}

#[tokio::test]
async fn what_is_given_back_of_a_failed_message_is_the_moment_at_which_its_recipient_was_given() {
    let world = World::new();
    let (tenant, limits) = (world.tenant(1).await, limits(&["2/10m"], "9/1h", 9));
    let id = open(&world, tenant, at(0)).await;
    let new = NewRecipient { limits: limits.clone(), ..recipient((tenant, id), JANE, RIGHT, at(1_000)) };
    assert!(matches!(world.store.issue(new.into()).await.unwrap(), Issued::Queued(_)));
    world.open_within(&limits, (tenant, JANE), at(300_000)).await.unwrap();
    settle(&world, id, DeliveryEnd::Failed(DeliveryError::RecipientRefused), at(300_001)).await;
    world.open_within(&limits, (tenant, JANE), at(301_000)).await.unwrap();
    let hit = world.open_within(&limits, (tenant, JANE), at(302_000)).await.expect_err("two were sent");
    assert_eq!(hit.retry_after, seconds(598), "until the first of them leaves the window");
}

#[tokio::test]
async fn a_challenge_that_has_ended_keeps_its_recipient() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let owner = given(&world, tenant, JANE).await;
    let expired = Withdrawn::Ended(ChallengeStatus::Expired);
    assert_eq!(withdraw(&world, owner, deadline()).await, expired);
    let found = world.find(tenant, owner.1).await;
    assert!(found.to.is_some() && found.delivery == Some(DeliveryStatus::Sent));
}

#[tokio::test]
async fn only_the_tenant_of_a_page_that_asks_has_it_given_and_withdrawn() {
    let world = World::new();
    let (tenant, other) = (world.tenant(1).await, world.tenant(2).await);
    let id = open(&world, tenant, at(0)).await;
    assert!(matches!(give(&world, (other, id), JANE, at(1)).await, Issued::Unknown));
    let owner = given(&world, tenant, JANE).await;
    assert_eq!(withdraw(&world, (other, owner.1), at(3)).await, Withdrawn::Unknown);
    let fixed = world.open(tenant, JOE, at(0)).await;
    settle(&world, fixed, DeliveryEnd::Sent, at(1)).await;
    assert_eq!(withdraw(&world, (tenant, fixed), at(3)).await, Withdrawn::Unknown);
    assert!(matches!(give(&world, (tenant, fixed), JANE, at(3)).await, Issued::Already));
}

#[tokio::test]
async fn what_was_never_given_a_recipient_expires_like_everything_else() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let (id, called_off) = (open(&world, tenant, at(0)).await, open(&world, tenant, at(0)).await);
    assert!(world.store.cancel_challenge(tenant, called_off, Actor::default(), at(1)).await.unwrap());
    let swept = world.sweep(deadline(), KEEP).await.unwrap();
    assert_eq!((swept.expired, world.status(tenant, id).await), (1, ChallengeStatus::Expired));
    assert!(world.store.hosted_challenge(id).await.unwrap().expect("it is there").payload.is_none());
    assert!(matches!(
        give(&world, (tenant, id), JANE, deadline()).await,
        Issued::Ended(ChallengeStatus::Expired)
    ));
}

#[tokio::test]
async fn a_report_about_a_withdrawn_number_changes_nothing_that_is_shown() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let id = open(&world, tenant, at(0)).await;
    let binding = |new: NewRecipient| Binding { channel: ChannelKind::Whatsapp, ..new.binding };
    let mut new = recipient((tenant, id), JANE, RIGHT, at(1));
    new.binding = binding(new.clone());
    new.fallback = Fallback::parse("sms@30").unwrap();
    assert!(matches!(world.store.issue(new.into()).await.unwrap(), Issued::Queued(_)));
    let route = RouteHandle::parse("smtp_aaaaaaaaaaaaaaaa").unwrap();
    let tried = TriedRoute { route: route.clone(), reply: None, word: None, id: None, is_unconfirmed: false };
    world.store.settle_delivery(id, DeliveryEnd::Sent, Some(tried), at(2)).await.unwrap();
    let withdrawn = world.store.withdraw_recipient(tenant, id, ORIGIN, at(3)).await;
    assert_eq!(withdrawn, Ok(Withdrawn::Withdrawn));
    assert_eq!(world.store.claim_fallbacks(at(60_000), at(70_000), 9).await, Ok(Vec::new()));
    let message = ReportedMessage::Sent { challenge: id, number: 1 };
    let report = ProviderReport { message, route, fate: Fate::Failed, code: None };
    assert_eq!(world.store.record_report(report, at(4)).await, Ok(ReportOutcome::Changed));
    let (shown, deliveries) = world.store.challenge_with_deliveries(tenant, id).await.unwrap().unwrap();
    assert_eq!((shown.to, shown.delivery, deliveries[0].status), (None, None, DeliveryStatus::Failed));
    assert_eq!(world.store.claim_fallbacks(at(60_000), at(70_000), 9).await, Ok(Vec::new()));
}
