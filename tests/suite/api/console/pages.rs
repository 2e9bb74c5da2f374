//! What an operator does at the console, page by page.

use super::{Browser, PASSWORD, audited, hidden, leads, shows, start, start_with};
use crate::api::harness::{SMTP_MAIL, SMTP_PASSWORD, Tenant, TestApp};

pub fn of(tenant: &Tenant, end: &str) -> String {
    format!("/console/tenants/{}{end}", tenant.handle)
}

/// The secret that a page shows once.
#[track_caller]
pub fn secret(page: &str) -> String {
    let (_, rest) =
        page.split_once("<code class=\"secret\" data-copy=").unwrap_or_else(|| panic!("no secret in {page}"));
    rest.split(['>', '<']).nth(1).unwrap().to_owned()
}

async fn work(app: &TestApp, key: &str) -> bool {
    app.api.bearing(key).get("/v1/challenges/AbcdefghijkLmnopqrstuvw").await.status == 404
}

pub fn account(app: &TestApp) -> Vec<(&'static str, String)> {
    vec![
        ("host", "localhost".to_owned()),
        ("port", app.mail.address().port().to_string()),
        ("username", SMTP_MAIL.to_owned()),
        ("password", SMTP_PASSWORD.to_owned()),
        ("from", SMTP_MAIL.to_owned()),
    ]
}

pub fn texts<'a>(fields: &'a [(&'static str, String)]) -> Vec<(&'static str, &'a str)> {
    fields.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

#[tokio::test]
async fn tenants_are_listed_and_found_by_name_and_handle() {
    let app = start().await;
    let mut browser = Browser::set_up(&app).await;
    let (one, other) = (app.tenant().await, app.tenant().await);
    app.database().change(&format!("UPDATE tenants SET name = 'Acme <b>' WHERE handle = '{}'", one.handle));
    let all = browser.get("/console/tenants").await;
    shows(&all, 200, &one.handle);
    shows(&all, 200, &other.handle);
    assert!(all.body.contains("Acme &#60;b&#62;") && !all.body.contains("Acme <b>"));
    for asked in ["acme", "ACME%20%3C", &one.handle] {
        let found = browser.get(&format!("/console/tenants?q={asked}")).await;
        assert!(found.body.contains(&one.handle) && !found.body.contains(&other.handle), "{asked}");
    }
    shows(&browser.get("/console/tenants?q=%25").await, 200, "There is no tenant");
}

#[tokio::test]
async fn the_list_has_pages() {
    let app = start().await;
    let mut browser = Browser::set_up(&app).await;
    app.tenant().await;
    app.database().change(
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 60) \
         INSERT INTO tenants (id, handle, name, status, created_at, settings, revision) \
         SELECT x, 'tnt_' || (2222222222222222 + x % 8 + x / 8 % 8 * 10), 'n' || x, 'active', 0, \
         (SELECT settings FROM tenants LIMIT 1), 0 FROM n",
    );
    let first = browser.get("/console/tenants").await.body;
    assert_eq!(first.matches("<tr>").count(), 51);
    let (_, rest) = first.split_once("<a href=\"/console/tenants?").expect("a next page");
    let next = rest.split('"').next().unwrap().replace("&#38;", "&");
    let second = browser.get(&format!("/console/tenants?{next}")).await.body;
    assert_eq!(second.matches("<tr>").count(), 12);
    assert!(!second.contains("Next page"));
}

#[tokio::test]
async fn a_tenant_is_registered_and_its_key_shown_once() {
    let app = start().await;
    let mut browser = Browser::set_up(&app).await;
    assert_eq!(browser.get("/console/tenants/new").await.status, 200);
    let mut fields = account(&app);
    fields.push(("name", "Acme".to_owned()));
    let made = browser.submit("/console/tenants/new", &texts(&fields)).await;
    assert_eq!(made.status, 201, "{}", made.body);
    assert_eq!(made.header("cache-control"), Some("no-store"));
    let key = secret(&made.body);
    assert!(work(&app, &key).await);
    let handle = app.database().text("SELECT handle FROM tenants");
    let tenant = Tenant { handle, key };
    for end in ["", "/keys", "/accounts"] {
        let page = browser.get(&of(&tenant, end)).await;
        assert!(page.status == 200 && !page.body.contains(&tenant.key), "{}", page.body);
    }
    assert_eq!(app.mint(&tenant, crate::api::harness::JANE).await.code.len(), 6);
}

#[tokio::test]
async fn what_the_api_refuses_the_console_refuses_in_the_same_words() {
    let app = start().await;
    let mut browser = Browser::set_up(&app).await;
    let tenant = app.tenant().await;
    let fields = account(&app);
    for (path, name, value, told) in [
        ("/console/tenants/new", "port", "x", "port: must be a whole number from 0 to 65535"),
        ("/console/tenants/new", "port", "0", "port: a number from 1 to 65535"),
        ("/console/tenants/new", "host", "10.0.0.1", "private or local address"),
        ("/console/tenants/new", "password", "", "password: a new account needs its password"),
        ("/console/tenants/new", "from", "nobody", "from: "),
    ] {
        let mut changed = fields.clone();
        changed.iter_mut().filter(|(known, _)| *known == name).for_each(|field| field.1 = value.to_owned());
        let answer = browser.submit(path, &texts(&changed)).await;
        assert!((400..500).contains(&answer.status) && answer.body.contains(told), "{told}: {}", answer.body);
        assert!(!answer.body.contains(SMTP_PASSWORD));
    }
    for (end, fields, told) in [
        ("/policy", [("/code/length", "11")], "Length: "),
        ("/policy", [("/ttl", "5")], "Lifetime: "),
        ("/keys", [("name", "backend")], "scopes: 1 to 6 scopes"),
        ("", [("return_urls", "nowhere")], "return urls 0: "),
        ("/limits", [("mint_per_tenant", "often")], "mint per tenant: "),
    ] {
        let answer = browser.submit(&of(&tenant, end), &fields).await;
        assert!(answer.status == 422 && answer.body.contains(told), "{told}: {}", answer.body);
    }
}

#[tokio::test]
async fn what_a_limit_refuses_says_when_to_come_again_and_is_told_among_those_that_fired() {
    let app = start_with(|settings| {
        settings.limits.mint_per_tenant = "1/1m".parse().unwrap();
        settings.console.wrong_per_account = "1/15m".parse().unwrap();
    })
    .await;
    let mut browser = Browser::set_up(&app).await;
    let tenant = app.tenant().await;
    let id = hidden(&browser.get(&of(&tenant, "/accounts")).await.body, "id");
    let test = of(&tenant, &format!("/accounts/{id}/test"));
    assert_eq!(browser.submit(&test, &[]).await.status, 200);
    let answer = browser.submit(&test, &[]).await;
    shows(&answer, 429, "This tenant is minting too fast. Please try again in 60 seconds.");
    assert_eq!(answer.retry_after(), 60);
    let delete = of(&tenant, &format!("/accounts/{id}/delete"));
    assert_eq!(browser.submit(&delete, &[("confirm", "wrong")]).await.status, 403);
    let answer = browser.submit(&delete, &[("confirm", PASSWORD)]).await;
    shows(&answer, 429, "Too many wrong tries at signing in. Please try again in 15 minutes.");
    assert_eq!(answer.retry_after(), 900);
    let fired = browser.get("/console/fired").await;
    shows(&fired, 200, "mint per tenant");
    shows(&fired, 200, "sign ins");
}

#[tokio::test]
async fn keys_are_made_replaced_and_revoked() {
    let app = start().await;
    let mut browser = Browser::set_up(&app).await;
    let tenant = app.tenant().await;
    let keys = of(&tenant, "/keys");
    let made = browser.submit(&keys, &[("name", "backend"), ("scopes", "mint"), ("scopes", "verify")]).await;
    assert_eq!(made.status, 201);
    let first = secret(&made.body);
    assert!(work(&app, &first).await && !browser.get(&keys).await.body.contains(&first));
    let handle = app.database().text("SELECT handle FROM secret_keys WHERE name = 'backend'");
    let rotate = format!("{keys}/{handle}/rotate");
    shows(
        &browser.submit(&rotate, &[("overlap", "0"), ("confirm", "wrong")]).await,
        403,
        "That was not right.",
    );
    let replaced = browser.submit(&rotate, &[("overlap", "0"), ("confirm", PASSWORD)]).await;
    assert_eq!(replaced.status, 201, "{}", replaced.body);
    let second = secret(&replaced.body);
    assert!(work(&app, &second).await && !work(&app, &first).await);
    let live = "SELECT handle FROM secret_keys WHERE name = 'backend' AND expires_at IS NULL";
    let revoke = format!("{keys}/{}/revoke", app.database().text(live));
    for confirm in ["", "wrong", &tenant.key] {
        shows(&browser.submit(&revoke, &[("confirm", confirm)]).await, 403, "That was not right.");
    }
    assert!(work(&app, &second).await);
    assert_eq!(
        leads(&browser.submit(&revoke, &[("confirm", PASSWORD)]).await),
        format!("{keys}?done=key_revoked")
    );
    assert!(!work(&app, &second).await);
    let confirmed = audited(&app).iter().filter(|line| *line == "operator_confirmed jane").count();
    assert_eq!(confirmed, 2);
    let about =
        "SELECT count(*) FROM audit JOIN tenants t ON t.id = tenant WHERE event = 'operator_confirmed'";
    assert_eq!(app.database().number(about), 2);
}

#[tokio::test]
async fn the_last_key_that_can_manage_stays() {
    let app = start().await;
    let mut browser = Browser::set_up(&app).await;
    let tenant = app.tenant().await;
    let handle = app.database().text("SELECT handle FROM secret_keys");
    let answer =
        browser.submit(&of(&tenant, &format!("/keys/{handle}/revoke")), &[("confirm", PASSWORD)]).await;
    assert_eq!(answer.status, 409, "{}", answer.body);
    assert!(work(&app, &tenant.key).await);
}

#[tokio::test]
async fn a_tenant_is_switched_off_and_on_with_the_password() {
    let app = start().await;
    let mut browser = Browser::set_up(&app).await;
    let tenant = app.tenant().await;
    let status = of(&tenant, "/status");
    let off = [("status", "disabled"), ("confirm", "wrong")];
    shows(&browser.submit(&status, &off).await, 403, "That was not right.");
    assert!(work(&app, &tenant.key).await);
    let off = [("status", "disabled"), ("confirm", PASSWORD)];
    assert_eq!(leads(&browser.submit(&status, &off).await), of(&tenant, "?done=disabled"));
    assert!(!work(&app, &tenant.key).await);
    shows(&browser.get(&of(&tenant, "?done=disabled")).await, 200, "Enable the tenant");
    let on = [("status", "active"), ("confirm", PASSWORD)];
    assert_eq!(leads(&browser.submit(&status, &on).await), of(&tenant, "?done=enabled"));
    assert!(work(&app, &tenant.key).await);
}

#[tokio::test]
async fn settings_limits_and_policies_are_as_the_api_has_them() {
    let app = start().await;
    let mut browser = Browser::set_up(&app).await;
    let tenant = app.tenant().await;
    let settings = [
        ("name", "Acme"),
        ("return_urls", "https://app.example/done\r\nhttps://app.example/other"),
        ("allowed_origins", "https://app.example"),
    ];
    assert_eq!(leads(&browser.submit(&of(&tenant, ""), &settings).await), of(&tenant, "?done=changed"));
    let policy = [("/code/length", "8"), ("/ttl", "300"), ("/resend_after", "30, 60")];
    leads(&browser.submit(&of(&tenant, "/policy"), &policy).await);
    leads(&browser.submit(&of(&tenant, "/policy"), &[("purpose", "login"), ("/attempts", "3")]).await);
    shows(&browser.get(&of(&tenant, "")).await, 200, "In force: 3/10m, 5/1h, 10/24h · server default");
    let limits = [("mint_per_tenant", "50/1s"), ("sends_per_recipient", "5/10m, 20/24h")];
    leads(&browser.submit(&of(&tenant, "/limits"), &limits).await);
    shows(&browser.get(&of(&tenant, "")).await, 200, "Left empty: 3/10m, 5/1h, 10/24h");
    let told = app.api.bearing(&tenant.key).get("/v1/tenant").await.json();
    assert_eq!(told["name"], "Acme");
    assert_eq!(told["return_urls"].as_array().unwrap().len(), 2);
    assert_eq!(told["policy"]["code"]["length"], 8);
    assert_eq!(told["effective"]["login"]["attempts"], 3);
    let told = app.operator().get(&format!("/v1/admin/tenants/{}", tenant.handle)).await.json();
    assert_eq!(told["limits"]["mint_per_tenant"], "50/1s");
    let page = browser.get(&of(&tenant, "/policy?purpose=login")).await;
    shows(&page, 200, "For login");
    // An emptied field removes the setting.
    leads(&browser.submit(&of(&tenant, "/policy"), &[]).await);
    let told = app.api.bearing(&tenant.key).get("/v1/tenant").await.json();
    assert_eq!(told["policy"], serde_json::json!({}));
}

#[tokio::test]
async fn accounts_are_added_tried_changed_and_deleted() {
    let app = start().await;
    let mut browser = Browser::set_up(&app).await;
    let tenant = app.tenant().await;
    let accounts = of(&tenant, "/accounts");
    let id = hidden(&browser.get(&accounts).await.body, "id");
    let tried = browser.submit(&format!("{accounts}/{id}/test"), &[]).await;
    shows(&tried, 200, "The account works");
    let mut second = account(&app);
    second.push(("name", "spare".to_owned()));
    assert_eq!(leads(&browser.submit(&accounts, &texts(&second)).await), format!("{accounts}?done=account"));
    // Without its password an account cannot be pointed elsewhere.
    let mut moved = account(&app);
    moved.push(("id", id.clone()));
    moved.iter_mut().filter(|(name, _)| *name == "password").for_each(|field| field.1.clear());
    assert_eq!(leads(&browser.submit(&accounts, &texts(&moved)).await), format!("{accounts}?done=account"));
    moved.iter_mut().filter(|(name, _)| *name == "username").for_each(|field| field.1 = "evil".to_owned());
    shows(&browser.submit(&accounts, &texts(&moved)).await, 422, "the password is needed again");
    let delete = format!("{accounts}/{id}/delete");
    shows(&browser.submit(&delete, &[("confirm", "wrong")]).await, 403, "That was not right.");
    assert_eq!(
        leads(&browser.submit(&delete, &[("confirm", PASSWORD)]).await),
        format!("{accounts}?done=account_deleted")
    );
    let left = browser.get(&accounts).await.body;
    assert!(left.contains("spare") && !left.contains(&id));
    assert_eq!(browser.submit(&delete, &[("confirm", PASSWORD)]).await.status, 404);
}

/// The names of a tenant's accounts, according to the API.
async fn order(app: &TestApp, tenant: &Tenant) -> Vec<String> {
    let told = app.api.bearing(&tenant.key).get("/v1/tenant/smtp").await.json();
    let names = told["accounts"].as_array().unwrap().iter();
    names.map(|account| account["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn an_account_is_moved_up_and_tried_earlier() {
    let app = start().await;
    let mut browser = Browser::set_up(&app).await;
    let tenant = app.tenant().await;
    let accounts = of(&tenant, "/accounts");
    for name in ["second", "third"] {
        let mut fields = account(&app);
        fields.push(("name", name.to_owned()));
        leads(&browser.submit(&accounts, &texts(&fields)).await);
    }
    assert_eq!(order(&app, &tenant).await, ["", "second", "third"]);
    let page = browser.get(&accounts).await.body;
    let ups: Vec<&str> = page.split("action=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let ups: Vec<&str> = ups.into_iter().filter(|path| path.ends_with("/up")).collect();
    assert_eq!(ups.len(), 2, "the first one is first");
    for (path, expected) in [(ups[1], ["", "third", "second"]), (ups[1], ["third", "", "second"])] {
        let moved = browser.submit(path, &[]).await;
        assert_eq!(leads(&moved), format!("{accounts}?done=account_moved"));
        assert_eq!(order(&app, &tenant).await, expected);
    }
    // The first cannot move up.
    leads(&browser.submit(ups[1], &[]).await);
    assert_eq!(order(&app, &tenant).await, ["third", "", "second"]);
    let unknown = format!("{accounts}/smtp_4hq7k2m9x3c8v5bn/up");
    assert_eq!(browser.submit(&unknown, &[]).await.status, 404);
    // A mail is sent with the first account, with the passwords that were stored.
    assert_eq!(app.mint(&tenant, crate::api::harness::JANE).await.code.len(), 6);
}

#[tokio::test]
async fn a_template_is_previewed_saved_and_deleted() {
    let app = start().await;
    let mut browser = Browser::set_up(&app).await;
    let tenant = app.tenant().await;
    let templates = of(&tenant, "/templates");
    let words = [
        ("purpose", "login"),
        ("locale", "en"),
        ("subject", "Your code"),
        ("text", "Hi\r\n{{ code }}"),
        ("html", "<p>Hi <b>{{ code }}</b></p>"),
    ];
    let text = browser.submit(&format!("{templates}/preview/text"), &words).await;
    assert_eq!((text.status, text.body.as_str()), (200, "Your code\n\nHi\n123456"));
    let html = browser.submit(&format!("{templates}/preview/html"), &words).await;
    assert!(html.body.contains("<b>123456</b>"), "{}", html.body);
    let policy = html.header("content-security-policy").unwrap();
    assert!(policy.starts_with("sandbox; default-src 'none';") && policy.ends_with("frame-ancestors 'self'"));
    assert_eq!(html.header("x-frame-options"), Some("SAMEORIGIN"));
    assert_eq!(
        leads(&browser.submit(&format!("{templates}/edit"), &words).await),
        format!("{templates}?done=template")
    );
    shows(
        &browser.get(&format!("{templates}/edit?purpose=login&locale=en")).await,
        200,
        "Hi\n{{ code }}</textarea>",
    );
    let broken = [("purpose", "login"), ("locale", "en"), ("subject", "s"), ("text", "no code")];
    let answer = browser.submit(&format!("{templates}/edit"), &broken).await;
    shows(&answer, 422, "no code</textarea>");
    let delete = browser.submit(&format!("{templates}/delete"), &words[..2]).await;
    assert_eq!(leads(&delete), format!("{templates}?done=template_deleted"));
    shows(&browser.get(&templates).await, 200, "No templates yet.");
}

#[tokio::test]
async fn a_policy_says_what_is_in_force_where_that_comes_from_and_what_is_wrong_with_it() {
    let app = start().await;
    let mut browser = Browser::set_up(&app).await;
    let tenant = app.tenant().await;
    let (general, login) = (of(&tenant, "/policy"), of(&tenant, "/policy?purpose=login"));
    let page = browser.get(&general).await;
    for told in [
        "In force: 6 characters · server default",
        "In force: Digits · server default",
        "In force: 600, to phone numbers 300 · server default",
        "In force: 30, 60 seconds · server default",
    ] {
        shows(&page, 200, told);
    }
    shows(&page, 200, ">1 in 200,000</output>");
    leads(&browser.submit(&general, &[("/code/length", "8")]).await);
    shows(&browser.get(&general).await, 200, "Left empty: 6 characters · server default");
    let page = browser.get(&login).await;
    shows(&page, 200, "In force: 8 characters · set for all purposes");
    shows(&page, 200, ">1 in 20,000,000</output>");
    let typed = [("purpose", "login"), ("/ttl", "5"), ("/attempts", "11"), ("/sends", "2")];
    let refused = browser.submit(&general, &typed).await;
    shows(&refused, 422, "<p id=\"ttl-error\" class=\"hint wrong\">ttl must be from 60 to 900 seconds</p>");
    assert_eq!(refused.body.matches(" autofocus").count(), 1);
    assert!(refused.body.contains("name=\"/sends\" type=\"number\" value=\"2\""), "{}", refused.body);
}
