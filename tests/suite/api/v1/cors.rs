//! Pages in browsers: which may send requests, and which may read the answers.

use otpmint::domain::reports::actor::Actor;
use otpmint::domain::tenants::tenant::TenantStatus;
use otpmint::domain::time::Clock;
use reqwest::Method;
use reqwest::header::{HeaderName, ORIGIN};
use serde_json::{Value, json};

use super::public::{MADE_UP, Page};
use super::{Backend, assert_problem, minted, unnamed};
use crate::api::harness::{Answer, Api, JANE, Tenant, TestApp, wrong};

const APP: &str = "https://app.example";
const OTHER: &str = "https://other.example";
const STRANGE: &str = "https://strange.example";

async fn patch(app: &TestApp, tenant: &Tenant, body: &Value) -> Answer {
    let api = app.api.bearing(&tenant.key);
    api.send(Method::PATCH, "/v1/tenant", body.to_string().into_bytes()).await
}

/// Lets a tenant allow these pages.
pub async fn allow(app: &TestApp, tenant: &Tenant, origins: &[&str]) {
    let answer = patch(app, tenant, &json!({ "allowed_origins": origins })).await;
    assert_eq!((answer.status, &answer.json()["allowed_origins"]), (200, &json!(origins)), "{}", answer.body);
}

fn from(app: &TestApp, origin: &str) -> Page {
    Page(app.api.with(ORIGIN, origin))
}

fn header<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
    answer.header(&format!("access-control-{name}"))
}

#[track_caller]
fn assert_shared(answer: &Answer, origin: &str) {
    assert_eq!(header(answer, "allow-origin"), Some(origin), "{answer:?}");
    assert_eq!(header(answer, "expose-headers"), Some("Retry-After, X-Request-Id"));
    assert_eq!(header(answer, "allow-credentials"), None);
    assert_eq!(answer.header("vary"), Some("Origin"));
}

#[track_caller]
fn assert_kept(answer: &Answer) {
    let told = answer.headers.keys().filter(|name| name.as_str().starts_with("access-control"));
    assert_eq!(told.count(), 0, "{answer:?}");
}

/// An app whose one tenant allows one page, another tenant that allows another page, and a challenge of the
/// first.
async fn two_tenants() -> (TestApp, Tenant, (String, String)) {
    let app = TestApp::start().await;
    let (tenant, other) = (app.tenant().await, app.tenant().await);
    allow(&app, &tenant, &[APP]).await;
    allow(&app, &other, &[OTHER]).await;
    let challenge = minted(&app, &Backend::of(&app, &tenant), &json!({ "to": JANE })).await;
    (app, tenant, challenge)
}

#[tokio::test]
async fn a_page_verifies_with_the_tenant_that_allows_it_and_reads_every_answer() {
    let (app, _, (key, code)) = two_tenants().await;
    let page = from(&app, APP);
    assert_shared(&page.status(&key).await, APP);
    for (status, answer) in [
        (404, page.status(MADE_UP).await),
        (403, page.answer(&key, &wrong(&code)).await),
        (422, page.answer(&key, "?").await),
        (200, page.answer(&key, &code).await),
        (404, page.resend(&key).await),
    ] {
        assert_eq!(answer.status, status, "{}", answer.body);
        assert_shared(&answer, APP);
    }
}

#[tokio::test]
async fn a_page_reads_how_long_to_wait() {
    let app = TestApp::with(|settings| settings.limits.verify_per_address = "1/1m".parse().unwrap()).await;
    allow(&app, &app.tenant().await, &[APP]).await;
    let page = from(&app, APP);
    page.status(MADE_UP).await;
    let answer = page.status(MADE_UP).await;
    answer.is_limited_by("verify_per_address");
    assert_shared(&answer, APP);
}

#[tokio::test]
async fn a_page_of_another_tenant_finds_nothing_and_uses_up_nothing() {
    let (app, tenant, (key, code)) = two_tenants().await;
    let page = from(&app, OTHER);
    for _ in 0..6 {
        let answer = page.answer(&key, &wrong(&code)).await;
        assert_problem(&answer, 404, "challenge_not_found");
        assert_shared(&answer, OTHER);
    }
    for answer in [page.answer(&key, &code).await, page.status(&key).await, page.resend(&key).await] {
        assert_eq!(unnamed(&answer), unnamed(&from(&app, OTHER).status(MADE_UP).await));
    }
    let standing = Backend::of(&app, &tenant).status(&key).await.json();
    assert_eq!((&standing["attempts_remaining"], &standing["sends_remaining"]), (&json!(5), &json!(2)));
}

#[tokio::test]
async fn a_page_that_nobody_allows_reads_nothing() {
    let (app, tenant, (key, code)) = two_tenants().await;
    for origin in [STRANGE, "null", "http://app.example", "https://app.example:8443", "HTTPS://APP.EXAMPLE"] {
        let page = from(&app, origin);
        for answer in [page.status(&key).await, page.answer(&key, &code).await, page.resend(&key).await] {
            assert_problem(&answer, 404, "challenge_not_found");
            assert_kept(&answer);
            assert_eq!(answer.header("vary"), Some("Origin"));
        }
    }
    assert_eq!(Backend::of(&app, &tenant).status(&key).await.json()["attempts_remaining"], 5);
}

#[tokio::test]
async fn what_is_no_page_needs_no_permission() {
    let (app, _, (key, code)) = two_tenants().await;
    let answer = Page(app.api.clone()).answer(&key, &code).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_kept(&answer);
}

async fn preflight(api: &Api, path: &str, method: &str) -> Answer {
    let asks = |name: &'static str| HeaderName::from_static(name);
    let api = api.with(asks("access-control-request-method"), method);
    let api = api.with(asks("access-control-request-headers"), "content-type");
    api.send(Method::OPTIONS, path, Vec::new()).await
}

#[tokio::test]
async fn a_browser_is_told_beforehand_what_a_page_may_ask() {
    let (app, _, (key, _)) = two_tenants().await;
    let api = app.api.with(ORIGIN, APP);
    for key in [key.as_str(), MADE_UP, "x"] {
        for (path, method) in [("", "GET"), ("/verify", "POST"), ("/resend", "POST")] {
            let path = format!("/v1/challenges/{key}{path}");
            let answer = preflight(&api, &path, method).await;
            assert_eq!((answer.status, answer.body.as_str()), (204, ""));
            assert_shared(&answer, APP);
            assert_eq!(header(&answer, "allow-methods"), Some(method));
            assert_eq!(header(&answer, "allow-headers"), Some("content-type"));
            assert_eq!(header(&answer, "max-age"), Some("600"));
            let strange = preflight(&app.api.with(ORIGIN, STRANGE), &path, method).await;
            assert_kept(assert_refused(&strange));
        }
    }
}

/// The answer tells methods to anybody who asks, and allows no page anything.
fn assert_refused(answer: &Answer) -> &Answer {
    assert_eq!((answer.status, header(answer, "allow-methods")), (204, None));
    answer
}

#[tokio::test]
async fn no_other_route_is_for_pages() {
    let (app, tenant, (key, _)) = two_tenants().await;
    let api = app.api.with(ORIGIN, APP);
    for (method, path) in [
        ("POST", "/v1/challenges"),
        ("POST", "/v1/verify"),
        ("GET", "/v1/tenant"),
        ("POST", "/otp"),
        ("POST", "/verify-otp"),
        ("POST", "/reg_secretkey"),
        ("DELETE", &format!("/v1/challenges/{key}")),
    ] {
        let asked = preflight(&api, path, method).await;
        assert!(method == "DELETE" || header(&asked, "allow-origin").is_none(), "{path}: {asked:?}");
        assert_ne!(header(&asked, "allow-methods"), Some(method), "{path}");
        let bearing = api.bearing(&tenant.key);
        assert_kept(&bearing.send(Method::from_bytes(method.as_bytes()).unwrap(), path, Vec::new()).await);
    }
}

#[tokio::test]
async fn what_a_tenant_allows_counts_at_once_and_as_long_as_the_tenant_is_active() {
    let (app, tenant, (key, _)) = two_tenants().await;
    let page = from(&app, APP);
    let store = app.office().await.store;
    let id = app.authenticated(&tenant).await.id();
    for (status, found) in [(TenantStatus::Disabled, 404), (TenantStatus::Active, 200)] {
        store.set_tenant_status(id, status, Actor::default(), app.clock.now()).await.unwrap();
        let answer = page.status(&key).await;
        assert_eq!((answer.status, header(&answer, "allow-origin").is_some()), (found, found == 200));
    }
    allow(&app, &tenant, &[STRANGE]).await;
    assert_kept(&page.status(&key).await);
    let answer = from(&app, STRANGE).status(&key).await;
    assert_eq!(answer.status, 200);
    assert_shared(&answer, STRANGE);
}

#[tokio::test]
async fn a_sandbox_allows_the_pages_that_it_shows() {
    let app = TestApp::start().await;
    let live = app.tenant().await;
    allow(&app, &live, &[APP]).await;
    let made = app.api.bearing(&live.key).post("/v1/tenant/sandbox/keys", &json!({})).await.json();
    let tester = app.api.bearing(made["secret"].as_str().unwrap());
    assert_eq!(tester.get("/v1/tenant").await.json()["allowed_origins"], json!([APP]));
    let minted = tester.post("/v1/challenges", &json!({ "to": "delivered@otpmint.test" })).await.json();
    let answer = from(&app, APP).status(minted["key"].as_str().unwrap()).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_shared(&answer, APP);
}

#[tokio::test]
async fn only_exact_origins_are_allowed_and_twenty_of_them() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    allow(&app, &tenant, &[APP, "http://localhost:3000"]).await;
    for wrong in ["*", "https://*.example", "https://app.example/", "http://app.example", "null"] {
        let answer = patch(&app, &tenant, &json!({ "allowed_origins": [OTHER, wrong] })).await;
        let problem = assert_problem(&answer, 422, "invalid_field");
        assert_eq!(problem["errors"][0]["pointer"], "/allowed_origins/1", "{wrong}");
    }
    let many = |count| (0..count).map(|at| format!("https://app{at}.example")).collect::<Vec<_>>();
    let answer = patch(&app, &tenant, &json!({ "allowed_origins": many(21) })).await;
    assert_eq!(assert_problem(&answer, 422, "invalid_field")["errors"][0]["pointer"], "/allowed_origins");
    for (body, left) in [
        (json!({ "name": "Acme" }), json!([APP, "http://localhost:3000"])),
        (json!({ "allowed_origins": many(20) }), json!(many(20))),
        (json!({ "allowed_origins": null }), json!([])),
    ] {
        let answer = patch(&app, &tenant, &body).await;
        assert_eq!((answer.status, &answer.json()["allowed_origins"]), (200, &left), "{}", answer.body);
    }
}
