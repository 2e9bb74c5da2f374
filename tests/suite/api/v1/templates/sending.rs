//! What is sent.

use mail_catcher::{Fault, Stage};
use serde_json::{Value, json};

use super::super::{Backend, assert_problem, minted};
use super::{TO, Templates, mail, template, text, world};

#[tokio::test]
async fn a_mail_says_what_the_preview_shows_and_a_resend_says_it_again() {
    let (app, tenant) = world().await;
    let templates = Templates::of(&app, &tenant);
    let saved = templates.put("login/DE", &template()).await;
    assert_eq!((saved.status, &saved.json()["locale"]), (201, &json!("de")), "{}", saved.body);
    let vars = json!({ "device": "Jane's <Phone> & more" });
    let named = json!({ "purpose": "login", "locale": "de-AT", "vars": vars });
    let preview = templates.preview(&named).await.json();
    assert_eq!((&preview["source"], &preview["locale"]), (&json!("template"), &json!("de")));
    let backend = Backend::of(&app, &tenant);
    let mint = json!({ "to": TO, "purpose": "login", "locale": "de-AT", "vars": vars });
    let (key, code) = minted(&app, &backend, &mint).await;
    app.clock.pass_seconds(30);
    assert_eq!(backend.waiting().resend(&key).await.status, 200);
    for (mail, minutes) in app.mail.wait_for_many(TO, 2).await.unwrap().iter().zip(["10", "9"]) {
        let shown = |part: &str| {
            let shown = preview[part]
                .as_str()
                .unwrap()
                .replace("123456", &code)
                .replace("10 ", &format!("{minutes} "));
            shown.trim_end().to_owned()
        };
        assert_eq!(mail.subject(), preview["subject"], "{}", mail.source());
        assert_eq!(mail.text().unwrap().replace("\r\n", "\n").trim_end(), shown("text"));
        assert_eq!(mail.html().unwrap().replace("\r\n", "\n").trim_end(), shown("html"));
        assert!(mail.html().unwrap().contains("Jane&#39;s &lt;Phone&gt; &amp; more"));
    }
}

#[tokio::test]
async fn a_template_counts_from_the_next_message_on_and_no_longer_than_it_is_there() {
    let (app, tenant) = world().await;
    let templates = Templates::of(&app, &tenant);
    let usual = text(&app, &tenant, "login", "en").await;
    templates.save("login/en", "first").await;
    assert!(text(&app, &tenant, "login", "en").await.starts_with("first "));
    templates.save("login/en", "second").await;
    let only_text = mail(&app, &tenant, &json!({ "to": TO, "purpose": "login" })).await;
    assert!(only_text.text().unwrap().starts_with("second ") && only_text.html().is_none());
    assert!(only_text.header("content-type").unwrap().starts_with("text/plain"));
    assert_eq!(templates.delete("login/en").await.status, 204);
    assert_eq!(text(&app, &tenant, "login", "en").await.lines().next(), usual.lines().next());
    assert_problem(&templates.delete("login/en").await, 404, "template_not_found");
    assert_problem(&templates.get("login/en").await, 404, "template_not_found");
}

#[tokio::test]
async fn the_nearest_language_is_sent() {
    let (app, tenant) = world().await;
    let templates = Templates::of(&app, &tenant);
    templates.save("login/pt", "own-pt").await;
    templates.save("login/en", "own-en").await;
    templates.save("verification/en", "own-verification").await;
    for (purpose, locale, begin) in [
        ("login", "pt-BR", "own-pt "),
        ("login", "en-GB", "own-en "),
        ("login", "tlh", "own-en "),
        ("login", "de", "Ihr"),
        ("delete_account", "en", "own-verification "),
        ("transaction", "en", "Your transaction code"),
    ] {
        let text = text(&app, &tenant, purpose, locale).await;
        assert!(text.starts_with(begin), "{purpose} {locale}: {text}");
    }
    let before = app.mails_to(TO);
    app.mint(&tenant, TO).await;
    let mails = app.mail.wait_for_many(TO, before + 1).await.unwrap();
    assert!(mails[before].text().unwrap().starts_with("own-verification "), "the compat route uses them too");
}

#[tokio::test]
async fn vars_are_bounded_and_kept_sealed_and_told_to_nobody() {
    let (app, tenant) = world().await;
    let backend = Backend::of(&app, &tenant);
    let many: serde_json::Map<_, _> = (0..21).map(|at| (format!("v{at}"), json!("x"))).collect();
    for vars in [
        json!({ "A": "x" }),
        json!({ "__class__": "x" }),
        json!({ "a": "x\r\nBcc: y@z.example" }),
        json!({ "a": "x".repeat(501) }),
        json!({ "a": 1 }),
        json!(many),
    ] {
        let answer = backend.mint(&json!({ "to": TO, "vars": vars })).await;
        let problem = assert_problem(&answer, 422, "invalid_field");
        assert!(problem["errors"][0]["pointer"].as_str().unwrap().starts_with("/vars"), "{problem}");
    }
    let secret = "very-particular-words-7Kq2";
    let answer = backend.waiting().mint(&json!({ "to": TO, "vars": { "unused": secret } })).await;
    assert_eq!(answer.status, 201);
    assert!(!answer.body.contains(secret), "{}", answer.body);
    for file in std::fs::read_dir(&app.settings.data_dir).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(secret.len()).any(|bytes| bytes == secret.as_bytes()));
    }
}

#[tokio::test]
async fn what_waits_for_a_later_try_keeps_its_words_over_a_restart() {
    let (app, tenant) = world().await;
    Templates::of(&app, &tenant).put("login/en", &template()).await;
    app.mail.set_faults(vec![Fault::Reply(Stage::Rcpt, 451).always()]);
    let mint = json!({ "to": TO, "purpose": "login", "vars": { "device": "Phone" } });
    assert_eq!(Backend::of(&app, &tenant).mint(&mint).await.status, 201);
    let app = app.restart(|_| {}).await;
    app.mail.set_faults(Vec::new());
    while app.mails_to(TO) == 0 {
        app.clock.pass_seconds(1);
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let mail = app.mail.wait_for(TO).await.unwrap();
    assert!(mail.text().unwrap().contains("for Phone:"), "{}", mail.source());
}

#[tokio::test]
async fn a_template_that_cannot_be_used_any_more_keeps_no_code_back() {
    let (app, tenant) = world().await;
    Templates::of(&app, &tenant).save("login/en", "own").await;
    for broken in ["{{", "{% for x in y %}{{ code }}{% endfor %}", "no code"] {
        app.database().change(&format!("UPDATE templates SET text = '{broken}'"));
        app.clock.pass_seconds(1);
        let text = text(&app, &tenant, "login", "en").await;
        assert!(text.starts_with("Your sign-in code"), "{text}");
    }
}

#[tokio::test]
async fn a_preview_shows_what_is_there_and_never_a_real_code() {
    let (app, tenant) = world().await;
    let templates = Templates::of(&app, &tenant);
    let built_in = templates.preview(&json!({ "purpose": "login", "locale": "de" })).await.json();
    assert_eq!((&built_in["source"], &built_in["locale"]), (&json!("built_in"), &json!("de")));
    let mail = mail(&app, &tenant, &json!({ "to": TO, "purpose": "login", "locale": "de" })).await;
    let code = mail.code().unwrap();
    assert_eq!(mail.subject(), built_in["subject"]);
    let text = built_in["text"].as_str().unwrap().replace("123456", code);
    assert_eq!(mail.text().unwrap().replace("\r\n", "\n").trim_end(), text.trim_end());
    let draft = json!({ "subject": "s", "text": "{{ code }} {{ vars.x }}", "vars": { "x": "y" } });
    let shown = templates.preview(&draft).await.json();
    assert_eq!((&shown["text"], &shown["html"]), (&json!("123456 y"), &Value::Null));
    assert_eq!(templates.list().await["data"], json!([]));
}
