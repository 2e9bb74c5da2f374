//! Erasing what is stored of a person: everything that can be found to be theirs, and nothing that guards codes.

use otpmint::domain::challenges::challenge::ChallengeStatus;
use otpmint::domain::challenges::idempotency::{Once, RequestOutcome};
use otpmint::domain::deliveries::delivery::DeliveryEnd;
use otpmint::domain::factors::factor::FactorHandle;
use otpmint::domain::id::{ChallengeId, TenantId};
use otpmint::domain::limits::limit::Limit;
use otpmint::domain::mailbox::{Mailbox, Spelling};
use otpmint::domain::reports::actor::Actor;
use otpmint::domain::secret::{RecipientIndex, RequestDigest, ResultHash, Sealed};
use otpmint::domain::webhooks::event::EventKinds;
use otpmint::domain::webhooks::webhook::{Webhook, WebhookId};
use otpmint::store::{
    Attempt, Decision, ErasedRows, Erasure, KeptResponse, NewResult, OpenChallenge, Person, SandboxMail,
    Target, WebhookDeliveryPage,
};

use crate::store::webhooks;
use crate::store::world::{JANE, JOE, RIGHT, WRONG, World, at, attempt, limits, seconds};

/// Jane under a former version of the key.
const FORMER: RecipientIndex = RecipientIndex([6; 16]);
/// One of the spellings of Jane's address.
const SPELLED: RecipientIndex = RecipientIndex([5; 16]);

fn jane(tenant: TenantId) -> Person {
    Person {
        tenant,
        indexes: vec![JANE, FORMER],
        spellings: Vec::new(),
        hint: "j***@e***.com".to_owned(),
        factors: Vec::new(),
    }
}

async fn erase(world: &World, person: Person) -> ErasedRows {
    let mut erasure = Erasure::of(person, Actor::default());
    for _ in 0..1_000 {
        if erasure.is_done() {
            return erasure.erased;
        }
        erasure = world.store.erase_some(erasure, at(50_000)).await.unwrap();
    }
    panic!("an erasure does not come to an end");
}

fn once(key: u8) -> Once {
    Once {
        key: RequestDigest([key; 32]),
        fingerprint: RequestDigest([0xf0; 32]),
        others: Vec::new(),
        event: None,
        secret: None,
    }
}

/// Opens a challenge that was sent and verified on its page.
async fn ended(world: &World, tenant: TenantId, who: RecipientIndex, now: i64) -> ChallengeId {
    let open = OpenChallenge { once: Some(once(now as u8)), ..world.challenge(tenant, who, at(now)) };
    let id = open.binding.challenge;
    world.store.issue(open.into()).await.unwrap();
    let response = KeptResponse { response: Some(Sealed(vec![1; 40])), receipt: None };
    world.store.keep_response(tenant, once(now as u8).key, response).await.unwrap();
    world.store.settle_delivery(id, DeliveryEnd::Sent, None, at(now)).await.unwrap();
    let (message, recipient) = (Sealed(b"a sealed message".to_vec()), Sealed(vec![2; 40]));
    let hash = ResultHash([now as u8; 32]);
    let result = NewResult { message, hash, recipient, expires_at: at(60_000) };
    let answer = Attempt { target: Target::Hosted(id, result), ..attempt(id, RIGHT, at(now)) };
    assert!(matches!(world.decide(answer).await, Decision::Verified(_)));
    id
}

async fn is_there(world: &World, tenant: TenantId, id: ChallengeId) -> bool {
    world.store.challenge(tenant, id).await.unwrap().is_some()
}

async fn events(world: &World, tenant: TenantId) -> Vec<ChallengeId> {
    let page = WebhookDeliveryPage { status: None, before: None, limit: 100 };
    let rows = world.store.webhook_deliveries(tenant, webhooks::handle(0), page).await.unwrap();
    rows.expect("an endpoint").into_iter().filter_map(|row| row.challenge).collect()
}

#[tokio::test]
async fn whatever_can_be_found_to_be_a_persons_goes_and_nothing_of_others() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let other = world.tenant(2).await;
    // Later than its tenant, as every identity is.
    let id = WebhookId(tenant.0 + 1);
    let webhook = Webhook { id, ..webhooks::new(tenant, 0, EventKinds::all()) };
    assert!(world.store.add_webhook(webhook, Actor::default()).await.unwrap());
    let hers = ended(&world, tenant, JANE, 1).await;
    let pending = world.open(tenant, JANE, at(2)).await;
    let before = world.open(tenant, FORMER, at(3)).await;
    let his = ended(&world, tenant, JOE, 4).await;
    let elsewhere = world.open(other, JANE, at(5)).await;
    for (challenge, recipient) in [(hers, JANE), (his, JOE)] {
        let mail = SandboxMail { tenant, challenge, recipient, at: at(6), content: Sealed(vec![3; 40]) };
        world.store.keep_mail(mail).await.unwrap();
    }
    // It is so old that only the outcome of its message still says whose it was.
    world.store.forget_challenge_of(tenant, vec![JANE], hers).await.unwrap();
    let erased = erase(&world, jane(tenant)).await;
    let sent_and_verified = 2;
    let canceled = 2;
    assert_eq!(
        erased,
        ErasedRows {
            challenges: 3,
            canceled,
            deliveries: 1 + canceled,
            events: sent_and_verified + canceled,
            answers: 1,
            results: 1,
            sandbox_messages: 1,
        }
    );
    for id in [hers, pending, before] {
        assert!(!is_there(&world, tenant, id).await);
        assert_eq!(world.attempt(id, RIGHT, at(7)).await, Decision::Unknown);
    }
    assert!(is_there(&world, tenant, his).await);
    assert_eq!(world.status(other, elsewhere).await, ChallengeStatus::Pending);
    assert!(events(&world, tenant).await.iter().all(|id| *id == his));
    assert_eq!(events(&world, tenant).await.len(), 2);
    let result = |number: u8| world.store.take_result(tenant, vec![ResultHash([number; 32])], at(8));
    assert!(result(1).await.unwrap().is_none() && result(4).await.unwrap().is_some());
    // The request is still known, so that a repetition mints nothing.
    let recalled = world.store.recall(tenant, once(1).key, at(9)).await.unwrap().expect("a record");
    assert_eq!((recalled.outcome, recalled.response), (RequestOutcome::Opened(hers), None));
    assert!(world.store.recall(tenant, once(4).key, at(9)).await.unwrap().unwrap().response.is_some());
    assert_eq!(world.events(tenant).await.last().map(String::as_str), Some("recipient_erased"));
    assert_eq!(erase(&world, jane(tenant)).await, ErasedRows::default(), "nothing is left");
}

#[tokio::test]
async fn an_erasure_refills_no_budget() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let strict = limits(&["3/24h"], "4/24h", 100);
    let open = async |now| world.open_within(&strict, (tenant, JANE), at(now)).await;
    let wrong =
        async |id, now| world.decide(Attempt { limits: strict.clone(), ..attempt(id, WRONG, at(now)) }).await;
    let first = open(0).await.unwrap();
    for now in 1..4 {
        assert!(matches!(wrong(first, now).await, Decision::Mismatched { .. }));
    }
    erase(&world, jane(tenant)).await;
    let second = open(60_000).await.unwrap();
    assert_eq!(wrong(second, 60_001).await, Decision::Mismatched { attempts_remaining: 4 });
    let refused = wrong(second, 60_002).await;
    assert!(
        matches!(refused, Decision::Limited(hit) if hit.limit == Limit::FailuresPerRecipient),
        "{refused:?}"
    );
    erase(&world, jane(tenant)).await;
    let hit = open(60_003).await.unwrap_err();
    assert_eq!(hit.limit, Limit::FailuresPerRecipient, "nor can more codes be had");
    let other = limits(&["3/24h"], "50/24h", 100);
    world.open_within(&other, (tenant, JANE), at(60_004)).await.unwrap();
    let hit = world.open_within(&other, (tenant, JANE), at(60_005)).await.unwrap_err();
    assert_eq!(hit.limit, Limit::SendsPerRecipient);
}

#[tokio::test]
async fn a_challenge_that_was_never_sent_is_found_by_its_spelling_or_among_the_latest() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let spelled = |now| OpenChallenge {
        mailbox: Mailbox { overall: None, spelling: Spelling::of(vec![SPELLED]) },
        ..world.challenge(tenant, JANE, at(now))
    };
    let (by_spelling, by_latest) = (spelled(0), world.challenge(tenant, JANE, at(1)));
    let ids = [by_spelling.binding.challenge, by_latest.binding.challenge];
    for open in [by_spelling, by_latest] {
        world.store.issue(open.into()).await.unwrap();
    }
    for id in ids {
        world.attempt(id, RIGHT, at(2)).await;
        assert_eq!(world.status(tenant, id).await, ChallengeStatus::Verified);
    }
    // Without the outcomes of their messages.
    let erased = erase(&world, Person { spellings: vec![SPELLED], ..jane(tenant) }).await;
    assert_eq!((erased.challenges, erased.canceled), (2, 0));
}

#[tokio::test]
async fn an_erasure_that_was_cut_off_finds_what_is_left() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let mut ids = Vec::new();
    for now in 0..45 {
        ids.push(world.open(tenant, JANE, at(now)).await);
    }
    for cut_after in [3, 30, 55] {
        let mut erasure = Erasure::of(jane(tenant), Actor::default());
        for _ in 0..cut_after {
            erasure = world.store.erase_some(erasure, at(50_000)).await.unwrap();
        }
    }
    let world = world.restart();
    erase(&world, jane(tenant)).await;
    for id in ids {
        assert!(!is_there(&world, tenant, id).await);
    }
    assert_eq!(erase(&world, jane(tenant)).await, ErasedRows::default());
}

#[tokio::test]
async fn what_was_kept_about_factors_that_are_gone_goes_with_them() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let factor = FactorHandle::parse("fct_4hq7k2m9x3c8v5bn").unwrap();
    let erased = erase(&world, Person { factors: vec![factor], ..jane(tenant) }).await;
    assert_eq!(erased, ErasedRows::default());
    // A message that is being sent when it is canceled is settled later, and leaves nothing.
    let id = world.open(tenant, JANE, at(0)).await;
    erase(&world, jane(tenant)).await;
    world.store.settle_delivery(id, DeliveryEnd::Sent, None, at(0) + seconds(1)).await.unwrap();
    assert_eq!(erase(&world, jane(tenant)).await, ErasedRows::default());
}
