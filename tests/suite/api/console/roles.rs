//! Roles: what each may see and do, over all routes of the console.

use std::collections::BTreeSet;

use otpmint::domain::operator::Role;
use serde_json::json;

use super::reports::{self, recorded};
use super::routes;
use super::tenant::own;
use super::{Browser, PASSWORD, leads, operator, shows, start};
use crate::api::harness::{JANE, Tenant, TestApp};

pub const REFUSED: &str = "Your role does not allow this. Nothing was done.";

/// The forms without a session.
pub const OPEN: [&str; 3] = ["/sign-in", "/sign-in/tenant", "/setup/{token}"];

/// The forms of whoever may look: about the own account, and one that only looks.
pub const LOOKING: [&str; 8] = [
    "/sign-out",
    "/account/password",
    "/account/sign-out-others",
    "/account/totp",
    "/account/totp/off",
    "/tenants/{tenant}/factors",
    "/search",
    "/tenants/{tenant}/recipients",
];

/// Those of whoever may help a user.
pub const HELPING: [&str; 2] =
    ["/tenants/{tenant}/recipients/unlock", "/tenants/{tenant}/deliveries/{key}/resend"];

/// The pages of owners alone.
pub const OWNERS_PAGES: [&str; 5] = [
    "/operators",
    "/tenants/new",
    "/tenants/{tenant}/data",
    "/tenants/{tenant}/providers/new",
    "/tenants/{tenant}/providers/{route}",
];

fn forms_of(role: Role) -> BTreeSet<&'static str> {
    let helping = HELPING.into_iter().filter(|_| role == Role::Support);
    LOOKING.into_iter().chain(helping).collect()
}

/// What the paths of a tenant with one of everything are made of.
pub struct Things {
    tenant: Tenant,
    account: String,
    route: String,
    webhook: String,
    key: String,
    challenge: String,
}

impl Things {
    pub async fn of(app: &TestApp) -> Self {
        let tenant = app.tenant().await;
        let challenge = app.mint(&tenant, JANE).await.key;
        recorded(app, 1).await;
        let api = app.api.bearing(&tenant.key);
        let settings =
            json!({ "phone_number_id": "106540352242922", "template": "otp", "languages": ["en_US"] });
        let route = json!({ "transport": "whatsapp_cloud", "secret": "x", "report_key": "the-app-secret", "settings": settings });
        let route = api.post("/v1/tenant/routes", &route).await.json();
        let words = json!({ "subject": "s", "text": "{{ code }}" }).to_string().into_bytes();
        api.send(reqwest::Method::PUT, "/v1/tenant/templates/login/en", words).await;
        let hook = json!({ "url": "https://app.example/hooks" });
        let hook = api.post("/v1/tenant/webhooks", &hook).await.json();
        let text = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
        let key = app.database().text("SELECT handle FROM secret_keys");
        let routes = api.get("/v1/tenant/routes").await.json();
        let account = text(&routes["data"][0]["id"]);
        Self { tenant, account, route: text(&route["id"]), webhook: text(&hook["webhook"]), key, challenge }
    }

    pub fn path(&self, route: &str) -> String {
        let key = if route.contains("/keys/") { &self.key } else { &self.challenge };
        let path = route
            .replace("{tenant}", &self.tenant.handle)
            .replace("{account}", &self.account)
            .replace("{route}", &self.route)
            .replace("{webhook}", &self.webhook)
            .replace("{key}", key)
            .replace("{product}", "supabase-sms")
            .replace("{factor}", "fct_4hq7k2m9x3c8v5bn")
            .replace("{id}", "sends_per_prefix-00")
            .replace("{part}", "text");
        let query = match route {
            "/tenants/{tenant}/templates/edit" => "?purpose=login&locale=en",
            "/tenants/{tenant}/providers/new" => "?provider=twilio",
            _ => "",
        };
        format!("/console{path}{query}")
    }
}

/// Fields that each form takes something from.
const FIELDS: [(&str, &str); 18] = [
    ("confirm", PASSWORD),
    ("name", "bob"),
    ("role", "owner"),
    ("status", "disabled"),
    ("scopes", "manage"),
    ("overlap", "0"),
    ("identity", "user-17"),
    ("recipient", JANE),
    ("mint_per_tenant", "9/1s"),
    ("purpose", "login"),
    ("locale", "en"),
    ("subject", "other"),
    ("text", "{{ code }}"),
    ("ttl", "60"),
    ("secret", ""),
    ("/secret", "x"),
    ("/phone/countries", "*"),
    ("provider", "telegram_gateway"),
];

#[tokio::test]
async fn support_and_read_only_change_nothing_but_what_is_theirs() {
    let app = start().await;
    let things = Things::of(&app).await;
    let mut owner = Browser::set_up(&app).await;
    operator(&app, "bob", Role::Support).await;
    let forms: Vec<_> =
        routes::taking("POST").into_iter().filter(|route| !OPEN.contains(&route.as_str())).collect();
    assert!(forms.len() > 30, "the table is written otherwise: {forms:?}");
    for role in [Role::Support, Role::ReadOnly] {
        let mut browser = operator(&app, role.as_str(), role).await;
        let theirs = forms_of(role);
        assert!(theirs.iter().all(|form| forms.iter().any(|route| route == form)), "{forms:?}");
        let token = browser.form_token().await;
        let fields: Vec<_> = [("form", &*token)].into_iter().chain(FIELDS).collect();
        let before = app.database().everything();
        for route in forms.iter().filter(|route| !theirs.contains(route.as_str())) {
            let answer = browser.post(&things.path(route), &fields).await;
            assert!(
                answer.status == 403 && answer.body.contains(REFUSED),
                "{role:?} {route}: {}",
                answer.body
            );
        }
        assert!(app.database().everything() == before, "{role:?} has changed something");
        for route in theirs.iter().filter(|route| **route != "/sign-out") {
            let answer = browser.post(&things.path(route), &fields).await;
            assert!(!answer.body.contains(REFUSED), "{role:?} {route}");
        }
    }
    // The same forms do something for an owner, or fail for another reason.
    let mut changed = 0;
    for route in forms.iter().filter(|route| !LOOKING.contains(&route.as_str())) {
        let before = app.database().everything();
        let answer = owner.submit(&things.path(route), &FIELDS).await;
        assert!(!answer.body.contains(REFUSED), "{route}");
        changed += usize::from(app.database().everything() != before);
    }
    assert!(changed >= 12, "only {changed} forms do something");
}

/// The targets of the forms of a page that are sent.
fn sent_to(page: &str) -> Vec<String> {
    let forms = page.split("<form method=\"post\"").skip(1);
    let target = |form: &str| {
        let tag = form.split('>').next().unwrap_or_default();
        let (_, action) = tag.split_once("action=\"").expect("a target");
        action.split('"').next().unwrap_or_default().to_owned()
    };
    forms.map(target).collect()
}

#[tokio::test]
async fn pages_show_no_form_that_the_role_may_not_use_and_no_secret() {
    let app = start().await;
    let things = Things::of(&app).await;
    let mut owner = Browser::set_up(&app).await;
    let route = app.api.bearing(&things.tenant.key).get("/v1/tenant/routes").await.json();
    let verify_token = route["data"][1]["reports"]["verify_token"].as_str().expect("a token").to_owned();
    let open = ["", "/sign-in", "/setup/{token}"];
    let pages: Vec<_> =
        routes::taking("GET").into_iter().filter(|route| !open.contains(&route.as_str())).collect();
    assert!(pages.len() > 30 && OWNERS_PAGES.iter().all(|page| pages.iter().any(|route| route == page)));
    let mut shown_to_owners = BTreeSet::new();
    for route in &pages {
        let answer = owner.get(&things.path(route)).await;
        assert_eq!(answer.status, 200, "{route}: {}", answer.body);
        shown_to_owners.extend(sent_to(&answer.body));
    }
    assert!(shown_to_owners.len() > 20, "{shown_to_owners:?}");
    for role in [Role::Support, Role::ReadOnly] {
        let mut browser = operator(&app, role.as_str(), role).await;
        let theirs: BTreeSet<_> = forms_of(role).iter().map(|route| things.path(route)).collect();
        let mut seen = BTreeSet::new();
        for route in &pages {
            let answer = browser.get(&things.path(route)).await;
            if OWNERS_PAGES.contains(&route.as_str()) {
                shows(&answer, 403, REFUSED);
                continue;
            }
            assert_eq!(answer.status, 200, "{role:?} {route}: {}", answer.body);
            for target in sent_to(&answer.body) {
                assert!(theirs.contains(&target), "{role:?} sees on {route} a form to {target}");
                seen.insert(target);
            }
            assert!(!answer.body.contains(&verify_token), "{role:?} sees a secret on {route}");
            assert!(!answer.body.contains("href=\"/console/operators\""), "{route}");
            for page in ["/console/tenants/new\"", "/providers/new\""] {
                assert!(!answer.body.contains(page), "{role:?} is led from {route} to {page}");
            }
        }
        let missing: Vec<_> = theirs
            .difference(&seen)
            .filter(|path| !path.contains("/totp/off") && !path.contains("others"))
            .collect();
        assert!(missing.is_empty(), "{role:?} finds no form to {missing:?}");
    }
    assert!(owner.get(&own(&things.tenant, "/providers")).await.body.contains(&verify_token));
}

#[tokio::test]
async fn who_only_looks_still_sees_what_is_set() {
    let app = start().await;
    let things = Things::of(&app).await;
    let mut owner = Browser::set_up(&app).await;
    let tenant = &things.tenant;
    let settings = [("name", "Acme"), ("return_urls", "https://app.example/back"), ("allowed_origins", "")];
    leads(&owner.submit(&own(tenant, ""), &settings).await);
    leads(&owner.submit(&own(tenant, "/limits"), &[("mint_per_tenant", "9/1s")]).await);
    let mut browser = operator(&app, "eve", Role::ReadOnly).await;
    let overview = browser.get(&own(tenant, "")).await.body;
    for text in ["Acme", "https://app.example/back", "9/1s"] {
        assert!(overview.contains(text), "{text}: {overview}");
    }
    let template = browser.get(&things.path("/tenants/{tenant}/templates/edit")).await;
    shows(&template, 200, "<pre>{{ code }}</pre>");
    for page in reports::PAGES {
        assert_eq!(browser.get(&format!("/console{page}")).await.status, 200, "{page}");
    }
}

#[tokio::test]
async fn support_sends_a_code_again_and_clears_a_lockout() {
    let app = start().await;
    let tenant = app.tenant().await;
    Browser::set_up(&app).await;
    let mut support = operator(&app, "sue", Role::Support).await;
    let minted = app.mint(&tenant, JANE).await;
    recorded(&app, 1).await;
    let everywhere = format!("/console/deliveries/{}", minted.key);
    let resend = own(&tenant, &format!("/deliveries/{}/resend", minted.key));
    let shown = support.get(&everywhere).await.body;
    assert!(sent_to(&shown).contains(&resend), "{shown}");
    shows(&support.submit(&resend, &[]).await, 429, "This code was sent a moment ago.");
    app.clock.pass_seconds(30);
    let there = leads(&support.submit(&resend, &[]).await);
    shows(&support.get(&there).await, 200, "The code is on its way again.");
    assert_eq!(app.code_after(1, JANE).await, minted.code);
    // It is the code that the tenant checks, and no other challenge is.
    let other = own(&app.tenant().await, &format!("/deliveries/{}/resend", minted.key));
    assert_ne!(support.submit(&other, &[]).await.status, 303);
    for _ in 0..4 {
        let challenge = app.mint(&tenant, "joe@example.com").await;
        for _ in 0..5 {
            app.api.verify(&challenge.key, "000000").await;
        }
        app.clock.pass_seconds(600);
    }
    support = Browser::at(&app);
    let fields = [("name", "sue"), ("password", PASSWORD)];
    leads(&support.post(super::SIGN_IN, &fields).await);
    let unlock = own(&tenant, "/recipients/unlock");
    shows(&support.submit(&unlock, &[("recipient", "nobody")]).await, 422, "value=\"nobody\"");
    let cleared = leads(&support.submit(&unlock, &[("recipient", "joe@example.com")]).await);
    shows(&support.get(&cleared).await, 200, "The recipient is unlocked.");
    let nothing = leads(&support.submit(&unlock, &[("recipient", "joe@example.com")]).await);
    shows(&support.get(&nothing).await, 200, "The recipient was not locked out.");
    let named = app.database().text("SELECT actor FROM audit WHERE event = 'unlocked'");
    assert_eq!(named, "operator:sue");
}

#[tokio::test]
async fn a_tenant_is_in_no_role_and_manages_itself() {
    let app = start().await;
    let tenant = app.tenant().await;
    let mut browser = super::tenant::signed_in(&app, &tenant).await;
    let settings = [("name", "Acme"), ("return_urls", ""), ("allowed_origins", "")];
    leads(&browser.submit(&own(&tenant, ""), &settings).await);
    let key = [("name", "backend"), ("scopes", "mint")];
    assert_eq!(browser.submit(&own(&tenant, "/keys"), &key).await.status, 201);
}
