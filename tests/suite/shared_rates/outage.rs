//! What nodes do while Redis is not there, or slow.

use std::sync::Arc;
use std::time::{Duration, Instant};

use otpmint::domain::membership::Membership;
use otpmint::service::{Counting, Limiter};

use crate::support::lab::need;
use crate::support::ports::Port;
use crate::support::redis::Redis;

use super::node::{Node, access, bucket, subject, window};
use super::proxy::SlowProxy;

/// Counts 200 events that nobody else counts, as fast as one after the other can be. Returns how long the slowest
/// took and how long all of them did. Nobody may be refused.
async fn hurry(node: &Node, from: i64) -> (Duration, Duration) {
    let (begun, mut slowest) = (Instant::now(), Duration::ZERO);
    for number in from..from + 200 {
        let asked = Instant::now();
        assert!(node.count(bucket("10/1h"), &subject(number)).await.is_ok(), "{number} was refused");
        slowest = slowest.max(asked.elapsed());
    }
    (slowest, begun.elapsed())
}

/// What a busy machine may add to the 25 ms for which Redis is waited for once.
const SLACK: Duration = Duration::from_millis(275);

/// If each event waited 25 ms for Redis, 200 would take five seconds.
const ALL: Duration = Duration::from_secs(2);

#[tokio::test(flavor = "multi_thread")]
async fn without_redis_nobody_is_refused_or_kept_waiting_and_each_node_takes_its_share() {
    let Some(mut redis) = need(Redis::start(&[])) else { return };
    let node = Node::reaching(&redis.url(), 4).await;
    let rule = bucket("40/1h");
    let share = rule.share(4);
    assert_eq!(node.count(rule, &subject(1)).await.unwrap().rate, rule.rate);
    for frozen in [true, false] {
        if frozen {
            redis.freeze()
        } else {
            redis.kill()
        }
        let (slowest, all) = hurry(&node, if frozen { 1_000 } else { 2_000 }).await;
        assert!(slowest < SLACK && all < ALL, "frozen {frozen}: {slowest:?} {all:?}");
        assert_eq!(node.limiter.counting(), Counting::Apart);
        let subject = subject(if frozen { 2 } else { 3 });
        for at in 0..10 {
            let passed = node.count(rule, &subject).await.unwrap();
            assert_eq!((passed.rate, passed.remaining), (share.rate, 9 - at));
        }
        assert_eq!(node.count(rule, &subject).await.unwrap_err().retry_after.as_secs(), 360);
        if frozen {
            redis.thaw()
        } else {
            redis.start_again()
        }
        node.until(Counting::Together).await;
        assert_eq!(node.count(rule, &subject).await.unwrap().rate, rule.rate, "it is back by itself");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_takes_its_time_slows_nobody() {
    let Some(redis) = need(Redis::start(&[])) else { return };
    let proxy = SlowProxy::before(redis.port()).await;
    let node = Node::reaching(&proxy.url(), 2).await;
    proxy.delay_by_millis(100);
    let (slowest, all) = hurry(&node, 1_000).await;
    assert!(slowest < SLACK && all < ALL, "{slowest:?} {all:?}");
    // However often it is tried again: for two and a half seconds it is not good enough.
    let end = Instant::now() + Duration::from_millis(2_500);
    while Instant::now() < end {
        assert_eq!(node.limiter.counting(), Counting::Apart);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    proxy.delay_by_millis(0);
    node.until(Counting::Together).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_was_never_there_is_reached_when_it_comes() {
    let port = Port::lease();
    let node = Node::new(access(&format!("redis://127.0.0.1:{}", port.number())), 2);
    assert_eq!(node.limiter.counting(), Counting::Apart);
    let passed = node.count(window("4/1h"), &subject(1)).await.unwrap();
    assert_eq!((passed.rate, passed.remaining), (window("2/1h").rate, 1));
    let Some(redis) = need(Redis::start(&[])) else { return };
    let _late = SlowProxy::at(port.number(), redis.port()).await;
    node.until(Counting::Together).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_address_a_node_counts_for_itself_and_takes_its_share_of_several() {
    let membership = Arc::new(Membership::alone());
    let (limiter, rule) = (Limiter::new(Arc::clone(&membership), None), window("4/1h"));
    let now = otpmint::domain::time::Timestamp::from_millis(1_000_000);
    assert_eq!(limiter.counting(), Counting::Alone);
    assert_eq!(limiter.count(rule, &subject(1), now).await.unwrap().remaining, 3);
    membership.note_servers(2);
    assert_eq!(limiter.counting(), Counting::Apart);
    for remaining in [1, 0] {
        assert_eq!(limiter.count(rule, &subject(1), now).await.unwrap().remaining, remaining);
    }
    let last = limiter.count_here(rule, &subject(2), now).unwrap();
    assert!(limiter.count(rule, &subject(1), now).await.is_err());
    limiter.take_back(rule, &subject(2), &last).await;
    assert_eq!(limiter.count_here(rule, &subject(2), now).unwrap().remaining, 1);
    membership.note_servers(0);
    assert_eq!(limiter.counting(), Counting::Alone, "there is always this node");
}
