//! Templates for text messages and calls.

use serde_json::{Value, json};

use super::{PATH, Templates};
use crate::api::harness::{Tenant, TestApp};
use crate::api::v1::sandbox::{both, mails};
use crate::api::v1::{Backend, assert_problem};

const NUMBER: &str = "+12025550100";

async fn world() -> (TestApp, Tenant) {
    let app = TestApp::with(|settings| settings.limits.enabled = false).await;
    let (_, sandbox) = both(&app).await;
    (app, sandbox)
}

async fn kept(app: &TestApp, sandbox: &Tenant, more: Value) -> String {
    let mut body = json!({ "to": NUMBER, "purpose": "login" });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let minted = Backend::of(app, sandbox).waiting().mint(&body).await;
    assert_eq!(minted.status, 201, "{}", minted.body);
    let key = minted.json()["key"].as_str().unwrap().to_owned();
    mails(app, sandbox, &format!("?challenge={key}")).await[0]["text"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn each_medium_has_its_own_and_they_do_not_meet() {
    let (app, sandbox) = world().await;
    let templates = Templates::of(&app, &sandbox);
    templates.save("login/en", "mail").await;
    let made = templates.put("login/en/text", &json!({ "text": "{{ code }} opens {{ vars.door }}" })).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let made = made.json();
    assert_eq!((&made["medium"], &made["warnings"]), (&json!("text"), &json!([])));
    assert!(made.get("subject").is_none() && made.get("html").is_none(), "{made}");
    let spoken = json!({ "text": "Open {{ vars.door }}.\nSay {{ code }}." });
    assert_eq!(templates.put("login/en/voice", &spoken).await.status, 201);
    assert_eq!(templates.put("login/en/voice", &spoken).await.status, 200);
    assert_eq!(templates.get("login/en/text").await.json(), made);
    assert!(templates.get("login/en").await.json()["text"].as_str().unwrap().starts_with("mail"));
    let list = templates.list().await;
    let media: Vec<_> = list["data"].as_array().unwrap().iter().map(|one| &one["medium"]).collect();
    assert_eq!(media, ["email", "text", "voice"]);
    assert_eq!(list["warnings"], json!([]), "another medium is no gap");

    let vars = json!({ "vars": { "door": "“A”" } });
    assert_eq!(kept(&app, &sandbox, vars.clone()).await, "424242 opens \"A\"");
    let call = json!({ "vars": { "door": "A" }, "channel": "voice" });
    let say = "Say 4, 2, 4, 2, 4, 2.";
    assert_eq!(kept(&app, &sandbox, call).await, format!("Open A.\n{say}\n{say}"));
    // What does not fit goes out in the usual words.
    let long = kept(&app, &sandbox, json!({ "vars": { "door": "x".repeat(200) } })).await;
    assert!(long.contains("424242 is your sign-in code."), "{long}");

    assert_eq!(templates.delete("login/en/text").await.status, 204);
    assert_problem(&templates.get("login/en/text").await, 404, "template_not_found");
    assert_eq!(templates.get("login/en/voice").await.status, 200);
    assert!(kept(&app, &sandbox, vars).await.contains("is your sign-in code."));
}

#[tokio::test]
async fn what_would_not_be_one_part_or_hides_the_code_is_refused_and_changes_nothing() {
    let (app, sandbox) = world().await;
    let templates = Templates::of(&app, &sandbox);
    let long = format!("{{{{ code }}}} {}", "x".repeat(150));
    for (path, text, detail) in [
        ("login/en/text", long.as_str(), "fit into one part"),
        ("login/en/text", "Your very own code for today and tonight: {{ code }}", "previews show 40"),
        ("login/en/text", "no code", "is missing"),
        ("login/en/text", "{{ code }} 123456", "four digits"),
        ("login/en/voice", "no code", "is missing"),
    ] {
        let problem =
            assert_problem(&templates.put(path, &json!({ "text": text })).await, 422, "invalid_field");
        assert_eq!(problem["errors"][0]["pointer"], "/text", "{problem}");
        assert!(problem["errors"][0]["detail"].as_str().unwrap().contains(detail), "{problem}");
    }
    for path in ["login/en/email", "login/en/sms", "login/en/TEXT"] {
        let problem = assert_problem(
            &templates.put(path, &json!({ "text": "{{ code }}" })).await,
            422,
            "invalid_field",
        );
        assert_eq!(problem["errors"][0]["pointer"], "/medium");
    }
    let subject = json!({ "subject": "s", "text": "{{ code }}" });
    assert_problem(&templates.put("login/en/text", &subject).await, 422, "invalid_field");
    assert_eq!(templates.list().await["data"], json!([]));
}

#[tokio::test]
async fn lint_and_preview_count_the_parts_and_name_the_character_that_costs() {
    let (app, sandbox) = world().await;
    let templates = Templates::of(&app, &sandbox);
    let text = |text: &str| json!({ "medium": "text", "text": text, "locale": "pl" });
    let report = templates.lint(&text("{{ code }} to kod do zmiany hasła")).await;
    assert_eq!(report["errors"], json!([]), "{report}");
    assert!(report["warnings"][0]["detail"].as_str().unwrap().contains("“ł”"), "{report}");
    let longer = templates.lint(&text("{{ code }} {{ lifetime }} {{ lifetime }} ł")).await;
    // In the words of the lifetime.
    assert!(longer["errors"][0]["detail"].as_str().unwrap().contains("“ż”"), "{longer}");

    let preview = templates.preview(&text("{{ code }} to kod do zmiany hasła")).await.json();
    assert_eq!(
        (&preview["text"], &preview["source"]),
        (&json!("123456 to kod do zmiany hasła"), &json!("template"))
    );
    let sms = json!({ "encoding": "ucs2", "units": 29, "parts": 1, "beyond_gsm": "ł" });
    assert_eq!(
        (&preview["sms"], &preview["medium"], &preview["subject"]),
        (&sms, &json!("text"), &json!(""))
    );
    let preview = templates.preview(&text(&format!("{{{{ code }}}} {}", "€".repeat(80)))).await.json();
    assert_eq!(preview["sms"], json!({ "encoding": "gsm7", "units": 167, "parts": 2, "beyond_gsm": null }));
    let usual = templates.preview(&json!({ "medium": "text", "locale": "fr" })).await.json();
    assert_eq!(
        (&usual["source"], &usual["locale"], &usual["sms"]["parts"]),
        (&json!("built_in"), &json!("fr"), &json!(1))
    );
    let call = templates.preview(&json!({ "medium": "voice", "locale": "fr" })).await.json();
    assert!(call["text"].as_str().unwrap().contains("1, 2, 3, 4, 5, 6") && call["sms"].is_null(), "{call}");

    for (body, pointer) in [
        (json!({ "medium": "sms", "text": "{{ code }}" }), "/medium"),
        (json!({ "medium": "text", "text": "{{ code }}", "subject": "s" }), "/subject"),
        (json!({ "medium": "voice", "text": "{{ code }}", "html": "x" }), "/html"),
    ] {
        for answer in [templates.preview(&body).await, templates.0.post(&format!("{PATH}/lint"), &body).await]
        {
            let problem = assert_problem(&answer, 422, "invalid_field");
            assert_eq!(problem["errors"][0]["pointer"], pointer);
        }
    }
}
