//! Logins, TLS, and what `otpmint doctor` asks.

use otpmint::domain::limits::redis_url::RedisUrl;
use otpmint::service::Counting;
use otpmint::shared_rates::redis::{RedisAccess, Unreachable, report};
use secrecy::SecretString;

use crate::support::lab::need;
use crate::support::redis::Redis;
use crate::tls_identity;

use super::node::{Node, access, bucket, subject, window};

const PASSWORD: &str = "hunter2-of-the-lab";

fn with_password(url: &str, password: &str) -> RedisAccess {
    RedisAccess { password: SecretString::from(password), ..access(url) }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_logs_in_and_a_wrong_password_is_told_without_repeating_it() {
    // The rights that docs/operations.md names.
    let user = format!(
        "user otp on >{PASSWORD} ~otpmint:rate:* -@all +eval +evalsha +time +get +set +del +pexpire +zadd +zrem +zcard \
         +zrange +zrangebyscore +zremrangebyscore +role +info"
    );
    let Some(redis) = need(Redis::start(&[&user, "requirepass another"])) else { return };
    let url = format!("redis://otp@127.0.0.1:{}", redis.port());
    let node = Node::new(with_password(&url, PASSWORD), 2);
    node.until(Counting::Together).await;
    let passed = node.count(window("5/1h"), &subject(1)).await.unwrap();
    assert_eq!(passed.remaining, 4);
    node.limiter.take_back(window("5/1h"), &subject(1), &passed).await;
    assert_eq!(node.count(bucket("5/1h"), &subject(1)).await.unwrap().remaining, 4);
    assert_eq!(node.limiter.counting(), Counting::Together);
    for wrong in ["", "swordfish"] {
        let refused = report(&with_password(&url, wrong)).await.unwrap_err();
        let told = format!("{refused} {refused:?}");
        assert!(!told.contains("swordfish") && told.to_lowercase().contains("auth"), "{told}");
    }
    assert!(report(&with_password(&url, PASSWORD)).await.is_ok());
}

/// A certificate for `localhost`, in files that the server may read; and its authority.
fn certificate(folder: &std::path::Path) -> Vec<u8> {
    let (certificate, key, authority) = tls_identity::certificate();
    std::fs::write(folder.join("certificate.pem"), certificate).expect("our folder");
    std::fs::write(folder.join("key.pem"), key).expect("our folder");
    authority.into_bytes()
}

#[tokio::test(flavor = "multi_thread")]
async fn over_tls_the_certificate_is_checked() {
    let folder = tempfile::Builder::new().prefix("otpmint-redis-tls-").tempdir_in("/tmp").unwrap();
    let readable = <std::fs::Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o755);
    std::fs::set_permissions(folder.path(), readable).unwrap();
    let authority = certificate(folder.path());
    let own = folder.path().display();
    let tls = format!(
        "tls-port PORT\ntls-cert-file {own}/certificate.pem\ntls-key-file {own}/key.pem\n\
         tls-ca-cert-file {own}/certificate.pem\ntls-auth-clients no"
    );
    let Some(redis) = need(Redis::start(&[&tls])) else { return };
    let url = RedisUrl::parse(&format!("rediss://localhost:{}", redis.port())).unwrap();
    let trusting =
        |authorities| RedisAccess { url: url.clone(), password: SecretString::default(), authorities };
    let node = Node::new(trusting(Some(authority.clone())), 2);
    node.until(Counting::Together).await;
    assert_eq!(node.count(window("5/1h"), &subject(1)).await.unwrap().remaining, 4);
    assert!(
        matches!(report(&trusting(None)).await, Err(Unreachable::Server(_))),
        "the authority is not the system's"
    );
    let elsewhere = RedisUrl::parse(&format!("rediss://127.0.0.1:{}", redis.port())).unwrap();
    let other_name = RedisAccess { url: elsewhere, ..trusting(Some(authority)) };
    assert!(report(&other_name).await.is_err(), "the certificate is for another name");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_report_names_the_version_and_a_policy_that_forgets() {
    let Some(redis) = need(Redis::start(&["maxmemory 50mb", "maxmemory-policy allkeys-lru"])) else { return };
    let found = report(&access(&redis.url())).await.unwrap();
    assert!(found.server.starts_with("Redis ") && found.problems.is_empty(), "{found:?}");
    assert!(found.advice.len() == 1 && found.advice[0].contains("allkeys-lru"), "{found:?}");
    assert_eq!(redis.ask(&["config", "set", "maxmemory-policy", "volatile-ttl"]), "OK");
    assert!(report(&access(&redis.url())).await.unwrap().advice.is_empty());
    assert_eq!(redis.ask(&["config", "set", "maxmemory", "0"]), "OK");
    let found = report(&access(&redis.url())).await.unwrap();
    assert!(found.advice.len() == 1 && found.advice[0].starts_with("maxmemory is not set"), "{found:?}");
    let sentinel = format!("redis-sentinel://127.0.0.1:{}/otp", redis.port());
    let wrong = report(&access(&sentinel)).await;
    assert!(wrong.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_is_no_server_to_count_in() {
    let Some(redis) = need(Redis::start(&[])) else { return };
    let replica = need(Redis::start(&[&format!("replicaof 127.0.0.1 {}", redis.port())])).unwrap();
    let found = report(&access(&replica.url())).await.unwrap();
    assert!(found.problems.len() == 1 && found.problems[0].starts_with("it is a replica"), "{found:?}");
}
