//! What an operator should know about the servers.

use std::time::Duration;

use crate::domain::limits::redis_url::{RedisHost, RedisLayout};

use super::access::{RedisAccess, Unreachable};
use super::link::Link;
use super::opening;

/// The time to look at the servers.
const LIMIT: Duration = Duration::from_secs(5);

/// The oldest version whose scripts may ask for the time and then write, as ours do.
const LEAST_VERSION: u32 = 6;

/// What was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RedisReport {
    /// The product and its version.
    pub server: String,
    /// What should be changed, although it works.
    pub advice: Vec<String>,
    /// What has to be changed.
    pub problems: Vec<String>,
}

/// Connects as the server would, and looks at the settings of what is found there.
pub async fn report(access: &RedisAccess) -> Result<RedisReport, Unreachable> {
    tokio::time::timeout(LIMIT, look(access)).await.map_err(|_| Unreachable::Slow)?
}

async fn look(access: &RedisAccess) -> Result<RedisReport, Unreachable> {
    let mut link = opening::open(access).await?;
    if let RedisLayout::Cluster(hosts) = &access.url.layout {
        // Each server has settings of its own, and a question without a key may go to any of them.
        link = Link::Single(first(access, hosts).await?);
    }
    let told: String = link.run(&redis::cmd("INFO")).await?;
    let mut found = judge(&told, access.url.is_exposed());
    if matches!(access.url.layout, RedisLayout::Single(_)) && field(&told, "role") == Some("slave") {
        found.problems.push(
            "it is a replica, which takes no writes: name the server that it follows, or the Sentinels"
                .to_owned(),
        );
    }
    Ok(found)
}

/// Returns a field of what a server tells of itself.
fn field<'a>(info: &'a str, name: &str) -> Option<&'a str> {
    info.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).map(str::trim)
}

/// Connects to the first of these hosts that can be reached.
async fn first(
    access: &RedisAccess,
    hosts: &[RedisHost],
) -> Result<redis::aio::MultiplexedConnection, Unreachable> {
    let mut latest = Unreachable::Slow;
    for host in hosts {
        match access.connect(host).await {
            Ok(connection) => return Ok(connection),
            Err(error) => latest = error.into(),
        }
    }
    Err(latest)
}

fn judge(info: &str, is_exposed: bool) -> RedisReport {
    let compatible = field(info, "redis_version").unwrap_or_default();
    let server = match field(info, "valkey_version") {
        Some(version) => format!("Valkey {version}"),
        None => format!("Redis {compatible}"),
    };
    let (mut advice, mut problems) = (Vec::new(), Vec::new());
    let major = compatible.split('.').next().and_then(|major| major.parse().ok()).unwrap_or(0);
    if major < LEAST_VERSION {
        problems.push(format!("{server} is too old: take Redis {LEAST_VERSION} or later, or Valkey"));
    }
    advice.extend(about_memory(info));
    if field(info, "aof_enabled") == Some("1") {
        advice.push(
            "appendonly is on: nothing here is worth writing to a disk, and a slow one delays".to_owned(),
        );
    }
    if is_exposed {
        advice.push(
            "the connection is not encrypted and leaves this machine: use rediss:// (or rediss-sentinel://, \
             rediss-cluster://), unless the network is yours"
                .to_owned(),
        );
    }
    RedisReport { server, advice, problems }
}

/// All keys expire, so a policy that evicts takes limits that still hold; the one by time to live takes those
/// that matter least. Without any, Redis refuses when it is full, and each node takes its share.
fn about_memory(info: &str) -> Option<String> {
    if field(info, "maxmemory") == Some("0") {
        return Some(
            "maxmemory is not set: set it, such as to 256mb, so that a flood cannot take it all".to_owned(),
        );
    }
    let policy = field(info, "maxmemory_policy")?;
    (!matches!(policy, "noeviction" | "volatile-ttl")).then(|| {
        format!(
            "maxmemory-policy is {policy}: under pressure Redis forgets limits that still hold. Set volatile-ttl or \
             noeviction"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_and_the_settings_are_judged() {
        let told = "# Server\r\nredis_version:7.0.15\r\n# Memory\r\nmaxmemory_policy:noeviction\r\n";
        let found = judge(told, false);
        assert_eq!((found.server.as_str(), found.advice.len(), found.problems.len()), ("Redis 7.0.15", 0, 0));
        let found = judge("redis_version:5.0.14\r\nmaxmemory_policy:allkeys-lru\r\n", true);
        assert_eq!((found.advice.len(), found.problems.len()), (2, 1));
        let found =
            judge("redis_version:7.2.4\r\nvalkey_version:8.1.1\r\nmaxmemory_policy:volatile-ttl\r\n", false);
        assert_eq!((found.server.as_str(), found.advice.len(), found.problems.len()), ("Valkey 8.1.1", 0, 0));
        assert_eq!(judge("", false).problems.len(), 1);
        for (told, advice) in [
            ("maxmemory:0\r\nmaxmemory_policy:noeviction", "maxmemory is not set"),
            ("maxmemory:1024\r\nmaxmemory_policy:volatile-lru", "volatile-lru"),
            ("aof_enabled:1", "appendonly"),
        ] {
            let found = judge(&format!("redis_version:7.0.15\r\n{told}\r\n"), false);
            assert!(found.advice.len() == 1 && found.advice[0].contains(advice), "{found:?}");
        }
    }
}
