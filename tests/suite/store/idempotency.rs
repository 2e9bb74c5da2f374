//! Repeated requests: carried out once, remembered for a day.

use std::time::Duration;

use otpmint::domain::challenges::idempotency::{HELD, LIFETIME, Once, Remembered, RequestOutcome};
use otpmint::domain::id::{ChallengeId, TenantId};
use otpmint::domain::node::Node;
use otpmint::domain::reports::actor::Actor;
use otpmint::domain::secret::{CodeHash, RequestDigest, Sealed};
use otpmint::domain::time::Timestamp;
use otpmint::store::{Attempt, Decision, Issued, KeptResponse, OpenChallenge, Resend};

use crate::store::world::{JANE, KEEP, MAX_ATTEMPTS, RIGHT, WRONG, World, at, attempt, seconds, sends};

const MILLI: Duration = Duration::from_millis(1);

fn once(key: u8) -> Once {
    Once {
        key: RequestDigest([key; 32]),
        fingerprint: RequestDigest([0xf0; 32]),
        others: Vec::new(),
        event: None,
        secret: None,
    }
}

impl World {
    async fn open_once(&self, tenant: TenantId, key: u8, now: Timestamp) -> (ChallengeId, Issued) {
        let open = OpenChallenge { once: Some(once(key)), ..self.challenge(tenant, JANE, now) };
        let id = open.binding.challenge;
        (id, self.store.issue(open.into()).await.unwrap())
    }

    async fn attempt_once(&self, tenant: TenantId, id: ChallengeId, hash: CodeHash, key: u8) -> Decision {
        let (tenant, once) = (Some(tenant), Some(once(key)));
        self.decide(Attempt { tenant, once, ..attempt(id, hash, at(2)) }).await
    }

    async fn recall(&self, tenant: TenantId, key: u8, now: Timestamp) -> Option<Remembered> {
        self.store.recall(tenant, once(key).key, now).await.unwrap()
    }

    async fn outcome(&self, tenant: TenantId, key: u8) -> Option<RequestOutcome> {
        self.recall(tenant, key, at(3)).await.map(|remembered| remembered.outcome)
    }
}

#[tokio::test]
async fn a_repeated_mint_opens_nothing_and_finds_the_first() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let (id, opened) = world.open_once(tenant, 1, at(0)).await;
    assert_eq!(opened, Issued::Opened);
    let world = world.restart();
    let (other, opened) = world.open_once(tenant, 1, at(1)).await;
    assert_eq!(opened, Issued::Repeated);
    assert_eq!(world.store.challenge(tenant, other).await, Ok(None));
    let expected = Remembered {
        fingerprint: once(1).fingerprint,
        outcome: RequestOutcome::Opened(id),
        response: None,
        receipt: None,
        has_lost_receipt: false,
        held: Some((Node::SERVER, at(0) + HELD)),
    };
    assert_eq!(world.recall(tenant, 1, at(1)).await, Some(expected));
    assert_eq!(world.events(tenant).await, ["tenant_registered", "minted"]);
}

#[tokio::test]
async fn a_key_belongs_to_its_tenant() {
    let world = World::new();
    let (tenant, other) = (world.tenant(1).await, world.tenant(2).await);
    let (id, _) = world.open_once(tenant, 1, at(0)).await;
    assert_eq!(world.outcome(other, 1).await, None);
    let (others, opened) = world.open_once(other, 1, at(0)).await;
    assert_eq!(opened, Issued::Opened);
    assert_eq!(world.outcome(tenant, 1).await, Some(RequestOutcome::Opened(id)));
    assert_eq!(world.outcome(other, 1).await, Some(RequestOutcome::Opened(others)));
}

#[tokio::test]
async fn a_request_is_forgotten_after_a_day_and_not_before() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    world.open_once(tenant, 1, at(0)).await;
    let end = at(0) + LIFETIME;
    world.sweep(end - MILLI, KEEP).await.unwrap();
    assert!(world.recall(tenant, 1, end - MILLI).await.is_some());
    assert_eq!(world.open_once(tenant, 1, end - MILLI).await.1, Issued::Repeated);
    // It has expired whether or not it was swept.
    assert_eq!(world.recall(tenant, 1, end).await, None);
    let (id, opened) = world.open_once(tenant, 1, end).await;
    assert_eq!(opened, Issued::Opened);
    assert_eq!(world.recall(tenant, 1, end).await.unwrap().outcome, RequestOutcome::Opened(id));
    let swept = world.sweep(end + LIFETIME, KEEP).await.unwrap();
    assert_eq!((swept.deleted, swept.more), (1, false));
    assert_eq!(world.recall(tenant, 1, end).await, None);
}

#[tokio::test]
async fn a_repeated_answer_is_neither_evaluated_nor_counted() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let id = world.open(tenant, JANE, at(0)).await;
    let mismatched = Decision::Mismatched { attempts_remaining: MAX_ATTEMPTS - 1 };
    assert_eq!(world.attempt_once(tenant, id, WRONG, 1).await, mismatched);
    for hash in [WRONG, RIGHT] {
        assert_eq!(world.attempt_once(tenant, id, hash, 1).await, Decision::Repeated);
    }
    assert_eq!(world.find(tenant, id).await.standing.attempts, 1);
    let remembered = Some(RequestOutcome::Mismatched { attempts_remaining: MAX_ATTEMPTS - 1 });
    assert_eq!(world.outcome(tenant, 1).await, remembered);
    assert!(matches!(world.attempt_once(tenant, id, RIGHT, 2).await, Decision::Verified(_)));
    assert_eq!(world.outcome(tenant, 2).await, Some(RequestOutcome::Verified(id)));
    assert_eq!(world.outcome(tenant, 1).await, remembered);
}

#[tokio::test]
async fn another_key_never_gets_a_second_success() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let id = world.open(tenant, JANE, at(0)).await;
    assert!(matches!(world.attempt_once(tenant, id, RIGHT, 1).await, Decision::Verified(_)));
    assert!(matches!(world.attempt_once(tenant, id, RIGHT, 2).await, Decision::Ended(_)));
    assert_eq!(world.outcome(tenant, 2).await, None, "it changed nothing");
}

#[tokio::test]
async fn what_changed_nothing_may_be_tried_again_with_its_key() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let nobody = ChallengeId(404);
    assert_eq!(world.attempt_once(tenant, nobody, RIGHT, 1).await, Decision::Unknown);
    let limits = crate::store::world::limits(&["1/10m"], "1000/24h", 1000);
    let limited = |now| OpenChallenge {
        once: Some(once(2)),
        limits: limits.clone(),
        ..world.challenge(tenant, JANE, now)
    };
    world.open_within(&limits, (tenant, JANE), at(0)).await.unwrap();
    assert!(matches!(world.store.issue(limited(at(1)).into()).await, Ok(Issued::Limited(_))));
    assert_eq!((world.outcome(tenant, 1).await, world.outcome(tenant, 2).await), (None, None));
    let later = at(0) + seconds(600);
    assert_eq!(world.store.issue(limited(later).into()).await, Ok(Issued::Opened));
}

#[tokio::test]
async fn a_repeated_resend_sends_nothing() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let id = world.open(tenant, JANE, at(0)).await;
    let sent = otpmint::domain::deliveries::delivery::DeliveryEnd::Sent;
    world.store.settle_delivery(id, sent, None, at(1)).await.unwrap();
    let again = |now| Resend {
        now,
        tenant,
        challenge: id,
        cooldowns: sends().cooldowns,
        limits: None,
        by: Actor::default(),
        once: Some(once(1)),
        phone: None,
    };
    let first = at(0) + seconds(30);
    assert!(
        matches!(world.store.issue(again(first).into()).await, Ok(Issued::Queued(delivery)) if delivery.sends == 2)
    );
    world.store.settle_delivery(id, sent, None, first).await.unwrap();
    assert!(matches!(world.store.issue(again(first + seconds(60)).into()).await, Ok(Issued::Repeated)));
    assert_eq!(world.find(tenant, id).await.sends_remaining, 1);
    let remembered = world.recall(tenant, 1, first).await.unwrap();
    assert_eq!(remembered.outcome, RequestOutcome::Resent(id));
}

#[tokio::test]
async fn an_answer_is_kept_for_the_day_and_a_receipt_for_its_own_time() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let (id, _) = world.open_once(tenant, 1, at(0)).await;
    let (response, receipt) = (Sealed(b"the answer".to_vec()), Sealed(b"the receipt".to_vec()));
    let until = at(0) + seconds(120);
    let kept = KeptResponse { response: Some(response.clone()), receipt: Some((receipt.clone(), until)) };
    world.store.keep_response(tenant, once(1).key, kept.clone()).await.unwrap();
    // A request that was not carried out is not remembered.
    world.store.keep_response(tenant, once(9).key, kept).await.unwrap();
    assert_eq!(world.recall(tenant, 9, at(1)).await, None);
    let found = |now| {
        let found = world.store.recall(tenant, once(1).key, now);
        async move { found.await.unwrap().map(|found| (found.outcome, found.response, found.receipt)) }
    };
    let (opened, response) = (RequestOutcome::Opened(id), Some(response));
    let whole = Some((opened.clone(), response.clone(), Some(receipt)));
    assert_eq!(found(until - MILLI).await, whole);
    assert_eq!(found(until).await, Some((opened.clone(), response.clone(), None)), "not swept yet");
    world.sweep(until - MILLI, KEEP).await.unwrap();
    assert_eq!(found(until - MILLI).await, whole);
    world.sweep(until, KEEP).await.unwrap();
    assert_eq!(found(until - MILLI).await, Some((opened, response, None)), "erased");
}

#[tokio::test]
async fn a_request_is_held_by_its_node_until_its_answer_is_kept() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let (id, _) = world.open_once(tenant, 1, at(0)).await;
    let held = |key| {
        let found = world.recall(tenant, key, at(3));
        async move { found.await.unwrap().held }
    };
    assert_eq!(held(1).await, Some((Node::SERVER, at(0) + HELD)));
    let kept = KeptResponse { response: Some(Sealed(b"the response".to_vec())), receipt: None };
    world.store.keep_response(tenant, once(1).key, kept).await.unwrap();
    assert_eq!(held(1).await, None);
    // The answer to a wrong code is what was decided.
    world.attempt_once(tenant, id, WRONG, 2).await;
    assert_eq!(held(2).await, None);
    world.attempt_once(tenant, id, RIGHT, 3).await;
    assert_eq!(held(3).await, Some((Node::SERVER, at(2) + HELD)));
}

#[tokio::test]
async fn of_many_at_once_one_is_carried_out() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let opens: Vec<_> = (0..32)
        .map(|_| OpenChallenge { once: Some(once(1)), ..world.challenge(tenant, JANE, at(0)) })
        .map(|open| (open.binding.challenge, world.store.issue(open.into())))
        .collect();
    let mut opened = Vec::new();
    for (id, answer) in opens {
        if answer.await == Ok(Issued::Opened) {
            opened.push(id);
        }
    }
    let [id] = opened[..] else { panic!("{opened:?}") };
    assert_eq!(world.outcome(tenant, 1).await, Some(RequestOutcome::Opened(id)));
    let attempts: Vec<_> = (0..32)
        .map(|_| Attempt { tenant: Some(tenant), once: Some(once(2)), ..attempt(id, WRONG, at(1)) })
        .map(|attempt| world.store.record_attempt(attempt))
        .collect();
    let mut repeated = 0;
    for decision in attempts {
        repeated += usize::from(decision.await == Ok(Decision::Repeated));
    }
    assert_eq!((repeated, world.find(tenant, id).await.standing.attempts), (31, 1));
}
