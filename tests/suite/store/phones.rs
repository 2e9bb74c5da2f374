//! Messages to phone numbers: counted in the transaction that issues the code, so that no window is exceeded.

use std::sync::Arc;
use std::time::Duration;

use otpmint::domain::challenges::channel::ChannelKind;
use otpmint::domain::deliveries::delivery::DeliveryEnd;
use otpmint::domain::id::{ChallengeId, TenantId};
use otpmint::domain::limits::limit::Limit;
use otpmint::domain::phone::country::Country;
use otpmint::domain::phone::fraud::rule::FraudRule;
use otpmint::domain::phone::fraud::rules::{Budget, ConversionAlarm, FraudRules, Unverified};
use otpmint::domain::phone::fraud::trace::Trace;
use otpmint::domain::reports::actor::Actor;
use otpmint::domain::secret::{RecipientIndex, TrailKey};
use otpmint::domain::time::Timestamp;
use otpmint::domain::webhooks::event::{EventKind, EventKinds};
use otpmint::store::{
    Decision, EndUser, Issued, NewRecipient, OpenChallenge, PhoneResend, PhoneSend, Resend, Store, Switch,
    SwitchCause,
};

use crate::store::world::{JANE, JOE, KEEP, RIGHT, World, at, generous, sends};
use crate::store::{asking, webhooks};

const USER: TrailKey = TrailKey([0xee; 16]);
const RANGE: TrailKey = TrailKey([0x12; 16]);

/// Rules that refuse nothing by accident.
fn rules() -> FraudRules {
    FraudRules {
        sends_per_end_user: Vec::new(),
        countries_per_end_user: 50,
        sends_per_prefix: Vec::new(),
        neighbours: "50/1s".parse().unwrap(),
        unverified: Unverified { day: 1_000_000, hour: 1_000_000 },
        tenant: Budget::NONE,
        calls: Budget::NONE,
        server: Budget::NONE,
        alarm: ConversionAlarm { percent: 0, messages: 50 },
        record_only: [].into(),
    }
}

fn send(rules: &FraudRules, country: &str, last: u16) -> PhoneSend {
    let end_user = Some(EndUser { key: USER, network: "203.0.113.7".to_owned() });
    let country = Country::parse(country).unwrap();
    let range = "+4915123…".to_owned();
    PhoneSend {
        trace: Trace { country, last, prefix: RANGE, end_user: Some(USER), range, is_safe: false },
        end_user,
        rules: Arc::new(rules.clone()),
        moved: Vec::new(),
    }
}

/// The request to open a challenge for a number of its own.
fn challenge(world: &World, tenant: TenantId, send: PhoneSend, now: Timestamp) -> OpenChallenge {
    let [high, low] = send.trace.last.to_be_bytes();
    let mut recipient = [9; 16];
    [recipient[1], recipient[2]] = [high, low];
    let mut open = world.challenge(tenant, RecipientIndex(recipient), now);
    open.binding.channel = ChannelKind::Sms;
    open.domain = send.trace.country.to_string();
    open.country = Some(send.trace.country);
    OpenChallenge { phone: Some(Box::new(send)), ..open }
}

/// Opens a challenge, or returns the limit that refuses.
async fn open(
    world: &World,
    tenant: TenantId,
    send: PhoneSend,
    now: Timestamp,
) -> Result<ChallengeId, Limit> {
    let open = challenge(world, tenant, send, now);
    let id = open.binding.challenge;
    issued(&world.store, open).await.map(|()| id)
}

async fn issued(store: &Arc<dyn Store>, open: OpenChallenge) -> Result<(), Limit> {
    match store.issue(open.into()).await.unwrap() {
        Issued::Opened => Ok(()),
        Issued::Limited(hit) => Err(hit.limit),
        other => panic!("{other:?}"),
    }
}

async fn verify(world: &World, id: ChallengeId, now: Timestamp) {
    assert!(matches!(world.attempt(id, RIGHT, now).await, Decision::Verified(_)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn of_50_messages_at_once_no_window_and_no_budget_lets_one_too_many_through() {
    let five = || vec!["5/10m".parse().unwrap()];
    for rules in [
        FraudRules { sends_per_prefix: five(), ..rules() },
        FraudRules { sends_per_end_user: five(), ..rules() },
        FraudRules { tenant: Budget { hour: Some(5), day: None }, ..rules() },
        FraudRules { server: Budget { hour: None, day: Some(5) }, ..rules() },
        FraudRules { unverified: Unverified { day: 5, hour: 100 }, ..rules() },
    ] {
        let world = World::new();
        let tenant = world.tenant(1).await;
        let tasks = (0..50).map(|last| {
            let (store, open) =
                (world.store.clone(), challenge(&world, tenant, send(&rules, "DE", last * 20), at(0)));
            tokio::spawn(async move { issued(&store, open).await })
        });
        let mut passed = 0;
        for task in tasks.collect::<Vec<_>>() {
            passed += usize::from(task.await.unwrap().is_ok());
        }
        assert_eq!(passed, 5, "{rules:?}");
    }
}

#[tokio::test]
async fn the_budget_of_the_server_is_shared_by_all_tenants() {
    let world = World::new();
    let (one, other) = (world.tenant(1).await, world.tenant(2).await);
    let rules = FraudRules { server: Budget { hour: Some(2), day: None }, ..rules() };
    open(&world, one, send(&rules, "DE", 1), at(0)).await.unwrap();
    open(&world, other, send(&rules, "DE", 2), at(0)).await.unwrap();
    for tenant in [one, other] {
        assert_eq!(open(&world, tenant, send(&rules, "DE", 3), at(0)).await, Err(Limit::ServerBudgetSpent));
    }
    let exempt = self::rules();
    open(&world, one, send(&exempt, "DE", 4), at(0)).await.unwrap();
}

#[tokio::test]
async fn a_verified_challenge_takes_its_messages_and_its_country_off_the_counts() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let rules =
        FraudRules { unverified: Unverified { day: 1, hour: 100 }, countries_per_end_user: 1, ..rules() };
    let id = open(&world, tenant, send(&rules, "DE", 1), at(0)).await.unwrap();
    assert_eq!(open(&world, tenant, send(&rules, "DE", 2), at(1)).await, Err(Limit::UnverifiedByCountry));
    assert_eq!(open(&world, tenant, send(&rules, "AT", 2), at(1)).await, Err(Limit::CountriesPerEndUser));
    verify(&world, id, at(2)).await;
    open(&world, tenant, send(&rules, "DE", 2), at(3)).await.unwrap();
    let open_again = open(&world, tenant, send(&rules, "AT", 3), at(4)).await;
    assert!(open_again.is_ok(), "the code was entered in the only country: {open_again:?}");
}

fn resend(tenant: TenantId, challenge: ChallengeId, rules: &FraudRules, now: Timestamp) -> Resend {
    let phone = Some(Box::new(PhoneResend { end_user: None, rules: Arc::new(rules.clone()) }));
    let (limits, cooldowns) = (generous(), sends().cooldowns);
    Resend { now, tenant, challenge, cooldowns, limits, by: Actor::default(), once: None, phone }
}

#[tokio::test]
async fn a_message_that_is_sent_again_counts_and_is_refused_without_a_change() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let rules = FraudRules { sends_per_end_user: vec!["2/1h".parse().unwrap()], ..rules() };
    let id = open(&world, tenant, send(&rules, "DE", 1), at(0)).await.unwrap();
    for (second, is_sent) in [(30, true), (90, false)] {
        let now = at(second * 1_000);
        world.store.settle_delivery(id, DeliveryEnd::Sent, None, now).await.unwrap();
        let before = world.find(tenant, id).await;
        let issued = world.store.issue(resend(tenant, id, &rules, now).into()).await.unwrap();
        match issued {
            Issued::Queued(_) => assert!(is_sent),
            Issued::Limited(hit) => {
                assert_eq!((is_sent, hit.limit), (false, Limit::SendsPerEndUser));
                assert_eq!(world.find(tenant, id).await, before);
            }
            other => panic!("{other:?}"),
        }
    }
    let refused = open(&world, tenant, send(&rules, "DE", 500), at(100_000)).await;
    assert_eq!(refused, Err(Limit::SendsPerEndUser), "the second message counted for the first end user");
}

#[tokio::test]
async fn a_message_over_the_next_channel_counts_as_one_more() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let rules = FraudRules { sends_per_prefix: vec!["2/1h".parse().unwrap()], ..rules() };
    let id = open(&world, tenant, send(&rules, "DE", 1), at(0)).await.unwrap();
    for (second, channel, is_sent) in [(1, ChannelKind::Whatsapp, true), (2, ChannelKind::Voice, false)] {
        let now = at(second * 1_000);
        world.store.settle_delivery(id, DeliveryEnd::Sent, None, now).await.unwrap();
        let (resend, cause) = (resend(tenant, id, &rules, now), SwitchCause::Fallback);
        let issued = world.store.issue(Switch { resend, channel, cause }.into()).await.unwrap();
        let hit = matches!(&issued, Issued::Limited(hit) if hit.limit == Limit::SendsPerPrefix);
        assert!(hit != is_sent && (hit || matches!(issued, Issued::Queued(_))), "{issued:?}");
    }
}

#[tokio::test]
async fn a_recipient_that_the_visitor_of_a_page_gives_is_counted() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let rules = FraudRules { sends_per_prefix: vec!["1/1h".parse().unwrap()], ..rules() };
    let give = async |last: u16| {
        let id = asking::open(&world, tenant, at(0)).await;
        let phone = Some(Box::new(send(&rules, "DE", last)));
        let new = NewRecipient { phone, ..asking::recipient((tenant, id), JANE, RIGHT, at(1)) };
        let issued = world.store.issue(new.into()).await.unwrap();
        (issued, world.find(tenant, id).await.to)
    };
    let (issued, to) = give(1).await;
    assert!(matches!(issued, Issued::Queued(_)) && to.is_some(), "{issued:?}");
    let (issued, to) = give(500).await;
    assert!(matches!(issued, Issued::Limited(hit) if hit.limit == Limit::SendsPerPrefix), "{issued:?}");
    assert_eq!(to, None, "a refused page still asks");
}

#[tokio::test]
async fn a_rule_that_only_records_refuses_nothing_and_is_listed() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let lenient = FraudRules {
        sends_per_prefix: vec!["1/1h".parse().unwrap()],
        record_only: [FraudRule::SendsPerPrefix].into(),
        ..rules()
    };
    for last in [1, 2, 3] {
        open(&world, tenant, send(&lenient, "DE", last), at(0)).await.unwrap();
    }
    let blocks = world.store.phone_blocks(tenant, at(1)).await.unwrap();
    assert_eq!(blocks.len(), 1);
    let block = &blocks[0];
    assert_eq!((block.id.rule, block.refuses, block.refused), (FraudRule::SendsPerPrefix, false, 2));
    assert_eq!((block.subject.as_str(), block.messages), ("+4915123…", Some((3, 0))));
    assert!(!world.events(tenant).await.contains(&"phone_blocked".to_owned()));
    assert_eq!(world.store.phone_blocks(tenant, at(3_600_000)).await.unwrap(), []);
}

#[tokio::test]
async fn clearing_a_block_starts_its_counts_again_for_its_tenant_alone() {
    let world = World::new();
    let (tenant, other) = (world.tenant(1).await, world.tenant(2).await);
    let rules = FraudRules {
        sends_per_end_user: vec!["1/1h".parse().unwrap()],
        unverified: Unverified { day: 1, hour: 100 },
        ..rules()
    };
    open(&world, tenant, send(&rules, "DE", 1), at(0)).await.unwrap();
    assert!(open(&world, tenant, send(&rules, "DE", 2), at(1)).await.is_err());
    let blocks = world.store.phone_blocks(tenant, at(2)).await.unwrap();
    let mut subjects: Vec<_> = blocks.iter().map(|block| block.subject.as_str()).collect();
    subjects.sort_unstable();
    assert_eq!(subjects, ["203.0.113.7", "DE"]);
    for block in &blocks {
        let clear = |tenant| world.store.clear_phone_block(tenant, block.id.clone(), Actor::default(), at(3));
        assert!(!clear(other).await.unwrap());
        assert!(clear(tenant).await.unwrap());
        assert!(!clear(tenant).await.unwrap());
    }
    open(&world, tenant, send(&rules, "DE", 3), at(4)).await.unwrap();
    let events = world.events(tenant).await;
    let of = |event: &str| events.iter().filter(|found| *found == event).count();
    assert_eq!((of("phone_blocked"), of("phone_block_cleared")), (2, 2), "{events:?}");
}

#[tokio::test]
async fn what_was_counted_survives_a_restart_moves_to_a_new_key_and_is_forgotten_when_idle() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let rules = FraudRules {
        sends_per_prefix: vec!["1/24h".parse().unwrap()],
        tenant: Budget { hour: None, day: Some(2) },
        ..rules()
    };
    open(&world, tenant, send(&rules, "DE", 1), at(0)).await.unwrap();
    let world = world.restart();
    assert_eq!(open(&world, tenant, send(&rules, "DE", 2), at(1)).await, Err(Limit::SendsPerPrefix));
    let present = TrailKey([0x13; 16]);
    let anew = || {
        let mut anew = send(&rules, "DE", 2);
        anew.trace.prefix = present;
        PhoneSend { moved: vec![(RANGE, present)], ..anew }
    };
    assert_eq!(open(&world, tenant, anew(), at(2)).await, Err(Limit::SendsPerPrefix));
    let day = Duration::from_secs(86_400);
    world.store.sweep(at(3), KEEP).await.unwrap();
    world.store.set_back(at(0) - day, Actor::default()).await.unwrap();
    let back = open(&world, tenant, anew(), at(60_000) - day).await;
    assert_eq!(back, Err(Limit::SendsPerPrefix), "the counts move with the clock");
    let later = at(0) + day * 20;
    let swept = world.sweep(later, KEEP).await.unwrap().deleted;
    assert_eq!(swept, 6, "two of each: trails, tallies and blocks");
    open(&world, tenant, anew(), later).await.unwrap();
}

#[tokio::test]
async fn a_tenant_is_told_of_its_budget_and_of_codes_that_nobody_enters() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    world.store.add_webhook(webhooks::new(tenant, 0, EventKinds::all()), Actor::default()).await.unwrap();
    let rules = FraudRules {
        tenant: Budget { hour: None, day: Some(10) },
        server: Budget { hour: None, day: Some(10) },
        alarm: ConversionAlarm { percent: 20, messages: 5 },
        ..rules()
    };
    for last in 0..10 {
        open(&world, tenant, send(&rules, "DE", last), at(i64::from(last))).await.unwrap();
    }
    let claimed = world.store.claim_webhooks(at(10), 10, 8).await.unwrap();
    let told: Vec<_> = claimed[0]
        .deliveries
        .iter()
        .map(|delivery| (delivery.kind, delivery.challenge, delivery.snapshot.clone().unwrap()))
        .collect();
    let expected = [
        (EventKind::PhoneConversion, None, r#"{"country":"DE","sent":5,"verified":0}"#.to_owned()),
        (
            EventKind::PhoneBudget,
            None,
            r#"{"counts":"messages","period":"day","used":8,"budget":10}"#.to_owned(),
        ),
    ];
    assert_eq!(told, expected);
}

#[tokio::test]
async fn mail_counts_nothing_here() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let rules = FraudRules { tenant: Budget { hour: Some(1), day: None }, ..rules() };
    for recipient in [JANE, JOE] {
        world.open(tenant, recipient, at(0)).await;
    }
    open(&world, tenant, send(&rules, "DE", 1), at(0)).await.unwrap();
    assert_eq!(open(&world, tenant, send(&rules, "DE", 2), at(0)).await, Err(Limit::BudgetSpent));
}

#[tokio::test]
async fn calls_have_a_budget_of_their_own_that_a_change_of_channel_does_not_evade() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let rules = FraudRules { calls: Budget { hour: Some(2), day: None }, ..rules() };
    let over = |channel, last| {
        let mut open = challenge(&world, tenant, send(&rules, "DE", last), at(0));
        open.binding.channel = channel;
        open
    };
    let text = over(ChannelKind::Sms, 1);
    let id = text.binding.challenge;
    issued(&world.store, text).await.unwrap();
    issued(&world.store, over(ChannelKind::Voice, 2)).await.unwrap();
    world.store.settle_delivery(id, DeliveryEnd::Sent, None, at(1)).await.unwrap();
    let resend = resend(tenant, id, &rules, at(90_000));
    let moved = Switch { resend, channel: ChannelKind::Voice, cause: SwitchCause::Asked };
    assert!(matches!(world.store.issue(moved.into()).await.unwrap(), Issued::Queued(_)));
    let third = issued(&world.store, over(ChannelKind::Voice, 3)).await;
    assert_eq!(third, Err(Limit::CallsSpent));
    issued(&world.store, over(ChannelKind::Sms, 4)).await.unwrap();
}
