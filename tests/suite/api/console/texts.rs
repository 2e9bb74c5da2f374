//! What tenants and visitors write is text on every page, and never markup.

use serde_json::json;

use super::tenant::{own, signed_in};
use super::{Browser, SIGN_IN, form, start};
use crate::api::harness::{Answer, SMTP_MAIL, SMTP_PASSWORD, Tenant, TestApp};

const HOSTILE: &str = "\"></title></textarea><script>alert(1)</script>";

/// The page shows it as text.
#[track_caller]
fn is_text(page: &Answer, of: &str) {
    assert!(page.body.contains("&#60;script&#62;alert(1)"), "{of} does not show it: {}", page.body);
    assert!(!page.body.contains("<script>alert"), "{of}: {}", page.body);
}

/// A tenant that uses it as its name, and for its keys and accounts.
async fn hostile_tenant(app: &TestApp) -> Tenant {
    let tenant = app.tenant().await;
    let api = app.api.bearing(&tenant.key);
    let named = json!({ "name": HOSTILE }).to_string().into_bytes();
    assert_eq!(api.send(reqwest::Method::PATCH, "/v1/tenant", named).await.status, 200);
    let key = json!({ "name": HOSTILE, "scopes": ["mint"] });
    assert_eq!(api.post("/v1/tenant/keys", &key).await.status, 201);
    tenant
}

#[tokio::test]
async fn what_a_tenant_calls_itself_and_what_it_has_is_text() {
    let app = start().await;
    let tenant = hostile_tenant(&app).await;
    let (mut operator, mut own_view) = (Browser::set_up(&app).await, signed_in(&app, &tenant).await);
    let port = app.mail.address().port().to_string();
    let account = [
        ("name", HOSTILE),
        ("host", "localhost"),
        ("port", &port),
        ("username", HOSTILE),
        ("password", SMTP_PASSWORD),
        ("from", SMTP_MAIL),
    ];
    assert_eq!(own_view.submit(&own(&tenant, "/accounts"), &account).await.status, 303);
    is_text(&operator.get("/console/tenants").await, "the list");
    for browser in [&mut operator, &mut own_view] {
        for end in ["", "/keys", "/accounts", "/policy", "/templates", "/numbers", "/servers"] {
            is_text(&browser.get(&own(&tenant, end)).await, end);
        }
    }
}

#[tokio::test]
async fn a_template_is_text_where_it_is_written() {
    let app = start().await;
    let tenant = app.tenant().await;
    let mut browser = Browser::set_up(&app).await;
    let edit = own(&tenant, "/templates/edit");
    let name = [("purpose", "login"), ("locale", "en")];
    let body = format!("{{{{ code }}}}{HOSTILE}");
    let words = [name[0], name[1], ("subject", HOSTILE), ("text", &body)];
    assert_eq!(browser.submit(&edit, &words).await.status, 303);
    is_text(&browser.get(&format!("{edit}?purpose=login&locale=en")).await, "what is kept");
    let words = [name[0], name[1], ("subject", "s"), ("text", "no code"), ("html", HOSTILE)];
    let refused = browser.submit(&edit, &words).await;
    assert_eq!(refused.status, 422, "{}", refused.body);
    is_text(&refused, "what is refused");
}

#[tokio::test]
async fn what_is_asked_for_and_typed_is_text() {
    let app = start().await;
    let mut browser = Browser::set_up(&app).await;
    for (path, field) in [
        ("/console/tenants", "q"),
        ("/console/audit", "who"),
        ("/console/audit", "tenant"),
        ("/console/audit", "from"),
        ("/console/deliveries", "tenant"),
        ("/console/fired", "tenant"),
        ("/console/servers", "tenant"),
        ("/console/numbers", "tenant"),
    ] {
        let page = browser.get(&format!("{path}?{}", form(&[(field, HOSTILE)]))).await;
        is_text(&page, &format!("{path} {field}"));
    }
    let tried = [("name", HOSTILE), ("password", "x")];
    is_text(&Browser::at(&app).post(SIGN_IN, &tried).await, "the name at signing in");
    let tenant = app.tenant().await;
    let key = [("name", HOSTILE), ("scopes", "nothing")];
    is_text(&browser.submit(&own(&tenant, "/keys"), &key).await, "the name of a key");
    let link = super::setup_link(&app).await;
    let account = [("name", HOSTILE), ("password", "short"), ("again", "short")];
    let set_up = Browser::at(&app).post(&link, &account).await;
    is_text(&set_up, "the name at setting up");
}
