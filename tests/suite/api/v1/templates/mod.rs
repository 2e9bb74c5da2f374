//! The tenant's own words: stored, checked, previewed and sent.

mod sending;
mod short;

use mail_catcher::Mail;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Backend, assert_problem, minted};
use crate::api::harness::{Answer, Api, Tenant, TestApp};

const TO: &str = "jane@example.com";
const PATH: &str = "/v1/tenant/templates";

/// A tenant's templates.
struct Templates(Api);

impl Templates {
    fn of(app: &TestApp, tenant: &Tenant) -> Self {
        Self(app.api.bearing(&tenant.key))
    }

    async fn put(&self, name: &str, body: &Value) -> Answer {
        self.0.send(Method::PUT, &format!("{PATH}/{name}"), body.to_string().into_bytes()).await
    }

    /// Saves a valid one.
    async fn save(&self, name: &str, text: &str) {
        let answer =
            self.put(name, &json!({ "subject": name, "text": format!("{text} {{{{ code }}}}") })).await;
        assert!([200, 201].contains(&answer.status), "{}", answer.body);
    }

    async fn get(&self, name: &str) -> Answer {
        self.0.get(&format!("{PATH}/{name}")).await
    }

    async fn delete(&self, name: &str) -> Answer {
        self.0.send(Method::DELETE, &format!("{PATH}/{name}"), Vec::new()).await
    }

    async fn list(&self) -> Value {
        self.0.get(PATH).await.json()
    }

    async fn lint(&self, body: &Value) -> Value {
        let answer = self.0.post(&format!("{PATH}/lint"), body).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()
    }

    async fn preview(&self, body: &Value) -> Answer {
        self.0.post(&format!("{PATH}/preview"), body).await
    }
}

/// A running server, and a tenant of it.
async fn world() -> (TestApp, Tenant) {
    let app = TestApp::with(|settings| settings.limits.enabled = false).await;
    let tenant = app.tenant().await;
    (app, tenant)
}

fn template() -> Value {
    json!({
        "subject": "{{ app }}{% if vars.device %} on {{ vars.device }}{% endif %}",
        "text": "Hi {{ to }},\n{% if vars.device %}for {{ vars.device }}:{% endif %}\n{{ code }}\n{{ lifetime }}",
        "html": "<p>{{ vars.device }}: <b>{{ code }}</b></p><p>{{ minutes }} minutes</p>",
    })
}

/// Mints, and reads the mail.
async fn mail(app: &TestApp, tenant: &Tenant, body: &Value) -> std::sync::Arc<Mail> {
    let to = body["to"].as_str().unwrap();
    let before = app.mails_to(to);
    minted(app, &Backend::of(app, tenant), body).await;
    app.mail.wait_for_many(to, before + 1).await.unwrap()[before].clone()
}

/// The text of the mail that this mint sends.
async fn text(app: &TestApp, tenant: &Tenant, purpose: &str, locale: &str) -> String {
    let mail = mail(app, tenant, &json!({ "to": TO, "purpose": purpose, "locale": locale })).await;
    mail.text().unwrap().to_owned()
}

#[tokio::test]
async fn another_tenants_templates_are_neither_used_nor_seen() {
    let (app, owner) = world().await;
    let stranger = app.tenant().await;
    let (own, others) = (Templates::of(&app, &owner), Templates::of(&app, &stranger));
    own.save("login/en", "own").await;
    assert_problem(&others.get("login/en").await, 404, "template_not_found");
    assert_problem(&others.delete("login/en").await, 404, "template_not_found");
    assert_eq!(others.list().await, json!({ "data": [], "next": null, "warnings": [] }));
    let preview = others.preview(&json!({ "purpose": "login" })).await.json();
    assert_eq!(preview["source"], "built_in");
    assert!(!text(&app, &stranger, "login", "en").await.contains("own"));
    others.save("login/en", "theirs").await;
    assert!(text(&app, &owner, "login", "en").await.starts_with("own "));
    assert_eq!(own.list().await["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn only_a_key_that_manages_looks_after_templates() {
    let (app, tenant) = world().await;
    let templates = Templates::of(&app, &tenant);
    templates.save("login/en", "own").await;
    app.database().change("UPDATE secret_keys SET scopes = 'mint verify '");
    app.clock.pass_seconds(1);
    let body = template();
    for answer in [
        templates.0.get(PATH).await,
        templates.get("login/en").await,
        templates.put("login/en", &body).await,
        templates.delete("login/en").await,
        templates.0.post(&format!("{PATH}/lint"), &body).await,
        templates.preview(&body).await,
    ] {
        assert_problem(&answer, 403, "insufficient_scope");
    }
    let answer = app.api.get(PATH).await;
    assert_problem(&answer, 401, "invalid_secret_key");
}

#[tokio::test]
async fn a_template_with_errors_is_refused_with_the_part_of_each_and_changes_nothing() {
    let (app, tenant) = world().await;
    let templates = Templates::of(&app, &tenant);
    templates.save("login/en", "good").await;
    let bad =
        json!({ "subject": "{{ code }}", "text": "{% for x in y %}{% endfor %}", "html": "<div>{{ code }}" });
    for answer in [templates.put("login/en", &bad).await, templates.preview(&bad).await] {
        let problem = assert_problem(&answer, 422, "invalid_field");
        let pointers: Vec<_> = problem["errors"].as_array().unwrap().iter().map(|e| &e["pointer"]).collect();
        assert_eq!(pointers, ["/subject", "/text"], "{problem}");
    }
    let report = templates.lint(&bad).await;
    assert_eq!(report["errors"].as_array().unwrap().len(), 2, "{report}");
    assert_eq!(report["warnings"][0]["pointer"], "/html", "{report}");
    assert!(templates.get("login/en").await.json()["text"].as_str().unwrap().starts_with("good"));
    let empty = templates.lint(&json!({})).await;
    assert_eq!(empty["errors"][0]["pointer"], "/subject", "{empty}");
    for (name, pointer) in
        [("Login/en", "/purpose"), ("login/english", "/locale"), ("login/en%00", "/locale")]
    {
        let problem = assert_problem(&templates.put(name, &template()).await, 422, "invalid_field");
        assert_eq!(problem["errors"][0]["pointer"], pointer);
    }
    let unknown = json!({ "subject": "s", "text": "{{ code }}", "htm": "x" });
    assert_problem(&templates.put("login/en", &unknown).await, 422, "invalid_field");
    let large = json!({ "subject": "s", "text": format!("{{{{ code }}}}{}", "x".repeat(17_000)) });
    assert_problem(&templates.put("login/en", &large).await, 413, "body_too_large");
}

#[tokio::test]
async fn the_list_tells_warnings_and_gaps() {
    let (app, tenant) = world().await;
    let templates = Templates::of(&app, &tenant);
    templates.save("login/en", "no lifetime").await;
    templates.put("login/de", &template()).await;
    templates.put("transaction/en", &template()).await;
    let list = templates.list().await;
    let names: Vec<_> =
        list["data"].as_array().unwrap().iter().map(|t| (&t["purpose"], &t["locale"])).collect();
    let name = |purpose: &str, locale: &str| (json!(purpose), json!(locale));
    let expected = [name("login", "de"), name("login", "en"), name("transaction", "en")];
    assert_eq!(names, expected.iter().map(|(p, l)| (p, l)).collect::<Vec<_>>());
    assert_eq!(list["data"][1]["warnings"][0]["pointer"], "/text", "{list}");
    assert_eq!(list["data"][1]["updated_at"], "2026-01-15T12:00:00Z");
    assert_eq!(list["warnings"].as_array().unwrap().len(), 1, "{list}");
    let gap = list["warnings"][0]["detail"].as_str().unwrap();
    assert!(gap.starts_with("transaction has no template in de"), "{gap}");
    assert_eq!(templates.lint(&template()).await["warnings"], list["warnings"]);
}

#[tokio::test]
async fn a_tenant_has_so_many_templates_and_no_more() {
    let (app, tenant) = world().await;
    let templates = Templates::of(&app, &tenant);
    for at in 0..200 {
        templates.save(&format!("p{at}/en"), "x").await;
    }
    let body = json!({ "subject": "s", "text": "{{ code }}" });
    assert_problem(&templates.put("one_more/en", &body).await, 409, "too_many_templates");
    assert_eq!(templates.put("p7/en", &body).await.status, 200);
    assert_eq!(templates.delete("p7/en").await.status, 204);
    assert_eq!(templates.put("one_more/en", &body).await.status, 201);
}
