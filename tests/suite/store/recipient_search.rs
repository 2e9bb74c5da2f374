//! What was sent to one recipient, found by its keyed indexes.

use std::time::Duration;

use otpmint::domain::challenges::challenge::ChallengeStatus;
use otpmint::domain::challenges::channel::ChannelKind;
use otpmint::domain::challenges::purpose::Purpose;
use otpmint::domain::deliveries::delivery::{DeliveryEnd, DeliveryError, DeliveryStatus};
use otpmint::domain::deliveries::history::Try;
use otpmint::domain::deliveries::reply::{EnhancedStatus, ReplyClass, ReplyCodes};
use otpmint::domain::deliveries::report::TriedRoute;
use otpmint::domain::deliveries::search::{RecipientFilter, RecipientPage, RecipientQuery};
use otpmint::domain::id::{ChallengeId, TenantId};
use otpmint::domain::mailbox::{Mailbox, OverallIndex};
use otpmint::domain::reports::actor::Actor;
use otpmint::domain::secret::RecipientIndex;
use otpmint::domain::tenants::route::RouteHandle;
use otpmint::domain::time::Timestamp;
use otpmint::store::{NewRecipient, OpenChallenge, Retention};

use crate::store::asking::{open as open_asking, recipient};
use crate::store::world::{JANE, JOE, KEEP, RIGHT, WRONG, World, at, deadline, seconds};

/// Jane under another version of the key.
const FORMER_JANE: RecipientIndex = RecipientIndex([77; 16]);
const OVERALL: RecipientIndex = RecipientIndex([70; 16]);

async fn page(
    world: &World,
    tenant: TenantId,
    indexes: &[RecipientIndex],
    (now, filter): (Timestamp, RecipientFilter),
) -> RecipientPage {
    let (indexes, overall) = (indexes.to_vec(), vec![OVERALL]);
    world.store.recipient_page(RecipientQuery { tenant, indexes, overall, now, filter }).await.unwrap()
}

async fn found(world: &World, tenant: TenantId, indexes: &[RecipientIndex]) -> Vec<ChallengeId> {
    let all = RecipientFilter { limit: 100, ..RecipientFilter::default() };
    page(world, tenant, indexes, (at(0), all)).await.rows.into_iter().map(|row| row.id).collect()
}

async fn sent(world: &World, tenant: TenantId, recipient: RecipientIndex, millis: i64) -> ChallengeId {
    let id = world.open(tenant, recipient, at(millis)).await;
    world.store.settle_delivery(id, DeliveryEnd::Sent, None, at(millis + 1)).await.unwrap();
    id
}

#[tokio::test]
async fn challenges_of_a_recipient_are_found_newest_first_under_all_of_its_indexes_and_of_no_other() {
    let world = World::new();
    let (tenant, other) = (world.tenant(1).await, world.tenant(2).await);
    let former = sent(&world, tenant, FORMER_JANE, 0).await;
    sent(&world, tenant, JOE, 1).await;
    sent(&world, other, JANE, 2).await;
    let jane = sent(&world, tenant, JANE, 3).await;
    // One that is still queued, and one that its tenant delivers itself.
    let queued = world.open(tenant, JANE, at(4)).await;
    let mut own = world.challenge(tenant, JANE, at(5));
    own.binding.channel = ChannelKind::None;
    let told = own.binding.challenge;
    world.store.issue(own.into()).await.unwrap();
    assert_eq!(found(&world, tenant, &[JANE, FORMER_JANE]).await, [told, queued, jane, former]);
    assert_eq!(found(&world, tenant, &[JANE]).await, [told, queued, jane]);
    assert_eq!(found(&world, tenant, &[RecipientIndex([9; 16])]).await, []);
}

#[tokio::test]
async fn pages_of_any_size_have_each_challenge_once() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let mut all = Vec::new();
    for millis in 0..7 {
        let index = if millis % 2 == 0 { JANE } else { FORMER_JANE };
        all.insert(0, sent(&world, tenant, index, millis * 10).await);
    }
    for limit in 1..9 {
        let (mut listed, mut after) = (Vec::new(), None);
        loop {
            let filter = RecipientFilter { limit, after, ..RecipientFilter::default() };
            let page = page(&world, tenant, &[JANE, FORMER_JANE], (at(0), filter)).await;
            assert!(page.rows.len() <= limit);
            listed.extend(page.rows.iter().map(|row| row.id));
            match page.next {
                None => break,
                next => after = next,
            }
        }
        assert_eq!(listed, all, "{limit}");
    }
}

#[tokio::test]
async fn a_message_has_its_route_its_tries_and_what_its_server_answered_also_after_its_challenge() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let id = world.open(tenant, JANE, at(0)).await;
    let route = RouteHandle::parse("smtp_2222222222222222").unwrap();
    let reply = ReplyCodes {
        class: ReplyClass::of(550).unwrap(),
        status: EnhancedStatus::parse("5.1.1 no such user"),
        code: None,
    };
    let tried =
        |reply| Some(TriedRoute { route: route.clone(), reply, word: None, id: None, is_unconfirmed: false });
    let again = DeliveryEnd::RetryAt(at(1_100), DeliveryError::TimedOut);
    world.store.settle_delivery(id, again, tried(None), at(100)).await.unwrap();
    let all = || RecipientFilter { limit: 10, ..RecipientFilter::default() };
    let waiting = page(&world, tenant, &[JANE], (at(200), all())).await.rows.remove(0).messages.remove(0);
    assert_eq!((waiting.status, waiting.next_try_at), (DeliveryStatus::Queued, Some(at(1_100))));
    let end = DeliveryEnd::Failed(DeliveryError::RecipientRefused);
    world.store.settle_delivery(id, end, tried(Some(reply)), at(1_200)).await.unwrap();
    for gone in [false, true] {
        if gone {
            let keep = Retention { challenges: Duration::ZERO, ..KEEP };
            world.sweep(deadline() + seconds(1), keep).await.unwrap();
            world.sweep(deadline() + seconds(2), keep).await.unwrap();
        }
        let row = page(&world, tenant, &[JANE], (at(2_000), all())).await.rows.remove(0);
        assert_eq!((row.id, row.challenge.is_none(), row.purpose), (id, gone, Purpose::LOGIN), "{gone}");
        let message = &row.messages[0];
        assert_eq!(message.failed_tries, [Try { at: at(100), failed: Some(DeliveryError::TimedOut) }]);
        assert_eq!((message.status, message.at), (DeliveryStatus::Failed, Some(at(1_200))));
        assert_eq!(
            (message.error, &message.route),
            (Some(DeliveryError::RecipientRefused), &Some(route.clone()))
        );
        assert_eq!((message.reply.as_deref(), message.reply_status.as_deref()), (Some("5xx"), Some("5.1.1")));
        assert_eq!((message.to.as_deref(), message.next_try_at), (Some("j***@e***.com"), None));
    }
    // The deliveries have their own time.
    let keep = Retention { deliveries: Duration::ZERO, ..KEEP };
    world.sweep(deadline() + seconds(3), keep).await.unwrap();
    assert_eq!(page(&world, tenant, &[JANE], (at(0), all())).await.rows, []);
}

#[tokio::test]
async fn they_are_filtered_by_purpose_status_and_time() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let verified = sent(&world, tenant, JANE, 0).await;
    world.attempt(verified, RIGHT, at(5)).await;
    let signup = Purpose::parse("signup").unwrap();
    let mut open = world.challenge(tenant, JANE, at(10));
    open.binding.purpose = signup.clone();
    let pending = open.binding.challenge;
    world.store.issue(open.into()).await.unwrap();
    let all = || RecipientFilter { limit: 10, ..RecipientFilter::default() };
    let listed = async |filter, now| -> Vec<ChallengeId> {
        page(&world, tenant, &[JANE], (now, filter)).await.rows.into_iter().map(|row| row.id).collect()
    };
    let of = |purpose| RecipientFilter { purpose: Some(purpose), ..all() };
    assert_eq!(listed(of(signup), at(20)).await, [pending]);
    assert_eq!(listed(of(Purpose::LOGIN), at(20)).await, [verified]);
    let with = |status| RecipientFilter { status: Some(status), ..all() };
    assert_eq!(listed(with(ChallengeStatus::Verified), at(20)).await, [verified]);
    assert_eq!(listed(with(ChallengeStatus::Pending), at(20)).await, [pending]);
    assert_eq!(listed(with(ChallengeStatus::Expired), deadline() + seconds(60)).await, [pending]);
    let between = |from, until| RecipientFilter { from, until, ..all() };
    assert_eq!(listed(between(Some(at(0)), Some(at(10))), at(20)).await, [verified]);
    assert_eq!(listed(between(Some(at(1)), None), at(20)).await, [pending]);
    assert_eq!(listed(between(None, Some(at(0))), at(20)).await, []);
    assert_eq!(listed(between(Some(at(0)), Some(at(11))), at(20)).await, [pending, verified]);
}

#[tokio::test]
async fn what_is_counted_is_the_sum_under_all_indexes() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let overall = || Some(OverallIndex { present: OVERALL, others: Vec::new() });
    for (millis, index) in [(0, JANE), (1, FORMER_JANE)] {
        let mailbox = Mailbox { overall: overall(), ..Mailbox::default() };
        let open = OpenChallenge { mailbox, ..world.challenge(tenant, index, at(millis)) };
        let id = open.binding.challenge;
        world.store.issue(open.into()).await.unwrap();
        world.attempt(id, WRONG, at(millis + 10)).await;
    }
    let all = RecipientFilter { limit: 1, ..RecipientFilter::default() };
    let page = page(&world, tenant, &[JANE, FORMER_JANE], (at(20), all)).await;
    assert_eq!(page.counters.in_a_row, 2);
    assert_eq!(page.counters.sends.within(seconds(60), at(20)), 2);
    assert_eq!(page.overall.sends.within(seconds(60), at(20)), 2);
}

#[tokio::test]
async fn a_message_to_whom_a_page_was_given_before_is_shown_to_nobody_else() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let id = open_asking(&world, tenant, at(0)).await;
    let first = recipient((tenant, id), JANE, RIGHT, at(1));
    world.store.issue(first.into()).await.unwrap();
    world.store.settle_delivery(id, DeliveryEnd::Sent, None, at(2)).await.unwrap();
    world.store.withdraw_recipient(tenant, id, Actor::default(), at(3)).await.unwrap();
    let second = NewRecipient { now: at(40_000), ..recipient((tenant, id), JOE, RIGHT, at(40_000)) };
    world.store.issue(second.into()).await.unwrap();
    let all = || RecipientFilter { limit: 10, ..RecipientFilter::default() };
    let jane = page(&world, tenant, &[JANE], (at(40_001), all())).await;
    let joe = page(&world, tenant, &[JOE], (at(40_001), all())).await;
    let statuses = |page: &RecipientPage| -> Vec<DeliveryStatus> {
        page.rows[0].messages.iter().map(|message| message.status).collect()
    };
    assert_eq!(statuses(&jane), [DeliveryStatus::Sent]);
    assert_eq!(statuses(&joe), [DeliveryStatus::Queued]);
}

#[tokio::test]
async fn each_look_is_in_the_audit_trail() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let by = Actor::at("192.0.2.7".parse().ok());
    world.store.note_search(tenant, "j***@e***.com".to_owned(), by.clone(), at(5)).await.unwrap();
    let row = world.store.audit(Some(tenant), 1).await.unwrap().remove(0);
    assert_eq!((row.event.as_str(), row.recipient.as_deref()), ("recipient_searched", Some("j***@e***.com")));
    assert_eq!((row.at, row.client_ip), (at(5), by.client_ip));
}
