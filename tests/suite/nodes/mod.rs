//! Several nodes over one store: what each does when another one dies, and when it is cut off itself.

mod apps;
mod pair;

use std::time::Duration;

use otpmint::domain::deliveries::delivery::{DeliveryEnd, DeliveryError};
use otpmint::domain::membership::Lapse;
use otpmint::service::NodeEnd;
use otpmint::store::StoreError;

use crate::store::world::JANE;
use pair::Pair;

#[tokio::test]
async fn one_of_two_keeps_house_and_the_other_one_soon_after_it_has_died() {
    let pair = Pair::new().await;
    pair.one.beat().await.unwrap();
    pair.other.beat().await.unwrap();
    assert!(pair.one.membership.keeps_house() && !pair.other.membership.keeps_house());
    for _ in 0..5 {
        pair.both_beat_after(2).await;
        assert!(pair.one.membership.keeps_house() && !pair.other.membership.keeps_house());
    }
    let mut waited = 0;
    while !pair.other.membership.keeps_house() {
        pair.clock.pass_seconds(2);
        waited += 2;
        pair.other.beat().await.unwrap();
    }
    assert_eq!(waited, 6, "the term is 5 s");
    assert!(!pair.one.membership.keeps_house());
}

#[tokio::test]
async fn the_mail_of_a_dead_node_goes_out_again_within_twenty_seconds_and_a_live_ones_retry_never_does() {
    let pair = Pair::new().await;
    let message = pair.open(&pair.one, JANE).await;
    let again = DeliveryEnd::RetryAt(pair.now(), DeliveryError::TimedOut);
    pair.one.store.settle_delivery(message, again, None, pair.now()).await.unwrap();
    for _ in 0..20 {
        pair.both_beat_after(2).await;
        assert_eq!(pair.other.claim(pair.now()).await, [], "its holder lives");
    }
    let mut waited = 0;
    let claimed = loop {
        pair.clock.pass_seconds(2);
        waited += 2;
        pair.other.beat().await.unwrap();
        let claimed = pair.other.claim(pair.now()).await;
        if !claimed.is_empty() {
            break claimed;
        }
    };
    assert_eq!(claimed, [message]);
    assert!((15..=20).contains(&waited), "{waited} s");
    assert_eq!(pair.other.membership.live_servers(), 1);
}

#[tokio::test]
async fn a_node_that_cannot_renew_stops_by_itself_and_ends_when_others_have_taken_over() {
    let pair = Pair::new().await;
    pair.both_beat_after(2).await;
    pair.clock.pass_seconds(9);
    pair.other.beat().await.unwrap();
    assert!(pair.one.membership.is_current());
    pair.clock.pass_seconds(1);
    assert_eq!(pair.one.membership.lapse(), Some(Lapse::NotRenewed(Duration::from_secs(10))));
    let refused = pair.one.store.issue(pair.challenge(JANE).into()).await;
    assert_eq!(refused, Err(StoreError::Unavailable));
    // It was only slow.
    pair.one.beat().await.unwrap();
    pair.open(&pair.one, JANE).await;
    // Now it is too slow.
    for _ in 0..9 {
        pair.clock.pass_seconds(2);
        pair.other.beat().await.unwrap();
    }
    assert_eq!(pair.one.beat().await, Err(NodeEnd::TakenOver));
    assert!(!pair.one.membership.is_current());
}

#[tokio::test]
async fn whoever_is_back_first_after_an_outage_does_not_take_the_others_for_dead() {
    let pair = Pair::new().await;
    pair.both_beat_after(2).await;
    pair.clock.pass_seconds(60);
    pair.other.beat().await.unwrap();
    assert!(pair.other.membership.keeps_house(), "nobody else does");
    pair.one.beat().await.unwrap();
    for _ in 0..10 {
        pair.both_beat_after(2).await;
    }
    assert_eq!(pair.one.membership.live_servers(), 2);
}

#[tokio::test]
async fn a_node_that_leaves_lets_the_other_go_on_at_once() {
    let pair = Pair::new().await;
    pair.both_beat_after(2).await;
    let message = pair.open(&pair.one, JANE).await;
    pair.one.heartbeat.leave().await;
    assert_eq!(pair.other.claim(pair.now()).await, [message]);
    pair.other.beat().await.unwrap();
    assert!(pair.other.membership.keeps_house());
    assert_eq!(pair.one.beat().await, Err(NodeEnd::TakenOver));
}
