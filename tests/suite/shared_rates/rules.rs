//! What one Redis counts for several nodes.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use otpmint::domain::limits::rule::{Rule, Subject};
use otpmint::domain::time::Clock;
use otpmint::service::Counting;

use crate::support::lab::need;
use crate::support::redis::Redis;

use super::node::{Node, bucket, subject, window};

/// Lets four nodes count as fast as they can, and returns how many events passed; `None` if one of them did not
/// reach its Redis all the time, as on a machine that is busy with other tests.
async fn burst(nodes: &[Arc<Node>], rule: Rule, subject: &Subject) -> Option<usize> {
    let passed = Arc::new(AtomicUsize::new(0));
    let mut tasks = tokio::task::JoinSet::new();
    for node in nodes {
        for _ in 0..4 {
            let (node, passed, subject) = (Arc::clone(node), Arc::clone(&passed), subject.clone());
            tasks.spawn(async move {
                for _ in 0..50 {
                    if let Ok(counted) = node.count(rule, &subject).await {
                        passed.fetch_add(1, Ordering::Relaxed);
                        if counted.rate != rule.rate {
                            return false;
                        }
                    }
                }
                true
            });
        }
    }
    let reached = tasks.join_all().await.into_iter().all(|reached| reached);
    reached.then(|| passed.load(Ordering::Relaxed))
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_burst_over_four_nodes_as_many_pass_as_the_rate_has() {
    let Some(redis) = need(Redis::start(&[])) else { return };
    let mut nodes = Vec::new();
    for _ in 0..4 {
        nodes.push(Arc::new(Node::reaching(&redis.url(), 4).await));
    }
    // A bucket may refill by one while the burst lasts.
    for (rule, most) in [(bucket("100/1h"), 101), (window("50/1h"), 50)] {
        let mut tries = 0..20;
        let passed = loop {
            let number = tries.next().expect("Redis is reached during one of the bursts");
            for node in &nodes {
                node.until(Counting::Together).await;
            }
            if let Some(passed) = burst(&nodes, rule, &subject(number)).await {
                break passed;
            }
        };
        assert!((rule.rate.max as usize..=most).contains(&passed), "{passed} of {rule:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_says_when_and_a_flood_of_them_asks_nobody() {
    let Some(redis) = need(Redis::start(&[])) else { return };
    let [one, other] = [Node::reaching(&redis.url(), 2).await, Node::reaching(&redis.url(), 2).await];
    let rule = bucket("3/30m");
    for (node, remaining) in [(&one, 2), (&other, 1), (&one, 0)] {
        let passed = node.count(rule, &subject(1)).await.unwrap();
        assert_eq!((passed.rate, passed.remaining), (rule.rate, remaining));
    }
    let hit = other.count(rule, &subject(1)).await.unwrap_err();
    assert!((590..=600).contains(&hit.retry_after.as_secs()), "{hit:?}");
    let asked = || redis.ask(&["info", "commandstats"]);
    let before = asked();
    for _ in 0..1_000 {
        assert_eq!(other.count(rule, &subject(1)).await, Err(hit));
    }
    let scripts =
        |told: &str| told.lines().find(|line| line.starts_with("cmdstat_evalsha")).map(str::to_owned);
    assert_eq!(scripts(&asked()), scripts(&before));
    // It is asked again when the refusal has ended here, whose clock stands still until now.
    other.clock.pass(hit.retry_after);
    other.count(rule, &subject(1)).await.unwrap_err();
    assert_ne!(scripts(&asked()), scripts(&before));
    assert!(one.count(rule, &subject(2)).await.is_ok(), "each subject counts for itself");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sliding_window_is_checked_counted_and_given_back_on_all_nodes() {
    let Some(redis) = need(Redis::start(&[])) else { return };
    let [one, other] = [Node::reaching(&redis.url(), 2).await, Node::reaching(&redis.url(), 2).await];
    let rule = window("2/15m");
    let subject = subject(1);
    let first = one.count(rule, &subject).await.unwrap();
    assert_eq!(first.remaining, 1);
    assert!(other.limiter.check(rule, &subject, other.clock.now()).await.is_ok());
    assert_eq!(other.count(rule, &subject).await.unwrap().remaining, 0);
    for node in [&one, &other] {
        let hit = node.limiter.check(rule, &subject, node.clock.now()).await.unwrap_err();
        assert!((890..=900).contains(&hit.retry_after.as_secs()), "{hit:?}");
    }
    one.limiter.take_back(rule, &subject, &first).await;
    // Every node believes a refusal by such a window for a second only, as it may end earlier.
    other.clock.pass_seconds(1);
    assert_eq!(other.count(rule, &subject).await.unwrap().remaining, 0);
    assert!(other.count(rule, &subject).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_lies_in_redis_names_nobody_and_goes_away_by_itself() {
    let Some(redis) = need(Redis::start(&[])) else { return };
    let node = Node::reaching(&redis.url(), 1).await;
    let subjects = [
        Subject::Client(Some("192.0.2.77".parse().unwrap())),
        Subject::EndUser(otpmint::domain::id::TenantId(7), "2001:db8::77".parse().unwrap()),
        Subject::Tenant(otpmint::domain::id::TenantId(77)),
    ];
    for subject in &subjects {
        for rule in [bucket("2/1m"), window("2/1m")] {
            node.count(rule, subject).await.unwrap();
        }
    }
    let names = redis.ask(&["keys", "*"]);
    let counts: Vec<_> = names.lines().filter(|name| !name.contains("b3RwbWludCB0cmlhbC")).collect();
    assert_eq!(counts.len(), 6, "{names}");
    for name in counts {
        assert!(name.starts_with("otpmint:rate:") && name.len() == "otpmint:rate:".len() + 22, "{name}");
        let left: i64 = redis.ask(&["pttl", name]).parse().unwrap();
        assert!((1..=60_000).contains(&left), "{name} is kept for {left} ms");
        let kept = match redis.ask(&["type", name]).as_str() {
            "zset" => redis.ask(&["zrange", name, "0", "-1", "withscores"]),
            _ => redis.ask(&["get", name]),
        };
        assert!(kept.lines().all(|line| line.bytes().all(|byte| byte.is_ascii_digit())), "{kept}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn scripts_that_redis_has_forgotten_are_told_again() {
    let Some(redis) = need(Redis::start(&[])) else { return };
    let node = Node::reaching(&redis.url(), 2).await;
    for number in 0..3 {
        for rule in [bucket("9/1h"), window("9/1h")] {
            assert_eq!(redis.ask(&["script", "flush"]), "OK");
            let passed = node.count(rule, &subject(1)).await.unwrap();
            assert_eq!((passed.rate, passed.remaining), (rule.rate, 8 - number), "{rule:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_set_back_refuses_nobody_for_longer_than_a_window() {
    let Some(redis) = need(Redis::with_a_clock()) else { return };
    let node = Node::reaching(&redis.url(), 2).await;
    let rules = [bucket("2/1m"), window("2/1m")];
    for rule in rules {
        for _ in 0..2 {
            node.count(rule, &subject(1)).await.unwrap();
        }
    }
    redis.set_clock("-31m");
    for rule in rules {
        // This node has counted as many itself, so it is its own clock that has to move.
        node.clock.pass_seconds(61);
        let hit = node.count(rule, &subject(1)).await.unwrap_err();
        assert!(hit.retry_after.as_secs() <= 60, "{hit:?}");
        node.clock.pass_seconds(61);
    }
    redis.set_clock("-30m");
    for rule in rules {
        let passed = node.count(rule, &subject(1)).await.unwrap();
        assert_eq!(passed.rate, rule.rate, "Redis was asked");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn all_nodes_count_the_network_of_one_customer_together() {
    let Some(redis) = need(Redis::start(&[])) else { return };
    let nodes = [Node::with_networks(&redis.url(), 2).await, Node::with_networks(&redis.url(), 2).await];
    let of = |network: u8| Subject::Client(Some(format!("2001:db8:9:{network}::").parse().unwrap()));
    for rule in [bucket("3/1h"), window("3/1h")] {
        for network in 0..6u8 {
            let node = &nodes[usize::from(network % 2)];
            assert_eq!(node.count(rule, &of(network)).await.unwrap().rate, rule.rate, "Redis is reached");
        }
        for node in &nodes {
            assert_eq!(node.count(rule, &of(7)).await.unwrap_err().limit, rule.limit);
        }
    }
}
