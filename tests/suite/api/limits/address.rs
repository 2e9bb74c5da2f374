//! Limits of a client's address. They go by the program's clock, which stands still here.

use otpmint::config::{Mode, Settings};

use crate::api::harness::{Answer, Api, JANE, TestApp};

use super::rate;

const STRANGERS_KEY: &str = "no-tenant-has-this-key";

fn small(settings: &mut Settings) {
    settings.limits.register_per_address = rate("2/24h");
    settings.limits.mint_per_address = rate("3/24h");
    settings.limits.verify_per_address = rate("4/24h");
}

fn behind_a_proxy(settings: &mut Settings) {
    small(settings);
    settings.server.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()];
}

/// How many verifications pass before the limit refuses.
async fn passing(api: &Api) -> usize {
    for count in 0..20 {
        let answer = api.json().verify("nonsense", "123456").await;
        if answer.status == 429 {
            answer.is_limited_by("verify_per_address");
            return count;
        }
        answer.is_problem(400, "challenge_not_found");
    }
    20
}

#[tokio::test(flavor = "multi_thread")]
async fn the_defaults_are_those_of_the_design() {
    let app = TestApp::start().await;
    let limits = &app.settings.limits;
    assert_eq!(limits.register_per_address, rate("5/1h"));
    assert_eq!(limits.mint_per_address, rate("10/1m"));
    assert_eq!(limits.verify_per_address, rate("30/1m"));
    let passed = passing_up_to(&app.api, 40).await;
    assert!((30..34).contains(&passed), "{passed}");
}

async fn passing_up_to(api: &Api, most: usize) -> usize {
    let mut passed = 0;
    for _ in 0..most {
        passed += usize::from(api.verify("nonsense", "123456").await.status != 429);
    }
    passed
}

#[tokio::test(flavor = "multi_thread")]
async fn each_route_has_its_own_count_and_word() {
    let app = TestApp::with(small).await;
    let api = app.api.json();
    for _ in 0..2 {
        api.register(&app.registration()).await.is_problem(401, "operator_token_needed");
    }
    api.register(&app.registration()).await.is_limited_by("register_per_address");
    for _ in 0..3 {
        api.mint(JANE, STRANGERS_KEY).await.is_problem(401, "invalid_secret_key");
    }
    api.mint(JANE, STRANGERS_KEY).await.is_limited_by("mint_per_address");
    assert_eq!(passing(&app.api).await, 4);
    let text = app.api.verify("nonsense", "123456").await;
    text.is_text_problem(429).retry_after();
    let other = app.api.at_address("127.0.0.7");
    assert_eq!(passing(&other).await, 4, "another address has its own count");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_and_the_tenants_are_not_counted() {
    let app = TestApp::with(small).await;
    for _ in 0..5 {
        assert_eq!(app.operator().register(&app.registration()).await.status, 200);
    }
    let tenant = app.tenant().await;
    for at in 0..5 {
        app.mint(&tenant, &format!("r{at}@recipient.example")).await;
    }
    for _ in 0..8 {
        let answer = app.api.json().verify_as(&tenant.key, "nonsense", "123456").await;
        answer.is_problem(400, "challenge_not_found");
    }
    assert_eq!(passing(&app.api).await, 4, "and have not used up what others have");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_secret_key_lifts_nothing() {
    let app = TestApp::with(small).await;
    let api = app.api.json();
    for _ in 0..4 {
        api.verify_as(STRANGERS_KEY, "nonsense", "123456").await.is_problem(401, "invalid_secret_key");
    }
    api.verify_as(STRANGERS_KEY, "nonsense", "123456").await.is_limited_by("verify_per_address");
    api.verify("nonsense", "123456").await.is_limited_by("verify_per_address");
}

#[tokio::test(flavor = "multi_thread")]
async fn open_registration_is_counted_and_so_is_a_wrong_token() {
    let app = TestApp::with(|settings| {
        small(settings);
        settings.registration.mode = Mode::Open;
    })
    .await;
    assert_eq!(app.api.register(&app.registration()).await.status, 200);
    assert_eq!(app.api.bearing("otpo_wrong").register(&app.registration()).await.status, 200);
    app.api.json().register(&app.registration()).await.is_limited_by("register_per_address");
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_trusted_proxy_each_of_its_clients_has_its_own_count() {
    let app = TestApp::with(behind_a_proxy).await;
    assert_eq!(passing(&app.api.forwarded_for("198.51.100.1")).await, 4);
    assert_eq!(passing(&app.api.forwarded_for("198.51.100.2")).await, 4);
    // The part before the last address, which the client wrote itself.
    assert_eq!(passing(&app.api.forwarded_for("8.8.8.8, 198.51.100.2")).await, 0);
    assert_eq!(passing(&app.api.forwarded_for("198.51.100.2, 127.0.0.1")).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn ipv6_clients_are_counted_by_the_block_of_64_bits() {
    let app = TestApp::with(behind_a_proxy).await;
    let mut passed = 0;
    for host in 0..8 {
        let api = app.api.forwarded_for(&format!("2001:db8:7:1::{host:x}"));
        passed += usize::from(api.verify("nonsense", "123456").await.status != 429);
    }
    assert_eq!(passed, 4);
    assert_eq!(passing(&app.api.forwarded_for("2001:db8:7:2::1")).await, 4);
    assert_eq!(passing(&app.api.forwarded_for("[2001:db8:7:2::9]:443")).await, 0);
    assert_eq!(passing(&app.api.forwarded_for("[2001:db8:7:2::9]")).await, 0);
    assert_eq!(passing(&app.api.forwarded_for("::ffff:198.51.100.9")).await, 4);
    assert_eq!(passing(&app.api.forwarded_for("198.51.100.9")).await, 0, "the same address");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_header_from_a_peer_that_is_no_proxy_is_ignored() {
    let app = TestApp::with(behind_a_proxy).await;
    let stranger = app.api.at_address("127.0.0.9");
    let mut passed = 0;
    for host in 1..12 {
        let api = stranger.forwarded_for(&format!("198.51.100.{host}"));
        passed += usize::from(api.verify("nonsense", "123456").await.status != 429);
    }
    assert_eq!(passed, 4);
    assert_eq!(passing(&app.api.forwarded_for("198.51.100.1")).await, 4, "nobody's count was used up");
}

#[tokio::test(flavor = "multi_thread")]
async fn exempt_networks_are_not_counted() {
    let app = TestApp::with(|settings| {
        behind_a_proxy(settings);
        settings.limits.exempt_networks =
            vec!["203.0.113.0/24".parse().unwrap(), "2001:db8:9::/48".parse().unwrap()];
    })
    .await;
    assert_eq!(passing(&app.api.forwarded_for("203.0.113.77")).await, 20);
    assert_eq!(passing(&app.api.forwarded_for("2001:db8:9::1")).await, 20);
    assert_eq!(passing(&app.api.forwarded_for("203.0.114.77")).await, 4);
    let forged = app.api.at_address("127.0.0.9").forwarded_for("203.0.113.77");
    assert_eq!(passing(&forged).await, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_limits_nothing_is_counted_but_the_attempts() {
    let app = TestApp::with(|settings| {
        small(settings);
        settings.limits.enabled = false;
        settings.limits.mint_per_tenant = rate("1/24h");
        settings.limits.failures_in_a_row = 1;
    })
    .await;
    let tenant = app.tenant().await;
    assert_eq!(passing(&app.api).await, 20);
    for _ in 0..12 {
        let challenge = app.mint(&tenant, JANE).await;
        let guess = crate::api::harness::wrong(&challenge.code);
        let statuses: Vec<u16> = app.statuses(&challenge.key, &guess, 6).await;
        assert_eq!(statuses, [403, 403, 403, 403, 403, 400]);
    }
}

impl TestApp {
    async fn statuses(&self, key: &str, otp: &str, times: usize) -> Vec<u16> {
        let mut statuses = Vec::new();
        for _ in 0..times {
            let answer: Answer = self.api.verify(key, otp).await;
            statuses.push(answer.status);
        }
        statuses
    }
}

#[tokio::test]
async fn documents_for_anybody_are_limited_apart_from_everything_else() {
    let app = TestApp::with(|settings| settings.limits.documents_per_address = "2/1h".parse().unwrap()).await;
    let from = app.api.at_address("127.0.0.7");
    assert_eq!(from.get("/openapi.json").await.status, 200);
    assert_eq!(from.get("/problems/code_mismatch").await.status, 200);
    let refused = from.get("/docs/").await;
    assert!((1..=1_800).contains(&refused.is_limited_by("documents_per_address")));
    assert_eq!(from.get("/livez").await.status, 200);
    assert_eq!(from.get("/.well-known/jwks.json").await.status, 200);
    assert_eq!(app.api.at_address("127.0.0.8").get("/openapi.json").await.status, 200);
}
