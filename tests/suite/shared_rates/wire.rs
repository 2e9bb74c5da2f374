//! Two servers that share one Redis, over HTTP.

use std::fs;
use std::path::Path;

use otpmint::config::Settings;
use otpmint::domain::limits::redis_url::RedisUrl;

use crate::api::harness::{JANE, Tenant, TestApp, eventually_async, wrong};
use crate::support::lab::need;
use crate::support::redis::Redis;

/// Copies the data folder of a server that does not run: the other one then has the same keys and tenants.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("our folder");
    fs::set_permissions(to, fs::metadata(from).expect("its folder").permissions()).expect("our folder");
    for entry in fs::read_dir(from).expect("its folder").flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_file()) {
            fs::copy(entry.path(), to.join(entry.file_name())).expect("our folder");
        }
    }
}

/// Two servers with the same keys and the same tenant.
async fn pair(redis: &Redis, change: fn(&mut Settings)) -> (TestApp, TestApp, Tenant) {
    let first = TestApp::start().await;
    let tenant = first.tenant().await;
    let set = |settings: &mut Settings| {
        settings.limits.url = Some(RedisUrl::parse(&redis.url()).unwrap());
        change(settings);
    };
    let copied = tempfile::tempdir().expect("a temporary folder");
    let one = first.restart(|settings| {
        copy(&settings.data_dir, copied.path());
        set(settings);
    });
    let one = one.await;
    let other = TestApp::with(|settings| {
        copy(copied.path(), &settings.data_dir);
        settings.outbound.ca_file = one.settings.outbound.ca_file.clone();
        set(settings);
    });
    let other = other.await;
    for app in [&one, &other] {
        until_limits_are(app, "together").await;
    }
    (one, other, tenant)
}

async fn until_limits_are(app: &TestApp, wanted: &str) {
    let are = || async {
        let answer = app.api.get("/readyz").await;
        assert_eq!(answer.status, 200, "a server without Redis is ready");
        (answer.json()["limits"] == wanted).then_some(())
    };
    eventually_async("another way of counting", are).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenants_rate_is_one_over_both_servers_and_each_takes_half_without_redis() {
    let Some(mut redis) = need(Redis::start(&[])) else { return };
    let (one, other, tenant) =
        pair(&redis, |settings| settings.limits.mint_per_tenant = "6/1h".parse().unwrap()).await;
    let mint = async |app: &TestApp, number: i32| {
        app.api.json().mint(&format!("r{number}@recipient.example"), &tenant.key).await
    };
    for number in 0..6 {
        let app = if number % 2 == 0 { &one } else { &other };
        assert_eq!(mint(app, number).await.status, 200);
    }
    for app in [&one, &other] {
        let after = mint(app, 10).await.is_limited_by("mint_per_tenant");
        assert!((590..=600).contains(&after), "{after}");
    }
    redis.kill();
    for (app, numbers) in [(&one, [20, 21, 22]), (&other, [30, 31, 32])] {
        app.app().services().nodes.membership().note_servers(2);
        // It is missed although nobody asks anything.
        until_limits_are(app, "apart").await;
        for number in numbers {
            assert_eq!(mint(app, number).await.status, 200);
        }
        assert_eq!(mint(app, 40).await.is_limited_by("mint_per_tenant"), 1_200);
    }
    redis.start_again();
    for app in [&one, &other] {
        until_limits_are(app, "together").await;
    }
}

/// Where the tenant is known beforehand its answers are counted by both servers together, once each; those of a
/// holder are counted by each server, in the transaction that decides them.
#[tokio::test(flavor = "multi_thread")]
async fn a_tenants_answers_are_counted_once_over_both_servers_and_a_holders_by_shares() {
    let Some(redis) = need(Redis::start(&[])) else { return };
    let set = |settings: &mut Settings| settings.limits.verify_per_tenant = "4/1h".parse().unwrap();
    let (one, other, tenant) = pair(&redis, set).await;
    let challenge = one.mint(&tenant, JANE).await;
    let guess = wrong(&challenge.code);
    let [here, there] = [&one, &other].map(|app| app.api.json());
    for _ in 0..2 {
        assert_eq!(here.verify_as(&tenant.key, &challenge.key, &guess).await.status, 403);
    }
    for _ in 0..2 {
        // The other server has no such challenge, and knows its tenant.
        assert_eq!(there.verify_as(&tenant.key, &challenge.key, &guess).await.status, 400);
    }
    for api in [&here, &there] {
        let limited = api.verify_as(&tenant.key, &challenge.key, &challenge.code).await;
        assert!((890..=900).contains(&limited.is_limited_by("verify_per_tenant")));
    }
    // This server has counted two itself, and is the only one for all that it knows.
    for _ in 0..2 {
        assert_eq!(here.verify(&challenge.key, &guess).await.status, 403);
    }
    here.verify(&challenge.key, &challenge.code).await.is_limited_by("verify_per_tenant");
}
