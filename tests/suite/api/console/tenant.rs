//! Tenants at the console: they see themselves, and nobody else.

use serde_json::json;

use super::reports::{self, recorded};
use super::routes::{self, ABOUT_A_TENANT};
use super::{Browser, PASSWORD, SIGN_IN, audited, hidden, leads, shows, start, start_with};
use crate::api::harness::{Challenge, JANE, SMTP_MAIL, SMTP_PASSWORD, Tenant, TestApp};
use crate::api::v1::sandbox::both;

pub const AS_A_TENANT: &str = "/console/sign-in/tenant";

/// A browser in which this tenant is signed in.
pub async fn signed_in(app: &TestApp, tenant: &Tenant) -> Browser {
    let mut browser = Browser::at(app);
    let answer = browser.post(AS_A_TENANT, &[("secret_key", &tenant.key)]).await;
    assert_eq!(leads(&answer), "/console");
    browser
}

pub fn own(tenant: &Tenant, end: &str) -> String {
    format!("/console/tenants/{}{end}", tenant.handle)
}

/// Every page about a tenant except its reports, and every form, as the end of its path and its fields.
pub const PAGES: [&str; 17] = [
    "",
    "/data",
    "/keys",
    "/hooks",
    "/factors",
    "/recipients",
    "/phone",
    "/accounts",
    "/providers",
    "/providers/new?provider=twilio",
    "/policy",
    "/webhooks",
    "/appearance",
    "/sandbox",
    "/templates",
    "/templates/edit?purpose=login&locale=en",
    "/templates/edit?purpose=login&locale=en&medium=voice",
];
const FORMS: [(&str, &[(&str, &str)]); 41] = [
    ("/recipients", &[("recipient", JANE)]),
    ("/export", &[]),
    ("/erase", &[("to", JANE)]),
    ("/recipients/unlock", &[("recipient", JANE)]),
    ("/deliveries/AbcdefghijkLmnopqrstuvw/resend", &[]),
    ("/hooks/supabase-sms", &[("secret", "")]),
    ("/hooks/supabase-sms/delete", &[]),
    ("/factors", &[("identity", "user-17")]),
    ("/factors/fct_4hq7k2m9x3c8v5bn/remove", &[("identity", "user-17")]),
    ("/phone/sends_per_prefix-00/clear", &[]),
    ("", &[("name", "taken over")]),
    ("/keys", &[("name", "mine"), ("scopes", "manage")]),
    ("/keys/key_4hq7k2m9x3c8v5bn/rotate", &[("overlap", "0")]),
    ("/keys/key_4hq7k2m9x3c8v5bn/change", &[("networks", "10.0.0.0/8")]),
    ("/keys/key_4hq7k2m9x3c8v5bn/revoke", &[]),
    (
        "/accounts",
        &[
            ("host", "localhost"),
            ("port", "25"),
            ("username", "x"),
            ("password", "x"),
            ("from", "a@b.example"),
        ],
    ),
    ("/accounts/smtp_4hq7k2m9x3c8v5bn/delete", &[]),
    ("/accounts/smtp_4hq7k2m9x3c8v5bn/up", &[]),
    ("/accounts/smtp_4hq7k2m9x3c8v5bn/test", &[]),
    ("/phone", &[("/phone/countries", "*")]),
    ("/providers/new", &[("provider", "telegram_gateway"), ("/secret", "x")]),
    ("/providers/telegram_gateway_4hq7k2m9x3c8v5bn", &[("/secret", "x")]),
    ("/providers/twilio_4hq7k2m9x3c8v5bn/up", &[]),
    ("/providers/twilio_4hq7k2m9x3c8v5bn/delete", &[]),
    ("/providers/twilio_4hq7k2m9x3c8v5bn/test", &[]),
    ("/policy", &[("/ttl", "60")]),
    ("/appearance", &[("/brand/accent", "#000000")]),
    ("/appearance/logo", &[("logo", "iVBORw0KGgo")]),
    ("/appearance/logo/delete", &[]),
    ("/sandbox", &[("name", "mine")]),
    ("/sandbox/revoke", &[("key", "key_4hq7k2m9x3c8v5bn")]),
    ("/webhooks", &[("/url", "https://evil.example/"), ("events", "challenge.verified")]),
    (
        "/webhooks/whk_4hq7k2m9x3c8v5bn",
        &[("/url", "https://evil.example/"), ("events", "challenge.verified")],
    ),
    ("/webhooks/whk_4hq7k2m9x3c8v5bn/rotate", &[]),
    ("/webhooks/whk_4hq7k2m9x3c8v5bn/delete", &[]),
    ("/webhooks/whk_4hq7k2m9x3c8v5bn/ping", &[]),
    ("/webhooks/whk_4hq7k2m9x3c8v5bn/replay", &[("event", "evt_4hq7k2m9x3c8v5bn0019a4f2b6c00000")]),
    ("/templates/edit", &[("purpose", "login"), ("locale", "en"), ("subject", "s"), ("text", "{{ code }}")]),
    ("/templates/delete", &[("purpose", "login"), ("locale", "en")]),
    ("/templates/send", &[("purpose", "login"), ("locale", "en"), ("subject", "s"), ("text", "{{ code }}")]),
    (
        "/templates/preview/text",
        &[("purpose", "login"), ("locale", "en"), ("subject", "s"), ("text", "{{ code }}")],
    ),
];
/// What only operators may send.
const OPERATORS_FORMS: [(&str, &[(&str, &str)]); 4] = [
    ("/status", &[("status", "disabled")]),
    ("/limits", &[("mint_per_tenant", "9/1s")]),
    ("/delete", &[("grace_days", "0")]),
    ("/restore", &[]),
];

/// The path ends of all pages about a tenant that has minted this, and has this route.
fn pages(minted: &Challenge, (route, hook): (&str, &str)) -> Vec<String> {
    let ends = PAGES.into_iter().chain(reports::PAGES).map(str::to_owned);
    let own =
        [format!("/deliveries/{}", minted.key), format!("/providers/{route}"), format!("/webhooks/{hook}")];
    ends.chain(own).collect()
}

const ROUTE_SECRET: &str = "token-of-a-provider";

/// Adds a route to phones.
async fn route(app: &TestApp, tenant: &Tenant) -> String {
    let body = json!({ "transport": "telegram_gateway", "secret": ROUTE_SECRET, "settings": {} });
    let added = app.api.bearing(&tenant.key).post("/v1/tenant/routes", &body).await;
    assert_eq!(added.status, 201, "{}", added.body);
    added.json()["id"].as_str().expect("an id").to_owned()
}

/// Adds a webhook.
async fn webhook(app: &TestApp, tenant: &Tenant) -> String {
    let body = json!({ "url": "https://app.example/hooks" });
    let added = app.api.bearing(&tenant.key).post("/v1/tenant/webhooks", &body).await;
    assert_eq!(added.status, 201, "{}", added.body);
    added.json()["webhook"].as_str().expect("a handle").to_owned()
}

#[tokio::test]
async fn a_tenant_sees_itself_and_nothing_of_another() {
    let app = start().await;
    let (one, other) = (app.tenant().await, app.tenant().await);
    let mine = app.mint(&one, JANE).await;
    let theirs = app.mint(&other, "joe@other.example").await;
    recorded(&app, 2).await;
    let (my_route, their_route) = (route(&app, &one).await, route(&app, &other).await);
    let (my_hook, their_hook) = (webhook(&app, &one).await, webhook(&app, &other).await);
    let own_pages = pages(&mine, (&my_route, &my_hook));
    let foreign_pages = pages(&theirs, (&their_route, &their_hook));
    routes::all_are_tried("GET", ABOUT_A_TENANT, own_pages.iter().map(String::as_str));
    let forms = FORMS.iter().chain(&OPERATORS_FORMS).map(|(end, _)| *end);
    routes::all_are_tried("POST", ABOUT_A_TENANT, forms);
    let mut browser = signed_in(&app, &one).await;
    assert_eq!(leads(&browser.get("/console").await), own(&one, ""));
    for end in &own_pages {
        let answer = browser.get(&own(&one, end)).await;
        assert_eq!(answer.status, 200, "{end}: {}", answer.body);
        assert!(!answer.body.contains(&other.handle) && !answer.body.contains(&theirs.key), "{end}");
    }
    let before = app.database().everything();
    for end in own_pages.iter().chain(&foreign_pages) {
        shows(&browser.get(&own(&other, end)).await, 404, "There is no such page.");
    }
    let foreign = own(&one, &format!("/deliveries/{}", theirs.key));
    shows(&browser.get(&foreign).await, 404, "There is no challenge with this key");
    let foreign = own(&one, &format!("/providers/{their_route}"));
    shows(&browser.get(&foreign).await, 404, "There is no such page.");
    shows(&browser.submit(&foreign, &[("/secret", "x")]).await, 404, "There is no such page.");
    for (end, fields) in FORMS.iter().chain(&OPERATORS_FORMS) {
        let fields: Vec<_> = fields.iter().copied().chain([("confirm", one.key.as_str())]).collect();
        let answer = browser.submit(&own(&other, end), &fields).await;
        shows(&answer, 404, "There is no such page.");
    }
    assert!(app.database().everything() == before, "something of another was changed");
}

/// The public routes, for signing in and out.
const OPEN: [&str; 5] = ["", "/sign-in", "/sign-in/tenant", "/sign-out", "/setup/x"];

#[tokio::test]
async fn what_is_the_operators_is_not_there_for_a_tenant() {
    let app = start().await;
    let tenant = app.tenant().await;
    let minted = app.mint(&tenant, JANE).await;
    let mut browser = signed_in(&app, &tenant).await;
    let delivery = format!("/deliveries/{}", minted.key);
    let pages =
        ["/tenants", "/tenants/new", "/nodes", "/operators", "/account", "/account/totp", delivery.as_str()];
    let pages: Vec<&str> = pages.into_iter().chain(reports::PAGES).collect();
    routes::all_are_tried("GET", "", pages.iter().copied().chain(OPEN));
    for end in pages {
        shows(&browser.get(&format!("/console{end}")).await, 404, "There is no such page.");
    }
    let forms = [
        "/tenants/new",
        "/search",
        "/account/password",
        "/account/sign-out-others",
        "/account/totp",
        "/account/totp/off",
        "/operators/link",
        "/operators/role",
        "/operators/remove",
        "/operators/unlock",
    ];
    routes::all_are_tried("POST", "", forms.into_iter().chain(OPEN));
    for end in forms {
        let answer = browser.submit(&format!("/console{end}"), &[("password", &tenant.key)]).await;
        shows(&answer, 404, "There is no such page.");
    }
    for (end, fields) in OPERATORS_FORMS {
        let fields: Vec<_> = fields.iter().copied().chain([("confirm", tenant.key.as_str())]).collect();
        shows(&browser.submit(&own(&tenant, end), &fields).await, 404, "There is no such page.");
    }
    assert_eq!(app.database().text("SELECT status FROM tenants"), "active");
}

#[tokio::test]
async fn a_session_ends_with_its_key_and_with_its_tenant() {
    let app = start().await;
    let tenant = app.tenant().await;
    let api = app.api.bearing(&tenant.key);
    let made = api.post("/v1/tenant/keys", &json!({ "name": "console", "scopes": ["manage"] })).await.json();
    let text = |name: &str| made[name].as_str().unwrap().to_owned();
    let second = Tenant { handle: tenant.handle.clone(), key: text("secret") };
    let (mut first, mut browser) = (signed_in(&app, &tenant).await, signed_in(&app, &second).await);
    let revoke = format!("/v1/tenant/keys/{}", text("key"));
    assert_eq!(api.send(reqwest::Method::DELETE, &revoke, Vec::new()).await.status, 204);
    assert_eq!(leads(&browser.get(&own(&tenant, "/keys")).await), SIGN_IN);
    assert_eq!(first.get(&own(&tenant, "/keys")).await.status, 200);
    let disabled = format!("/v1/admin/tenants/{}", tenant.handle);
    let body = json!({ "status": "disabled" }).to_string().into_bytes();
    assert_eq!(app.operator().send(reqwest::Method::PATCH, &disabled, body).await.status, 200);
    assert_eq!(leads(&first.get(&own(&tenant, "")).await), SIGN_IN);
    assert_eq!(first.post(AS_A_TENANT, &[("secret_key", &tenant.key)]).await.status, 403);
}

#[tokio::test]
async fn a_session_of_a_sandbox_ends_with_the_tenant_that_it_belongs_to() {
    let app = start().await;
    let (live, sandbox) = both(&app).await;
    let mut browser = signed_in(&app, &sandbox).await;
    assert_eq!(browser.get(&own(&sandbox, "")).await.status, 200);
    app.database()
        .change(&format!("UPDATE tenants SET status = 'disabled' WHERE handle = '{}'", live.handle));
    assert_eq!(leads(&browser.get(&own(&sandbox, "")).await), SIGN_IN);
}

#[tokio::test]
async fn a_session_does_not_come_back_with_a_tenant_that_was_switched_off() {
    let app = start().await;
    let (live, sandbox) = both(&app).await;
    let (mut browser, mut testing) = (signed_in(&app, &live).await, signed_in(&app, &sandbox).await);
    for status in ["disabled", "active"] {
        let path = format!("/v1/admin/tenants/{}", live.handle);
        let body = json!({ "status": status }).to_string().into_bytes();
        assert_eq!(app.operator().send(reqwest::Method::PATCH, &path, body).await.status, 200);
    }
    assert_eq!(leads(&browser.get(&own(&live, "")).await), SIGN_IN);
    assert_eq!(leads(&testing.get(&own(&sandbox, "")).await), SIGN_IN);
}

#[tokio::test]
async fn only_a_live_key_that_may_manage_signs_in() {
    let app = start().await;
    let tenant = app.tenant().await;
    let api = app.api.bearing(&tenant.key);
    let body = json!({ "name": "backend", "scopes": ["mint", "verify"] });
    let made = api.post("/v1/tenant/keys", &body).await.json();
    let mut browser = Browser::at(&app);
    for key in [made["secret"].as_str().unwrap(), "", "x", "otpm_nothing", &tenant.key[1..], PASSWORD] {
        shows(&browser.post(AS_A_TENANT, &[("secret_key", key)]).await, 403, "That was not right.");
    }
    assert!(browser.token.is_none());
    leads(&browser.post(AS_A_TENANT, &[("secret_key", &tenant.key)]).await);
    assert_eq!(audited(&app).last().unwrap(), "tenant_signed_in -");
}

#[tokio::test]
async fn wrong_keys_are_counted_for_their_address() {
    let app = start_with(|settings| settings.console.wrong_per_address = "3/15m".parse().unwrap()).await;
    let tenant = app.tenant().await;
    let mut browser = Browser::at(&app);
    for _ in 0..3 {
        assert_eq!(browser.post(AS_A_TENANT, &[("secret_key", "otpm_nothing-at-all")]).await.status, 403);
    }
    shows(&browser.post(AS_A_TENANT, &[("secret_key", &tenant.key)]).await, 429, "Too many wrong tries");
}

#[tokio::test]
async fn a_dangerous_action_takes_the_very_key_that_signed_in() {
    let app = start().await;
    let (tenant, other) = (app.tenant().await, app.tenant().await);
    let mut browser = signed_in(&app, &tenant).await;
    let made = browser.submit(&own(&tenant, "/keys"), &[("name", "backend"), ("scopes", "mint")]).await;
    assert_eq!(made.status, 201);
    let second = app.database().text("SELECT handle FROM secret_keys WHERE name = 'backend'");
    let revoke = own(&tenant, &format!("/keys/{second}/revoke"));
    for confirm in ["", "x", PASSWORD, &other.key] {
        shows(&browser.submit(&revoke, &[("confirm", confirm)]).await, 403, "That was not right.");
    }
    assert_eq!(
        leads(&browser.submit(&revoke, &[("confirm", &tenant.key)]).await),
        own(&tenant, "/keys?done=key_revoked")
    );
    assert_eq!(app.database().number("SELECT count(*) FROM secret_keys WHERE name = 'backend'"), 0);
}

#[tokio::test]
async fn a_tenant_is_held_to_its_own_pace() {
    let app = start_with(|settings| settings.limits.manage_per_tenant = "3/1m".parse().unwrap()).await;
    let tenant = app.tenant().await;
    let mut browser = signed_in(&app, &tenant).await;
    for _ in 0..3 {
        assert_eq!(browser.get(&own(&tenant, "/keys")).await.status, 200);
    }
    let answer = browser.get(&own(&tenant, "/keys")).await;
    shows(&answer, 429, "This tenant is being looked after too fast.");
    assert!(answer.retry_after() <= 20);
    let mut operator = Browser::set_up(&app).await;
    assert_eq!(operator.get(&own(&tenant, "/keys")).await.status, 200);
}

#[tokio::test]
async fn no_page_has_a_code_a_password_or_a_secret() {
    let app = start().await;
    let tenant = app.tenant().await;
    let challenge = app.mint(&tenant, JANE).await;
    let route = route(&app, &tenant).await;
    let (mut operator, mut own_view) = (Browser::set_up(&app).await, signed_in(&app, &tenant).await);
    for browser in [&mut operator, &mut own_view] {
        let token = browser.token.clone().unwrap();
        let hook = webhook(&app, &tenant).await;
        for end in pages(&challenge, (&route, &hook)) {
            let page = browser.get(&own(&tenant, &end)).await.body;
            for secret in [SMTP_PASSWORD, ROUTE_SECRET, &tenant.key, PASSWORD, &token, "argon2id"] {
                assert!(!page.contains(secret), "{end} has {secret}");
            }
            // As a word: its digits may occur in those of a chart.
            let mut words = page.split(|c: char| !c.is_ascii_alphanumeric());
            assert!(words.all(|word| word != challenge.code), "{end} has the code");
            assert!(end != "/accounts" || page.contains(SMTP_MAIL), "{page}");
        }
    }
    let form = hidden(&operator.get("/console/account").await.body, "form");
    assert_eq!(form.len(), 43);
}
