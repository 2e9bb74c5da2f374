//! Deliveries as operators and tenants see them.

use std::time::Duration;

use otpmint::domain::challenges::channel::ChannelKind;
use otpmint::domain::challenges::purpose::Purpose;
use otpmint::domain::deliveries::delivery::{DeliveryEnd, DeliveryError, DeliveryStatus};
use otpmint::domain::deliveries::history::{DeliveryHistory, DeliveryQuery, HistoryQuery, NextTry, Try};
use otpmint::domain::id::{ChallengeId, TenantId};
use otpmint::domain::phone::country::Country;
use otpmint::domain::reports::actor::Actor;
use otpmint::domain::reports::audit::AuditRow;
use otpmint::domain::secret::RecipientIndex;
use otpmint::store::{ChallengeName, Issued, OpenChallenge, Resend, Retention};

use crate::store::world::{JANE, JOE, KEEP, RIGHT, WRONG, World, at, deadline, generous, seconds, sends};

fn asked(tenant: Option<TenantId>) -> DeliveryQuery {
    DeliveryQuery { tenant, limit: 100, ..DeliveryQuery::default() }
}

/// The challenges of all pages.
async fn listed(world: &World, asked: DeliveryQuery) -> Vec<ChallengeId> {
    let (mut found, mut after) = (Vec::new(), asked.after);
    loop {
        let page = world.store.delivery_page(DeliveryQuery { after, ..asked.clone() }).await.unwrap();
        assert!(page.rows.len() <= asked.limit);
        found.extend(page.rows.iter().map(|row| row.challenge.id));
        match page.next {
            None => return found,
            next => after = next,
        }
    }
}

async fn history(world: &World, tenant: Option<TenantId>, challenge: ChallengeId) -> Option<DeliveryHistory> {
    world.store.delivery_history(HistoryQuery { tenant, challenge }).await.unwrap()
}

#[tokio::test]
async fn deliveries_are_listed_newest_first_each_once_in_pages_of_any_size() {
    let world = World::new();
    let [one, other] = [world.tenant(1).await, world.tenant(2).await];
    let mut all = Vec::new();
    for (millis, tenant) in [(0, one), (0, other), (0, one), (5, other), (6, one)] {
        let id = world.open(tenant, JANE, at(millis)).await;
        world.attempt(id, WRONG, at(millis + 1)).await;
        all.insert(0, (tenant, id));
    }
    let of = |tenant: TenantId| all.iter().filter(|(whose, _)| *whose == tenant).map(|(_, id)| *id).collect();
    let everybodys: Vec<ChallengeId> = all.iter().map(|(_, id)| *id).collect();
    for limit in [1, 2, 5, 100] {
        assert_eq!(listed(&world, DeliveryQuery { limit, ..asked(None) }).await, everybodys, "{limit}");
        let own: Vec<ChallengeId> = of(one);
        assert_eq!(listed(&world, DeliveryQuery { limit, ..asked(Some(one)) }).await, own, "{limit}");
    }
}

#[tokio::test]
async fn they_are_filtered_by_status_and_channel() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let [queued, sent, failed] = [
        world.open(tenant, JANE, at(0)).await,
        world.open(tenant, JANE, at(1)).await,
        world.open(tenant, JOE, at(2)).await,
    ];
    world.store.settle_delivery(sent, DeliveryEnd::Sent, None, at(3)).await.unwrap();
    let end = DeliveryEnd::Failed(DeliveryError::TlsFailed);
    world.store.settle_delivery(failed, end, None, at(3)).await.unwrap();
    // A code that its tenant delivers itself is not a delivery.
    let mut own = world.challenge(tenant, JOE, at(4));
    own.binding.channel = ChannelKind::None;
    world.store.issue(own.into()).await.unwrap();
    let with = |status| DeliveryQuery { status, ..asked(Some(tenant)) };
    assert_eq!(listed(&world, with(Some(DeliveryStatus::Queued))).await, [queued]);
    assert_eq!(listed(&world, with(Some(DeliveryStatus::Sent))).await, [sent]);
    assert_eq!(listed(&world, with(Some(DeliveryStatus::Failed))).await, [failed]);
    assert_eq!(listed(&world, with(None)).await, [failed, sent, queued]);
    let channel = |channel| DeliveryQuery { channel, ..asked(None) };
    assert_eq!(listed(&world, channel(Some(ChannelKind::Email))).await.len(), 3);
    assert_eq!(listed(&world, channel(Some(ChannelKind::None))).await, []);
}

#[tokio::test]
async fn the_way_of_a_message_has_every_try_and_why_it_failed() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let id = world.open(tenant, JANE, at(0)).await;
    assert_eq!(history(&world, None, id).await.unwrap().waiting, Some(NextTry { tries: 0, due_at: None }));
    for (millis, reason) in [(100, DeliveryError::TimedOut), (1_200, DeliveryError::ServerUnavailable)] {
        let end = DeliveryEnd::RetryAt(at(millis + 1_000), reason);
        world.store.settle_delivery(id, end, None, at(millis)).await.unwrap();
    }
    let waiting = history(&world, None, id).await.unwrap().waiting;
    assert_eq!(waiting, Some(NextTry { tries: 2, due_at: Some(at(2_200)) }));
    world.store.settle_delivery(id, DeliveryEnd::Sent, None, at(2_300)).await.unwrap();
    let (cooldowns, limits) = (sends().cooldowns, generous());
    let resend = Resend {
        now: at(40_000),
        tenant,
        challenge: id,
        cooldowns,
        limits,
        by: Actor::default(),
        once: None,
        phone: None,
    };
    assert!(matches!(world.store.issue(resend.into()).await.unwrap(), Issued::Queued(_)));
    let end = DeliveryEnd::Failed(DeliveryError::RecipientRefused);
    world.store.settle_delivery(id, end, None, at(40_100)).await.unwrap();
    world.attempt(id, WRONG, at(41_000)).await;
    world.attempt(id, RIGHT, at(42_000)).await;
    let history = history(&world, Some(tenant), id).await.unwrap();
    let failed = |millis, reason| Try { at: at(millis), failed: Some(reason) };
    let tries = [
        failed(100, DeliveryError::TimedOut),
        failed(1_200, DeliveryError::ServerUnavailable),
        Try { at: at(2_300), failed: None },
    ];
    assert_eq!(history.tries, tries);
    assert_eq!((history.row.tenant, history.waiting), (tenant, None));
    assert_eq!(history.row.challenge.delivery_error, Some(DeliveryError::RecipientRefused));
    let events: Vec<&str> = history.audit.iter().map(|row: &AuditRow| row.event.as_str()).collect();
    assert_eq!(events, ["minted", "resent", "delivery_failed", "mismatched", "verified"]);
}

#[tokio::test]
async fn nobody_sees_the_way_of_what_is_not_its_own_or_is_no_delivery() {
    let world = World::new();
    let [one, other] = [world.tenant(1).await, world.tenant(2).await];
    let id = world.open(one, JANE, at(0)).await;
    assert!(history(&world, Some(one), id).await.is_some());
    assert!(history(&world, Some(other), id).await.is_none());
    assert!(history(&world, None, ChallengeId::NONE).await.is_none());
}

#[tokio::test]
async fn what_was_deleted_is_listed_no_more_and_its_audit_rows_cost_nothing() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    world.open(tenant, JANE, at(0)).await;
    let keep = Retention { challenges: Duration::ZERO, ..KEEP };
    world.sweep(deadline() + seconds(1), keep).await.unwrap();
    world.sweep(deadline() + seconds(2), keep).await.unwrap();
    let page = world.store.delivery_page(asked(Some(tenant))).await.unwrap();
    assert_eq!((page.rows.len(), page.next), (0, None));
}

#[tokio::test]
async fn they_are_filtered_by_recipient_and_country_whatever_has_become_of_them() {
    let world = World::new();
    let (tenant, other) = (world.tenant(1).await, world.tenant(2).await);
    let germany = Country::parse("DE").unwrap();
    let austria = Country::parse("AT").unwrap();
    let mut ids = Vec::new();
    for (millis, whose, recipient, country) in [
        (0, tenant, JANE, Some(germany)),
        (1, tenant, JANE, None),
        (2, tenant, JOE, Some(germany)),
        (3, tenant, JOE, Some(austria)),
        (4, other, JANE, Some(germany)),
    ] {
        let open = OpenChallenge { country, ..world.challenge(whose, recipient, at(millis)) };
        ids.push(open.binding.challenge);
        world.store.issue(open.into()).await.unwrap();
    }
    let all = async |recipient: &[RecipientIndex], country| {
        let recipient = (!recipient.is_empty()).then(|| recipient.to_vec());
        listed(&world, DeliveryQuery { recipient, country, ..asked(Some(tenant)) }).await
    };
    // Queued; then sent, and ended, by which the challenge forgets its recipient.
    for ends in [false, true] {
        if ends {
            for id in &ids {
                world.store.settle_delivery(*id, DeliveryEnd::Sent, None, at(10)).await.unwrap();
                world.attempt(*id, RIGHT, at(11)).await;
            }
        }
        assert_eq!(all(&[JANE], None).await, [ids[1], ids[0]], "{ends}");
        assert_eq!(all(&[JOE], None).await, [ids[3], ids[2]], "{ends}");
        assert_eq!(all(&[RecipientIndex([9; 16]), JOE], None).await, [ids[3], ids[2]], "{ends}");
        assert_eq!(all(&[RecipientIndex([9; 16])], None).await, [], "{ends}");
        assert_eq!(all(&[], Some(germany)).await, [ids[2], ids[0]], "{ends}");
        assert_eq!(all(&[], Some(Country::WORLD)).await, [], "{ends}");
        assert_eq!(all(&[JOE], Some(austria)).await, [ids[3]], "{ends}");
        assert_eq!(all(&[JANE], Some(austria)).await, [], "{ends}");
    }
    let found =
        world.store.look_up(tenant, Purpose::LOGIN, ChallengeName::Row(ids[2]), at(12)).await.unwrap();
    let to = found.unwrap().deliveries.remove(0).to;
    assert_eq!((to.index, to.country), (Some(JOE), Some(germany)));
}
