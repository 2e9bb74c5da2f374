//! Where nodes count together: the address of a Redis or Valkey, as the operator writes it.

use std::fmt;

use crate::domain::host::{is_loopback, parse_host};

const REDIS_PORT: u16 = 6_379;
const SENTINEL_PORT: u16 = 26_379;

/// The greatest number of hosts in one address.
const MAX_HOSTS: usize = 64;

/// A host and its port.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RedisHost {
    /// The name or the address.
    pub name: String,
    /// The port.
    pub port: u16,
}

/// How the servers at an address work together.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RedisLayout {
    /// One server.
    Single(RedisHost),
    /// These Sentinels know the present master of this name.
    Sentinel(Vec<RedisHost>, String),
    /// A Cluster, found through any of these servers.
    Cluster(Vec<RedisHost>),
}

/// The address of a Redis or Valkey. It never contains a password, so it can be shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RedisUrl {
    /// How the servers work together.
    pub layout: RedisLayout,
    /// Whether connections are encrypted.
    pub is_encrypted: bool,
    /// The user to log in as; `None` for the default one.
    pub user: Option<String>,
    /// The number of the database.
    pub database: u32,
}

/// The error for a text that is no such address. It never repeats the text, which may contain a
/// password.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum InvalidRedisUrl {
    /// The scheme is unknown.
    #[error(
        "must begin with redis://, redis-sentinel:// or redis-cluster:// (over TLS: rediss://, \
         rediss-sentinel:// or rediss-cluster://)"
    )]
    Scheme,
    /// It contains a password.
    #[error("may not contain a password: put it into limits.password")]
    Password,
    /// A host or a port is not one.
    #[error("must name hosts, each with or without a port, separated by commas: redis://host:6379")]
    Hosts,
    /// There are several hosts, but neither Sentinels nor a Cluster.
    #[error("names several hosts: use redis-sentinel:// or redis-cluster://")]
    SeveralHosts,
    /// The name of the master is missing.
    #[error("must name the master that the Sentinels watch: redis-sentinel://host1,host2,host3/master")]
    Master,
    /// What follows the hosts is not the number of a database.
    #[error("may end in the number of a database from 0 to 65535, and in nothing else")]
    Database,
    /// A Cluster has one database only.
    #[error("may not name a database: a Cluster has none but 0")]
    ClusterDatabase,
}

impl RedisUrl {
    /// Parses `redis://[user@]host[:port][/database]`, `redis-sentinel://…host,host,host/master[/database]`
    /// or `redis-cluster://…host,host`.
    pub fn parse(text: &str) -> Result<Self, InvalidRedisUrl> {
        let (scheme, rest) = text.split_once("://").ok_or(InvalidRedisUrl::Scheme)?;
        let (kind, is_encrypted) = match scheme.strip_prefix("rediss").map(|kind| (kind, true)) {
            Some(found) => found,
            None => (scheme.strip_prefix("redis").ok_or(InvalidRedisUrl::Scheme)?, false),
        };
        let (place, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (user, hosts) = match place.rsplit_once('@') {
            Some((user, _)) if user.contains(':') => return Err(InvalidRedisUrl::Password),
            Some((user, hosts)) => (Some(user.to_owned()).filter(|user| !user.is_empty()), hosts),
            None => (None, place),
        };
        let (layout, database) = match kind {
            "" => (single(hosts)?, database(path)?),
            "-sentinel" => {
                let (master, path) = path.split_once('/').unwrap_or((path, ""));
                let master = is_name(master).then(|| master.to_owned()).ok_or(InvalidRedisUrl::Master)?;
                (RedisLayout::Sentinel(parse_hosts(hosts, SENTINEL_PORT)?, master), database(path)?)
            }
            "-cluster" if database(path)? != 0 => return Err(InvalidRedisUrl::ClusterDatabase),
            "-cluster" => (RedisLayout::Cluster(parse_hosts(hosts, REDIS_PORT)?), 0),
            _ => return Err(InvalidRedisUrl::Scheme),
        };
        Ok(Self { layout, is_encrypted, user, database })
    }

    /// Returns the hosts that are connected to first.
    pub fn hosts(&self) -> &[RedisHost] {
        match &self.layout {
            RedisLayout::Single(host) => std::slice::from_ref(host),
            RedisLayout::Sentinel(hosts, _) | RedisLayout::Cluster(hosts) => hosts,
        }
    }

    /// Returns whether an unencrypted connection would leave this machine, as far as the names tell.
    pub fn is_exposed(&self) -> bool {
        !self.is_encrypted && self.hosts().iter().any(|host| !is_loopback(&host.name))
    }
}

impl RedisHost {
    fn parse(text: &str, usual_port: u16) -> Option<Self> {
        let after_name = text.rfind(']').unwrap_or(0);
        let (name, port) = match text[after_name..].rfind(':') {
            Some(at) => (&text[..after_name + at], text[after_name + at + 1..].parse().ok()?),
            None => (text, usual_port),
        };
        let name = parse_host(name)?;
        (port > 0).then_some(Self { name, port })
    }
}

impl fmt::Display for RedisHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name.contains(':') {
            true => write!(f, "[{}]:{}", self.name, self.port),
            false => write!(f, "{}:{}", self.name, self.port),
        }
    }
}

fn single(hosts: &str) -> Result<RedisLayout, InvalidRedisUrl> {
    let mut hosts = parse_hosts(hosts, REDIS_PORT)?;
    let host = hosts.pop().ok_or(InvalidRedisUrl::Hosts)?;
    if hosts.is_empty() { Ok(RedisLayout::Single(host)) } else { Err(InvalidRedisUrl::SeveralHosts) }
}

fn parse_hosts(text: &str, usual_port: u16) -> Result<Vec<RedisHost>, InvalidRedisUrl> {
    let hosts: Option<Vec<_>> = text.split(',').map(|host| RedisHost::parse(host, usual_port)).collect();
    hosts.filter(|hosts| hosts.len() <= MAX_HOSTS).ok_or(InvalidRedisUrl::Hosts)
}

fn database(path: &str) -> Result<u32, InvalidRedisUrl> {
    match path {
        "" => Ok(0),
        number => number.parse::<u16>().map(u32::from).map_err(|_| InvalidRedisUrl::Database),
    }
}

/// What Sentinel accepts as the name of a master.
fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(name: &str, port: u16) -> RedisHost {
        RedisHost { name: name.to_owned(), port }
    }

    #[test]
    fn each_layout_is_understood() {
        let url = RedisUrl::parse("redis://127.0.0.1").unwrap();
        assert_eq!((url.layout.clone(), url.database), (RedisLayout::Single(host("127.0.0.1", 6_379)), 0));
        assert!(!url.is_encrypted && url.user.is_none() && !url.is_exposed());
        let url = RedisUrl::parse("rediss://otp@cache.example:7000/3").unwrap();
        assert_eq!(
            (url.layout.clone(), url.user.as_deref(), url.database, url.is_encrypted),
            (RedisLayout::Single(host("cache.example", 7_000)), Some("otp"), 3, true)
        );
        assert!(!url.is_exposed());
        let url = RedisUrl::parse("redis-sentinel://a,[::1]:1,b/otp/2").unwrap();
        let hosts = vec![host("a", 26_379), host("::1", 1), host("b", 26_379)];
        assert_eq!((url.layout.clone(), url.database), (RedisLayout::Sentinel(hosts, "otp".to_owned()), 2));
        assert!(url.is_exposed());
        let url = RedisUrl::parse("rediss-cluster://a:1,b/").unwrap();
        assert_eq!(url.layout, RedisLayout::Cluster(vec![host("a", 1), host("b", 6_379)]));
        assert_eq!(url.hosts().iter().map(ToString::to_string).collect::<Vec<_>>(), ["a:1", "b:6379"]);
    }

    #[test]
    fn what_is_wrong_is_said_without_repeating_it() {
        for (text, error) in [
            ("", InvalidRedisUrl::Scheme),
            ("127.0.0.1:6379", InvalidRedisUrl::Scheme),
            ("http://a", InvalidRedisUrl::Scheme),
            ("redis-ring://a", InvalidRedisUrl::Scheme),
            ("redis://user:hunter2@a", InvalidRedisUrl::Password),
            ("redis://:hunter2@a", InvalidRedisUrl::Password),
            ("redis://:hun@ter2@a", InvalidRedisUrl::Password),
            ("redis://", InvalidRedisUrl::Hosts),
            ("redis://a:0", InvalidRedisUrl::Hosts),
            ("redis://a:66000", InvalidRedisUrl::Hosts),
            ("redis://a?db=1", InvalidRedisUrl::Hosts),
            ("redis-cluster://a,,b", InvalidRedisUrl::Hosts),
            ("redis://a,b", InvalidRedisUrl::SeveralHosts),
            ("redis-sentinel://a,b", InvalidRedisUrl::Master),
            ("redis://a/b", InvalidRedisUrl::Database),
            ("redis://a/1/2", InvalidRedisUrl::Database),
            ("redis-cluster://a/1", InvalidRedisUrl::ClusterDatabase),
        ] {
            assert_eq!(RedisUrl::parse(text), Err(error), "{text}");
            assert!(!error.to_string().contains("hunter2"));
        }
    }
}
