//! Opening a connection over which counts can be changed.

use redis::RedisError;
use redis::TlsMode;
use redis::cluster::ClusterClient;

use crate::domain::limits::redis_url::{RedisHost, RedisLayout};

use super::access::{ANSWER_LIMIT, CONNECT_LIMIT, RedisAccess, Unreachable, tcp};
use super::link::Link;
use super::sentinel;

/// Opens a connection to whichever server or servers the address leads to at present.
pub(super) async fn open(access: &RedisAccess) -> Result<Link, Unreachable> {
    match &access.url.layout {
        RedisLayout::Single(host) => Ok(Link::Single(access.connect(host).await?)),
        RedisLayout::Sentinel(sentinels, name) => {
            Ok(Link::Single(sentinel::master(access, sentinels, name).await?))
        }
        RedisLayout::Cluster(hosts) => Ok(cluster(access, hosts).await?),
    }
}

async fn cluster(access: &RedisAccess, hosts: &[RedisHost]) -> Result<Link, RedisError> {
    let nodes = hosts.iter().map(|host| access.info(host, access.login()));
    let mut client = ClusterClient::builder(nodes.collect::<Result<Vec<_>, _>>()?)
        .connection_timeout(CONNECT_LIMIT)
        .response_timeout(ANSWER_LIMIT)
        .tcp_settings(tcp())
        .retries(2);
    if access.url.is_encrypted {
        client = client.tls(TlsMode::Secure).certs(access.certificates());
    }
    Ok(Link::Cluster(client.build()?.get_async_connection().await?))
}
