//! Finding the present master of a name by asking its Sentinels.

use redis::aio::MultiplexedConnection;
use redis::{RedisConnectionInfo, RedisError, Value};

use crate::domain::limits::redis_url::RedisHost;

use super::access::{RedisAccess, Unreachable};

/// Connects to the master that the first reachable Sentinel names. A server that was a master until
/// a moment ago may still be named: it is asked what it is now.
pub(super) async fn master(
    access: &RedisAccess,
    sentinels: &[RedisHost],
    name: &str,
) -> Result<MultiplexedConnection, Unreachable> {
    let mut latest = "there is none".to_owned();
    for sentinel in sentinels {
        match master_of(access, sentinel, name).await {
            Ok(Some(master)) => return Ok(master),
            Ok(None) => latest = format!("{sentinel} names no master {name}"),
            Err(error) => latest = format!("{sentinel}: {error}"),
        }
    }
    Err(Unreachable::NoMaster(latest))
}

/// Returns the host of the master that `sentinel` names.
async fn named(
    access: &RedisAccess,
    sentinel: &RedisHost,
    name: &str,
) -> Result<Option<RedisHost>, RedisError> {
    let mut question = redis::cmd("SENTINEL");
    question.arg("GET-MASTER-ADDR-BY-NAME").arg(name);
    let mut open = access.connect_as(sentinel, RedisConnectionInfo::default()).await?;
    let told: Result<Option<(String, u16)>, _> = question.query_async(&mut open).await;
    let told = match told {
        // Sentinels have a password less often than servers have. One that has none refuses any.
        Err(error) if error.code() == Some("NOAUTH") => {
            let mut open = access.connect_as(sentinel, access.login().set_db(0)).await?;
            question.query_async(&mut open).await
        }
        told => told,
    };
    Ok(told?.map(|(name, port)| RedisHost { name, port }))
}

async fn master_of(
    access: &RedisAccess,
    sentinel: &RedisHost,
    name: &str,
) -> Result<Option<MultiplexedConnection>, RedisError> {
    let Some(host) = named(access, sentinel, name).await? else { return Ok(None) };
    let mut server = access.connect(&host).await?;
    let role: Vec<Value> = redis::cmd("ROLE").query_async(&mut server).await?;
    let is_master = role.first().is_some_and(|word| *word == Value::BulkString(b"master".to_vec()));
    Ok(is_master.then_some(server))
}
