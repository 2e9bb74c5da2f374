//! Challenges whose code follows over another channel.

use std::sync::Arc;
use std::time::Duration;

use otpmint::domain::challenges::challenge::ChallengeStatus;
use otpmint::domain::challenges::channel::ChannelKind;
use otpmint::domain::challenges::fallback::Fallback;
use otpmint::domain::deliveries::delivery::{DeliveryEnd, DeliveryError, DeliveryStatus};
use otpmint::domain::deliveries::history::{ChallengeDelivery, DeliveryRecipient};
use otpmint::domain::deliveries::provider_report::{Fate, ProviderReport, ReportedMessage};
use otpmint::domain::deliveries::report::TriedRoute;
use otpmint::domain::id::{ChallengeId, TenantId};
use otpmint::domain::reports::actor::Actor;
use otpmint::domain::tenants::route::RouteHandle;
use otpmint::domain::time::Timestamp;
use otpmint::store::{DueFallback, Issued, Resend, Switch, SwitchCause};
use tokio::task::JoinSet;

use crate::store::world::{JANE, RIGHT, WRONG, World, at, seconds};

fn route() -> RouteHandle {
    RouteHandle::parse("smtp_aaaaaaaaaaaaaaaa").unwrap()
}

/// A code by WhatsApp, which a text message and a call follow.
async fn open(world: &World) -> (TenantId, ChallengeId) {
    let tenant = world.tenant(1).await;
    let mut open = world.challenge(tenant, JANE, at(0));
    open.binding.channel = ChannelKind::Whatsapp;
    open.fallback = Fallback::parse("sms@30 voice@45").unwrap();
    let id = open.binding.challenge;
    assert!(matches!(world.store.issue(open.into()).await.unwrap(), Issued::Opened));
    (tenant, id)
}

async fn settle(world: &World, id: ChallengeId, end: DeliveryEnd, now: Timestamp) {
    let tried = TriedRoute { route: route(), reply: None, word: None, id: None, is_unconfirmed: false };
    world.store.settle_delivery(id, end, Some(tried), now).await.unwrap();
}

async fn due(world: &World, now: Timestamp) -> Vec<DueFallback> {
    world.store.claim_fallbacks(now, now + seconds(10), 100).await.unwrap()
}

fn switch((tenant, challenge): (TenantId, ChallengeId), channel: ChannelKind, now: Timestamp) -> Switch {
    let cooldowns = vec![Duration::from_secs(30)];
    let resend = Resend {
        now,
        tenant,
        challenge,
        cooldowns,
        limits: None,
        by: Actor::default(),
        once: None,
        phone: None,
    };
    Switch { resend, channel, cause: SwitchCause::Fallback }
}

#[tokio::test]
async fn a_failure_is_followed_at_once_and_what_was_sent_after_its_pause() {
    let world = World::new();
    let named = open(&world).await;
    let failed = DeliveryEnd::Failed(DeliveryError::RecipientRefused);
    settle(&world, named.1, failed, at(1_000)).await;
    let found = due(&world, at(1_000)).await;
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].challenge, found[0].fallback.to_string()), (named.1, "sms@30 voice@45".to_owned()));
    assert_eq!(due(&world, at(1_001)).await, [], "somebody looks after it");
    assert_eq!(due(&world, at(11_000)).await.len(), 1, "and somebody else if that one does not");
    let issued = world.store.issue(switch(named, ChannelKind::Sms, at(11_000)).into()).await.unwrap();
    let Issued::Queued(delivery) = issued else { panic!("{issued:?}") };
    assert_eq!((delivery.channel, delivery.sends), (ChannelKind::Sms, 2));
    assert_eq!(due(&world, at(30_000)).await, []);
    settle(&world, named.1, DeliveryEnd::Sent, at(12_000)).await;
    assert_eq!(due(&world, at(56_999)).await, []);
    assert_eq!(due(&world, at(57_000)).await[0].fallback.to_string(), "voice@45");
}

#[tokio::test]
async fn the_hash_stays_bound_to_the_first_channel() {
    let world = World::new();
    let named = open(&world).await;
    settle(&world, named.1, DeliveryEnd::Failed(DeliveryError::RecipientRefused), at(1)).await;
    world.store.issue(switch(named, ChannelKind::Voice, at(2)).into()).await.unwrap();
    settle(&world, named.1, DeliveryEnd::Sent, at(3)).await;
    assert_eq!(world.find(named.0, named.1).await.channel, ChannelKind::Voice);
    world.attempt(named.1, WRONG, at(4)).await;
    world.attempt(named.1, RIGHT, at(5)).await;
    assert_eq!(world.status(named.0, named.1).await, ChallengeStatus::Verified);
}

#[tokio::test]
async fn nothing_follows_what_has_arrived_or_a_challenge_that_has_ended() {
    let report = |challenge, fate| ProviderReport {
        route: route(),
        message: ReportedMessage::Sent { challenge, number: 1 },
        fate,
        code: None,
    };
    for (fate, follows) in [(Fate::Delivered, 0), (Fate::Failed, 1)] {
        let world = World::new();
        let (tenant, id) = open(&world).await;
        settle(&world, id, DeliveryEnd::Sent, at(1)).await;
        let owner = world.store.owner_of_sent(id, 1, route()).await.unwrap();
        assert_eq!((owner, world.store.owner_of_sent(id, 2, route()).await.unwrap()), (Some(tenant), None));
        world.store.record_report(report(id, fate), at(2)).await.unwrap();
        assert_eq!(due(&world, at(2)).await.len(), follows, "{fate:?}");
        world.attempt(id, RIGHT, at(20)).await;
        assert_eq!(due(&world, at(90_000)).await, []);
    }
    let world = World::new();
    let (_, id) = open(&world).await;
    settle(&world, id, DeliveryEnd::Sent, at(1)).await;
    world.store.give_up_fallback(id).await.unwrap();
    assert_eq!(due(&world, at(90_000)).await, []);
}

#[tokio::test]
async fn nothing_follows_too_late_to_be_used() {
    let world = World::new();
    let named = open(&world).await;
    settle(&world, named.1, DeliveryEnd::Sent, at(520_000)).await;
    assert_eq!(due(&world, at(550_000)).await, [], "50 seconds would be left");
    let late = world.store.issue(switch(named, ChannelKind::Sms, at(545_000)).into()).await.unwrap();
    assert!(matches!(late, Issued::Spent), "{late:?}");
}

#[tokio::test]
async fn of_many_nodes_that_follow_one_sends() {
    let world = World::new();
    let named = open(&world).await;
    settle(&world, named.1, DeliveryEnd::Failed(DeliveryError::RecipientRefused), at(1)).await;
    let mut issuing = JoinSet::new();
    for _ in 0..20 {
        let store = Arc::clone(&world.store);
        let switch = switch(named, ChannelKind::Sms, at(2));
        issuing.spawn(async move { store.issue(switch.into()).await.unwrap() });
    }
    let issued = issuing.join_all().await;
    assert_eq!(issued.iter().filter(|issued| matches!(issued, Issued::Queued(_))).count(), 1);
    assert!(issued.iter().all(|issued| matches!(issued, Issued::Queued(_) | Issued::UnderWay)));
}

#[tokio::test]
async fn a_challenge_shows_each_delivery_with_its_channel_route_and_report() {
    let world = World::new();
    let named = open(&world).await;
    let course = async || {
        let found = world.store.challenge_with_deliveries(named.0, named.1).await.unwrap();
        let (challenge, deliveries) = found.unwrap();
        let last = deliveries.last().unwrap();
        assert_eq!((challenge.delivery, challenge.channel), (Some(last.status), last.channel));
        deliveries
    };
    let [first] = &course().await[..] else { panic!("one delivery") };
    assert_eq!((first.status, first.at, &first.route), (DeliveryStatus::Queued, None, &None));
    let late = DeliveryEnd::RetryAt(at(900), DeliveryError::TimedOut);
    settle(&world, named.1, late, at(500)).await;
    assert_eq!(course().await[0].error, Some(DeliveryError::TimedOut), "why its last try failed");
    settle(&world, named.1, DeliveryEnd::Sent, at(1_000)).await;
    let switched = world.store.issue(switch(named, ChannelKind::Sms, at(31_000)).into()).await.unwrap();
    assert!(matches!(switched, Issued::Queued(_)));
    settle(&world, named.1, DeliveryEnd::Sent, at(32_000)).await;
    let number = 2;
    let message = ReportedMessage::Sent { challenge: named.1, number };
    let report = ProviderReport { message, route: route(), fate: Fate::Delivered, code: None };
    world.store.record_report(report, at(33_000)).await.unwrap();
    let delivery = |channel, status, queued, ended| ChallengeDelivery {
        channel,
        to: DeliveryRecipient { index: Some(JANE), hint: Some("j***@e***.com".to_owned()), country: None },
        route: Some(route()),
        status,
        queued_at: at(queued),
        at: Some(at(ended)),
        error: None,
    };
    let both = [
        delivery(ChannelKind::Whatsapp, DeliveryStatus::Sent, 0, 1_000),
        delivery(ChannelKind::Sms, DeliveryStatus::Delivered, 31_000, 33_000),
    ];
    assert_eq!(course().await, both);
    let other = world.tenant(2).await;
    assert!(world.store.challenge_with_deliveries(other, named.1).await.unwrap().is_none());
}
