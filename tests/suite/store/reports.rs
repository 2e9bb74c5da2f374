//! What providers report about messages that they have accepted.

use std::sync::Arc;

use otpmint::domain::deliveries::delivery::{DeliveryEnd, DeliveryError, DeliveryStatus};
use otpmint::domain::deliveries::provider_report::{Fate, ProviderReport, ReportOutcome, ReportedMessage};
use otpmint::domain::deliveries::report::TriedRoute;
use otpmint::domain::id::{ChallengeId, TenantId};
use otpmint::domain::tenants::route::RouteHandle;
use otpmint::domain::time::Timestamp;
use tokio::task::JoinSet;

use crate::store::world::{JANE, World, at};

fn route(letter: char) -> RouteHandle {
    RouteHandle::parse(&format!("smtp_{}", letter.to_string().repeat(16))).unwrap()
}

fn report(challenge: ChallengeId, fate: Fate) -> ProviderReport {
    ProviderReport {
        route: route('a'),
        message: ReportedMessage::Sent { challenge, number: 1 },
        fate,
        code: None,
    }
}

/// A challenge whose message a provider has accepted.
async fn sent(world: &World) -> (TenantId, ChallengeId) {
    let tenant = world.tenant(1).await;
    let id = world.open(tenant, JANE, at(0)).await;
    let tried = TriedRoute { route: route('a'), reply: None, word: None, id: None, is_unconfirmed: false };
    world.store.settle_delivery(id, DeliveryEnd::Sent, Some(tried), at(1)).await.unwrap();
    (tenant, id)
}

/// The status, its moment, and the reason of a failure.
type Seen = (Option<DeliveryStatus>, Option<Timestamp>, Option<DeliveryError>);

async fn seen(world: &World, (tenant, id): (TenantId, ChallengeId)) -> Seen {
    let shown = world.find(tenant, id).await;
    (shown.delivery, shown.delivery_at, shown.delivery_error)
}

#[tokio::test]
async fn a_status_goes_forward_once_whatever_is_reported_later() {
    let ends = [
        (Fate::Delivered, DeliveryStatus::Delivered, None),
        (Fate::Failed, DeliveryStatus::Failed, Some(DeliveryError::NotArrived)),
    ];
    for (fate, status, error) in ends {
        let world = World::new();
        let sent = sent(&world).await;
        assert_eq!(seen(&world, sent).await, (Some(DeliveryStatus::Sent), Some(at(1)), None));
        let record = |fate, now| world.store.record_report(report(sent.1, fate), now);
        assert_eq!(record(fate, at(5)).await.unwrap(), ReportOutcome::Changed);
        assert_eq!(seen(&world, sent).await, (Some(status), Some(at(5)), error));
        for again in [Fate::Delivered, Fate::Failed, fate] {
            assert_eq!(record(again, at(9)).await.unwrap(), ReportOutcome::Nothing);
        }
        assert_eq!(seen(&world, sent).await, (Some(status), Some(at(5)), error));
    }
}

#[tokio::test]
async fn reports_about_other_routes_messages_and_challenges_change_nothing() {
    let world = World::new();
    let sent = sent(&world).await;
    let id = sent.1;
    let good = report(id, Fate::Failed);
    let message = |challenge, number| ReportedMessage::Sent { challenge, number };
    for foreign in [
        ProviderReport { route: route('b'), ..good.clone() },
        ProviderReport { message: message(id, 2), ..good.clone() },
        ProviderReport { message: message(ChallengeId(id.0 + 1), 1), ..good },
    ] {
        assert_eq!(world.store.record_report(foreign, at(5)).await.unwrap(), ReportOutcome::Unknown);
    }
    assert_eq!(seen(&world, sent).await.0, Some(DeliveryStatus::Sent));
}

#[tokio::test]
async fn a_report_that_comes_before_the_acceptance_is_recorded_is_unknown_for_now() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let id = world.open(tenant, JANE, at(0)).await;
    let early = world.store.record_report(report(id, Fate::Delivered), at(1)).await.unwrap();
    assert_eq!(
        (early, seen(&world, (tenant, id)).await.0),
        (ReportOutcome::Unknown, Some(DeliveryStatus::Queued))
    );
}

#[tokio::test]
async fn of_many_reports_at_once_one_counts() {
    let world = World::new();
    let sent = sent(&world).await;
    let id = sent.1;
    let mut reports = JoinSet::new();
    for number in 0..50 {
        let (store, fate) = (Arc::clone(&world.store), [Fate::Delivered, Fate::Failed][number % 2]);
        reports.spawn(async move { store.record_report(report(id, fate), at(5)).await.unwrap() });
    }
    let told = reports.join_all().await;
    assert_eq!(told.iter().filter(|told| **told == ReportOutcome::Changed).count(), 1);
}

#[tokio::test]
async fn a_message_is_found_by_the_identifier_with_which_it_was_accepted() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let other = world.tenant(2).await;
    let id = world.open(tenant, JANE, at(0)).await;
    let accepted = Some("SM-1".to_owned());
    let tried =
        TriedRoute { route: route('a'), reply: None, word: None, id: accepted, is_unconfirmed: false };
    world.store.settle_delivery(id, DeliveryEnd::Sent, Some(tried), at(1)).await.unwrap();
    let named = |tenant, letter, id: &str| ProviderReport {
        route: route(letter),
        message: ReportedMessage::Accepted { tenant, id: id.to_owned() },
        fate: Fate::Delivered,
        code: None,
    };
    for foreign in [named(other, 'a', "SM-1"), named(tenant, 'b', "SM-1"), named(tenant, 'a', "SM-2")] {
        assert_eq!(world.store.record_report(foreign, at(2)).await.unwrap(), ReportOutcome::Unknown);
    }
    let recorded = world.store.record_report(named(tenant, 'a', "SM-1"), at(2)).await.unwrap();
    assert_eq!(recorded, ReportOutcome::Changed);
    assert_eq!(seen(&world, (tenant, id)).await.0, Some(DeliveryStatus::Delivered));
}
