//! Statistics: counted together with what happens, each challenge in the cell of its mint.

use std::time::Duration;

use otpmint::domain::challenges::channel::ChannelKind;
use otpmint::domain::challenges::details::Details;
use otpmint::domain::challenges::purpose::Purpose;
use otpmint::domain::deliveries::delivery::{DeliveryEnd, DeliveryError};
use otpmint::domain::id::TenantId;
use otpmint::domain::locale::Locale;
use otpmint::domain::reports::actor::Actor;
use otpmint::domain::reports::statistics::{Counts, Day, Dimension, Mark, StatisticsGroup, StatisticsQuery};
use otpmint::domain::time::Timestamp;
use otpmint::store::{Issued, OpenChallenge, Resend, Retention};

use crate::store::world::{
    JANE, JOE, KEEP, MAX_ATTEMPTS, RIGHT, WRONG, World, at, deadline, generous, seconds, sends,
};

const DAY: Duration = Duration::from_secs(86_400);

/// A query about a tenant, for all time.
fn asked(tenant: Option<TenantId>, group_by: &[Dimension]) -> StatisticsQuery {
    StatisticsQuery {
        tenant,
        from: Day::from_number(0),
        to: Day::from_number(100_000),
        only: Vec::new(),
        group_by: group_by.to_vec(),
        limit: 10_000,
    }
}

async fn groups(world: &World, asked: StatisticsQuery) -> Vec<StatisticsGroup> {
    world.store.statistics(asked).await.unwrap()
}

async fn total(world: &World, tenant: TenantId) -> Counts {
    let groups = groups(world, asked(Some(tenant), &[])).await;
    assert_eq!(groups.len(), 1);
    groups[0].counts
}

/// Everything except the times.
fn counted(counts: Counts) -> [u64; 9] {
    let Counts { minted, resent, sent, failed, mismatched, verified, exhausted, expired, canceled, .. } =
        counts;
    [minted, resent, sent, failed, mismatched, verified, exhausted, expired, canceled]
}

async fn resend(
    world: &World,
    tenant: TenantId,
    challenge: otpmint::domain::id::ChallengeId,
    now: Timestamp,
) {
    let cooldowns = sends().cooldowns;
    let resend = Resend {
        now,
        tenant,
        challenge,
        cooldowns,
        limits: generous(),
        by: Actor::default(),
        once: None,
        phone: None,
    };
    assert!(matches!(world.store.issue(resend.into()).await.unwrap(), Issued::Queued(_)));
}

#[tokio::test]
async fn every_challenge_and_every_message_is_counted_once() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let settle = |id, end, now| world.store.settle_delivery(id, end, None, now);
    let failed = DeliveryEnd::Failed(DeliveryError::RecipientRefused);
    // Sent twice, answered wrongly and then rightly; its first end is reported again.
    let verified = world.open(tenant, JANE, at(0)).await;
    settle(verified, DeliveryEnd::Sent, at(1)).await.unwrap();
    settle(verified, DeliveryEnd::Sent, at(1)).await.unwrap();
    resend(&world, tenant, verified, at(30_000)).await;
    settle(verified, DeliveryEnd::Sent, at(30_001)).await.unwrap();
    world.attempt(verified, WRONG, at(40_000)).await;
    world.attempt(verified, RIGHT, at(40_001)).await;
    world.attempt(verified, RIGHT, at(40_002)).await;
    // Not sent; all its attempts used.
    let exhausted = world.open(tenant, JOE, at(0)).await;
    settle(exhausted, failed, at(1)).await.unwrap();
    settle(exhausted, failed, at(1)).await.unwrap();
    for millis in 0..=i64::from(MAX_ATTEMPTS) {
        world.attempt(exhausted, WRONG, at(2 + millis)).await;
    }
    // Canceled while its message waited, which was sent nevertheless.
    let canceled = world.open(tenant, JOE, at(0)).await;
    world.store.cancel_challenge(tenant, canceled, Actor::default(), at(1)).await.unwrap();
    assert_eq!(total(&world, tenant).await.failed, 2);
    settle(canceled, DeliveryEnd::Sent, at(2)).await.unwrap();
    world.store.cancel_challenge(tenant, canceled, Actor::default(), at(3)).await.unwrap();
    // Never queried again, its message never sent.
    world.open(tenant, JOE, at(0)).await;
    world.sweep(deadline(), KEEP).await.unwrap();
    world.sweep(deadline() + seconds(1), KEEP).await.unwrap();
    let counts = total(&world, tenant).await;
    assert_eq!(counted(counts), [4, 1, 3, 2, 1 + u64::from(MAX_ATTEMPTS), 1, 1, 1, 1]);
    assert_eq!((counts.pending(), counts.sent + counts.failed), (0, counts.minted + counts.resent));
    // 40.001 seconds.
    assert_eq!(counts.times.quantile(1.0), Some(45.0));
}

#[tokio::test]
async fn a_challenge_whose_code_its_tenant_delivers_has_no_message_to_count() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let mut opened = Vec::new();
    for _ in 0..4 {
        let mut open = world.challenge(tenant, JANE, at(0));
        open.binding.channel = ChannelKind::None;
        opened.push(open.binding.challenge);
        world.store.issue(open.into()).await.unwrap();
    }
    world.attempt(opened[0], RIGHT, at(1)).await;
    assert!(world.store.cancel_challenge(tenant, opened[1], Actor::default(), at(1)).await.unwrap());
    for millis in 0..=i64::from(MAX_ATTEMPTS) {
        world.attempt(opened[2], WRONG, at(2 + millis)).await;
    }
    world.sweep(deadline() + seconds(1), KEEP).await.unwrap();
    let by_channel = groups(&world, asked(Some(tenant), &[Dimension::Channel])).await;
    assert_eq!(by_channel[0].marks, [Mark::Word(Dimension::Channel, "none".to_owned())]);
    assert_eq!(counted(by_channel[0].counts), [4, 0, 0, 0, u64::from(MAX_ATTEMPTS), 1, 1, 1, 1]);
}

#[tokio::test]
async fn what_is_refused_is_not_counted() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let limits = crate::store::world::limits(&["1/24h"], "1000/24h", 1000);
    world.open_within(&limits, (tenant, JANE), at(0)).await.unwrap();
    world.open_within(&limits, (tenant, JANE), at(1)).await.unwrap_err();
    assert_eq!(total(&world, tenant).await.minted, 1);
}

#[tokio::test]
async fn a_challenge_counts_on_the_day_of_its_mint() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let midnight = Timestamp::from_millis((Day::of(at(0)).number() + 1) * 86_400_000);
    let eve = world.open(tenant, JANE, midnight - Duration::from_millis(1)).await;
    let morning = world.open(tenant, JANE, midnight).await;
    world.attempt(eve, RIGHT, midnight + seconds(1)).await;
    world.attempt(morning, WRONG, midnight + seconds(2)).await;
    let days = groups(&world, asked(Some(tenant), &[Dimension::Day])).await;
    let days: Vec<_> = days.iter().map(|day| (&day.marks[..], counted(day.counts))).collect();
    let (first, second) = (Mark::Day(Day::of(midnight) - 1), Mark::Day(Day::of(midnight)));
    let expected =
        [(&[first][..], [1, 0, 0, 1, 0, 1, 0, 0, 0]), (&[second][..], [1, 0, 0, 0, 1, 0, 0, 0, 0])];
    assert_eq!(days, expected);
    let of_one =
        StatisticsQuery { from: Day::of(midnight), to: Day::of(midnight), ..asked(Some(tenant), &[]) };
    assert_eq!(groups(&world, of_one).await[0].counts.minted, 1);
}

/// Opens a challenge with these dimensions.
async fn open(world: &World, tenant: TenantId, [purpose, locale, domain]: [&str; 3]) {
    let mut open = OpenChallenge {
        details: Details::default().in_language(Locale::parse(locale)),
        domain: domain.to_owned(),
        limits: None,
        ..world.challenge(tenant, JANE, at(0))
    };
    open.binding.purpose = Purpose::parse(purpose).unwrap();
    world.store.issue(open.into()).await.unwrap();
}

#[tokio::test]
async fn groups_are_told_apart_as_asked_in_a_fixed_order() {
    let world = World::new();
    let (tenant, other) = (world.tenant(1).await, world.tenant(2).await);
    for kind in [["login", "de", "b.example"], ["login", "en", "a.example"], ["reset", "de", "a.example"]] {
        open(&world, tenant, kind).await;
    }
    open(&world, other, ["login", "de", "a.example"]).await;
    let words = |groups: Vec<StatisticsGroup>| -> Vec<(String, u64)> {
        let text = |mark: &Mark| match mark {
            Mark::Word(_, word) => word.clone(),
            mark => format!("{mark:?}"),
        };
        groups
            .iter()
            .map(|g| (g.marks.iter().map(text).collect::<Vec<_>>().join(" "), g.counts.minted))
            .collect()
    };
    // The order of the dimensions is not that of the query.
    let by = [Dimension::Domain, Dimension::Purpose];
    let found = words(groups(&world, asked(Some(tenant), &by)).await);
    let expected = [("login a.example", 1), ("login b.example", 1), ("reset a.example", 1)];
    assert_eq!(found, expected.map(|(words, count)| (words.to_owned(), count)));
    let only = vec![(Dimension::Locale, "de".to_owned()), (Dimension::Domain, "a.example".to_owned())];
    let german = groups(&world, StatisticsQuery { only, ..asked(None, &[Dimension::Tenant]) }).await;
    let marks: Vec<_> = german.iter().map(|group| group.marks[0].clone()).collect();
    assert_eq!(marks, [Mark::Tenant(tenant), Mark::Tenant(other)]);
    let two = groups(&world, StatisticsQuery { limit: 2, ..asked(Some(tenant), &by) }).await;
    assert_eq!(two.len(), 2);
    let nobody = groups(&world, asked(Some(TenantId(7)), &[])).await;
    assert_eq!(counted(nobody[0].counts), [0; 9]);
}

#[tokio::test]
async fn a_tenant_cannot_fill_the_store_with_kinds() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    for number in 0..250 {
        open(&world, tenant, ["login", "en", &format!("d{number:03}.example")]).await;
    }
    let domains = groups(&world, asked(Some(tenant), &[Dimension::Domain])).await;
    assert_eq!(domains.len(), 201);
    let other = domains.last().unwrap();
    assert_eq!(other.marks, [Mark::Word(Dimension::Domain, "other".to_owned())]);
    assert_eq!(other.counts.minted, 50);
    for number in 0..60 {
        open(&world, tenant, [&format!("p{number}"), "en", "d000.example"]).await;
    }
    let purposes = groups(&world, asked(Some(tenant), &[Dimension::Purpose])).await;
    assert_eq!(purposes.len(), 51);
    // Combinations of known words are bounded as well: all but the existing ones count as one.
    for purpose in 0..49 {
        for domain in 0..40 {
            open(&world, tenant, [&format!("p{purpose}"), "en", &format!("d{domain:03}.example")]).await;
        }
    }
    let all = [Dimension::Purpose, Dimension::Locale, Dimension::Domain];
    let cells = groups(&world, asked(Some(tenant), &all)).await;
    assert_eq!(cells.len(), 2_001);
    assert_eq!(total(&world, tenant).await.minted, 250 + 60 + 49 * 40);
}

#[tokio::test]
async fn a_day_is_deleted_after_its_retention_and_what_is_left_of_it_is_counted_nowhere() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let id = world.open(tenant, JANE, at(0)).await;
    let keep = Retention { statistics_days: 2, ..KEEP };
    world.sweep(at(0) + DAY * 2, keep).await.unwrap();
    assert_eq!(total(&world, tenant).await.expired, 1);
    world.sweep(at(0) + DAY * 3, keep).await.unwrap();
    assert_eq!(counted(total(&world, tenant).await), [0; 9]);
    world.store.settle_delivery(id, DeliveryEnd::Sent, None, at(5)).await.unwrap();
    assert_eq!(counted(total(&world, tenant).await), [0; 9]);
}
