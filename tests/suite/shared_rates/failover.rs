//! What nodes do while a Redis fails over.

use std::time::{Duration, Instant};

use otpmint::service::Counting;

use crate::support::lab::need;
use crate::support::redis::{RedisCluster, WatchedRedis};

use super::node::{Node, bucket, subject};

/// How long a failover may take on a machine that is busy with other tests.
const LIMIT: Duration = Duration::from_secs(40);

/// Counts for many subjects again and again, until each of them is counted by all nodes together. Nobody may be
/// refused or wait for long meanwhile.
async fn until_all_are_counted_together(node: &Node) {
    let rule = bucket("1000/1s");
    let end = Instant::now() + LIMIT;
    loop {
        let mut together = 0;
        for number in 0..50 {
            let asked = Instant::now();
            let passed = node.count(rule, &subject(number)).await.expect("nobody is refused");
            assert!(asked.elapsed() < Duration::from_secs(1), "{:?}", asked.elapsed());
            together += usize::from(passed.rate == rule.rate);
        }
        if together == 50 {
            return;
        }
        assert!(Instant::now() < end, "{together} of 50 are counted together");
        node.clock.pass_seconds(1);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_successor_that_sentinels_promote_is_asked() {
    let Some(mut watched) = need(WatchedRedis::start()) else { return };
    let node = Node::reaching(&watched.url(), 2).await;
    until_all_are_counted_together(&node).await;
    watched.servers[0].kill();
    node.count(bucket("10/1h"), &subject(99)).await.unwrap();
    node.until(Counting::Apart).await;
    until_all_are_counted_together(&node).await;
    let counts = |server: usize| watched.servers[server].ask(&["info", "commandstats"]).contains("evalsha");
    assert!(counts(1) || counts(2), "a successor is asked");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_successor_of_a_dead_owner_of_slots_is_asked() {
    let Some(mut cluster) = need(RedisCluster::start()) else { return };
    let url = format!("redis-cluster://{}", cluster.hosts().join(","));
    let node = Node::reaching(&url, 2).await;
    until_all_are_counted_together(&node).await;
    let holds = |server: usize| cluster.servers[server].ask(&["dbsize"]).parse::<u32>().unwrap_or(0) > 0;
    assert!((0..3).all(holds), "the counts are spread over all masters");
    cluster.servers[0].kill();
    until_all_are_counted_together(&node).await;
}
