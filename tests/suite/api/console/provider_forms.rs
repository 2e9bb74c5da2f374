//! The forms of routes: one for every provider, and a field for every setting.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::pages::of;
use super::{Browser, filled_in, leads, pairs, start};

const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";

/// The fields that a person fills in.
type Typed = Vec<(&'static str, &'static str)>;

/// What a person types for each provider, and what the API has then.
fn routes() -> Vec<(&'static str, Typed, Value)> {
    let gateway = r#"{"url":"https://sms.example.com/{account}","fields":{"to":"/to","text":"/text"},"success":{"pointer":"/ok"}}"#;
    let own: Value = json!({
        "url": "https://sms.example.com/{account}", "fields": { "to": "/to", "text": "/text" }, "success": { "pointer": "/ok" },
    });
    let from = ("/settings/from", "Acme");
    vec![
        (
            "twilio",
            vec![
                ("/settings/account_sid", ACCOUNT),
                ("/settings/messaging_service_sid", "MG0123456789abcdef0123456789abcdef"),
                ("/settings/voice_from", "+15550100"),
                ("/settings/whatsapp/from", "+15550101"),
                ("/settings/whatsapp/content_sid", "HX0123456789abcdef0123456789abcdef"),
                ("channels", "voice"),
            ],
            json!({
                "account_sid": ACCOUNT, "messaging_service_sid": "MG0123456789abcdef0123456789abcdef",
                "voice_from": "+15550100",
                "whatsapp": { "from": "+15550101", "content_sid": "HX0123456789abcdef0123456789abcdef" },
            }),
        ),
        (
            "whatsapp_cloud",
            vec![
                ("/settings/phone_number_id", "106540352242922"),
                ("/settings/template", "otp"),
                ("/settings/languages", "en_US, de"),
            ],
            json!({ "phone_number_id": "106540352242922", "template": "otp", "languages": ["en_US", "de"] }),
        ),
        (
            "telegram_gateway",
            vec![("/settings/sender_username", "acme")],
            json!({ "sender_username": "acme" }),
        ),
        (
            "smpp",
            vec![
                ("/settings/host", "smpp.example.com"),
                ("/settings/port", "2776"),
                ("/settings/system_id", "acme"),
                ("/settings/bind", "separate"),
                from,
            ],
            json!({
                "host": "smpp.example.com", "port": 2776, "tls": "implicit", "system_id": "acme", "bind": "separate",
                "from": "Acme", "window": 10, "default_alphabet": "gsm",
            }),
        ),
        (
            "vonage",
            vec![("/settings/account", "key"), from],
            json!({ "preset": "vonage", "account": "key", "from": "Acme" }),
        ),
        (
            "telnyx",
            vec![from, ("/settings/constants/~1messaging_profile_id", "profile-1")],
            json!({ "preset": "telnyx", "from": "Acme", "constants": { "/messaging_profile_id": "profile-1" } }),
        ),
        (
            "plivo",
            vec![("/settings/account", "id"), from],
            json!({ "preset": "plivo", "account": "id", "from": "Acme" }),
        ),
        ("messagebird", vec![from], json!({ "preset": "messagebird", "from": "Acme" })),
        (
            "sinch",
            vec![("/settings/account", "plan"), ("/settings/region", "eu"), from],
            json!({ "preset": "sinch", "account": "plan", "region": "eu", "from": "Acme" }),
        ),
        (
            "infobip",
            vec![("/settings/base_url", "https://x.api.infobip.com"), from],
            json!({ "preset": "infobip", "base_url": "https://x.api.infobip.com", "from": "Acme" }),
        ),
        (
            "kannel",
            vec![("/settings/account", "otp"), ("/settings/base_url", "https://sms.example.com"), from],
            json!({ "preset": "kannel", "account": "otp", "base_url": "https://sms.example.com", "from": "Acme" }),
        ),
        (
            "gateway",
            vec![("/settings/account", "acme"), ("/settings/gateway", gateway)],
            json!({ "account": "acme", "gateway": own }),
        ),
    ]
}

/// Returns whether `found` has all that `expected` has.
fn has(found: &Value, expected: &Value) -> bool {
    match (found, expected) {
        (Value::Object(found), Value::Object(expected)) => {
            expected.iter().all(|(name, value)| found.get(name).is_some_and(|found| has(found, value)))
        }
        (found, expected) => found == expected,
    }
}

#[tokio::test]
async fn each_provider_has_a_form_and_a_form_that_is_saved_as_it_is_changes_nothing() {
    let app = start().await;
    let mut browser = Browser::set_up(&app).await;
    let tenant = app.tenant().await;
    let (path, api) = (of(&tenant, "/providers"), app.api.bearing(&tenant.key));
    let list = browser.get(&path).await.body;
    let offered: BTreeSet<_> = list
        .split("<option value=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .map(str::to_owned)
        .collect();
    let tried: BTreeSet<_> = routes().iter().map(|(word, ..)| (*word).to_owned()).collect();
    assert_eq!(offered, tried);
    for (word, typed, expected) in routes() {
        let new = browser.get(&format!("{path}/new?provider={word}")).await.body;
        let mut fields = filled_in(&new, &format!("{path}/new"));
        if word != "gateway" {
            fields.push(("/secret".to_owned(), "a-secret".to_owned()));
            fields.retain(|(name, value)| name != "/secret" || !value.is_empty());
        }
        for (name, value) in typed {
            fields.retain(|(known, _)| known != name);
            fields.push((name.to_owned(), value.to_owned()));
        }
        let added = browser.submit(&format!("{path}/new"), &pairs(&fields)).await;
        assert_eq!(added.status, 303, "{word}: {}", added.body);
        let routes = api.get("/v1/tenant/routes").await.json();
        let route = routes["data"].as_array().unwrap().last().unwrap().clone();
        assert!(has(&route["settings"], &expected), "{word}: {route}");
        if word == "twilio" {
            assert_eq!(route["channels"], json!(["voice"]));
        }
        let id = route["id"].as_str().unwrap();
        let edit = format!("{path}/{id}");
        let shown = browser.get(&edit).await.body;
        assert!(!shown.contains("a-secret"), "{word}");
        leads(&browser.submit(&edit, &pairs(&filled_in(&shown, &edit))).await);
        assert_eq!(api.get(&format!("/v1/tenant/routes/{id}")).await.json(), route, "{word}");
        let gone = api.send(reqwest::Method::DELETE, &format!("/v1/tenant/routes/{id}"), Vec::new()).await;
        assert_eq!(gone.status, 204);
    }
}

#[tokio::test]
async fn what_a_form_does_not_show_stays() {
    let app = start().await;
    let mut browser = Browser::set_up(&app).await;
    let tenant = app.tenant().await;
    let (path, api) = (of(&tenant, "/providers"), app.api.bearing(&tenant.key));
    let body = json!({
        "transport": "http", "secret": "a-secret",
        "settings": { "preset": "vonage", "account": "key", "from": "Acme", "constants": { "callback-method": "POST" } },
    });
    let added = api.post("/v1/tenant/routes", &body).await.json();
    let edit = format!("{path}/{}", added["id"].as_str().unwrap());
    let mut fields = filled_in(&browser.get(&edit).await.body, &edit);
    fields.retain(|(name, _)| name != "/settings/from");
    fields.push(("/settings/from".to_owned(), "Other".to_owned()));
    leads(&browser.submit(&edit, &pairs(&fields)).await);
    let mut expected = added.clone();
    expected["settings"]["from"] = json!("Other");
    assert_eq!(
        api.get(&format!("/v1/tenant/routes/{}", added["id"].as_str().unwrap())).await.json(),
        expected
    );
}

#[tokio::test]
async fn every_setting_of_the_api_has_a_field() {
    let app = start().await;
    let mut browser = Browser::set_up(&app).await;
    let tenant = app.tenant().await;
    let path = of(&tenant, "/providers/new");
    let described = app.api.get("/openapi.json").await.json();
    let schemas = &described["components"]["schemas"];
    for shape in schemas["RouteRequest"]["oneOf"].as_array().unwrap() {
        // The route into the inbox of `otpmint dev` needs no form.
        let Some(transport) = shape["title"].as_str().filter(|word| *word != "log") else { continue };
        let words = match transport {
            "http" => routes()
                .iter()
                .map(|(word, ..)| *word)
                .filter(|word| !["twilio", "smpp"].contains(word))
                .collect(),
            other => vec![other],
        };
        let mut names = BTreeSet::new();
        for word in words {
            let page = browser.get(&format!("{path}?provider={word}")).await.body;
            names.extend(filled_in(&page, &path).into_iter().map(|(name, _)| name));
        }
        let own = shape["properties"].as_object().unwrap().keys();
        let own = own.filter(|name| {
            !["transport", "position", "channels", "settings", "name"].contains(&name.as_str())
        });
        let settings = shape["properties"]["settings"]["properties"].as_object().unwrap().keys();
        // Which gateway it is was chosen before.
        let settings = settings.filter(|name| *name != "preset").map(|name| format!("/settings/{name}"));
        // Their reports are signed with the secret, or come over the session.
        let has_no_key =
            |pointer: &str| pointer == "/report_key" && ["telegram_gateway", "smpp"].contains(&transport);
        for pointer in
            own.map(|name| format!("/{name}")).chain(settings).filter(|pointer| !has_no_key(pointer))
        {
            let is_there =
                names.iter().any(|name| *name == pointer || name.starts_with(&format!("{pointer}/")));
            assert!(is_there, "{transport}: no form has {pointer}: {names:?}");
        }
    }
    let page = browser.get(&of(&tenant, "/phone")).await.body;
    let mut names: BTreeSet<_> =
        filled_in(&page, &of(&tenant, "/phone")).into_iter().map(|(name, _)| name).collect();
    names.insert("/phone/rules/record_only".to_owned());
    let rules = schemas["PhoneRules"]["properties"].as_object().unwrap().keys();
    let expected: BTreeSet<_> = rules
        .map(|rule| format!("/phone/rules/{rule}"))
        .chain(["/phone/region", "/phone/countries"].map(str::to_owned))
        .collect();
    names.retain(|name| name.starts_with("/phone/"));
    assert_eq!(names, expected);
}

#[tokio::test]
async fn a_key_of_reports_is_kept_replaced_and_removed_and_the_address_is_shown() {
    let app = start().await;
    let mut browser = Browser::set_up(&app).await;
    let tenant = app.tenant().await;
    let (path, api) = (of(&tenant, "/providers"), app.api.bearing(&tenant.key));
    let (_, typed, _) = routes().into_iter().find(|(word, ..)| *word == "whatsapp_cloud").unwrap();
    let mut add =
        vec![("provider", "whatsapp_cloud"), ("/secret", "a-token"), ("/report_key", "the-app-secret")];
    add.extend(typed);
    leads(&browser.submit(&format!("{path}/new"), &add).await);
    let proof = async || {
        let routes = api.get("/v1/tenant/routes").await.json();
        let route = routes["data"].as_array().unwrap().last().unwrap().clone();
        let text =
            |pointer: &str| route.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
        (text("/id"), text("/reports/proof"), text("/reports/url"), text("/reports/verify_token"))
    };
    let (id, first, url, token) = proof().await;
    assert_eq!(first, "signature");
    let list = browser.get(&path).await.body;
    assert!(
        list.contains(&url) && list.contains(&token) && url.starts_with("https://"),
        "{url} {token}: {list}"
    );
    let edit = format!("{path}/{id}");
    let shown = browser.get(&edit).await.body;
    assert!(!shown.contains("the-app-secret") && !list.contains("the-app-secret"));
    let mut fields = filled_in(&shown, &edit);
    leads(&browser.submit(&edit, &pairs(&fields)).await);
    assert_eq!(proof().await.1, "signature", "an empty field keeps it");
    fields.push(("remove/report_key".to_owned(), "yes".to_owned()));
    leads(&browser.submit(&edit, &pairs(&fields)).await);
    assert_eq!(proof().await.1, "missing");
    assert!(browser.get(&path).await.body.contains("none is believed until the key is set"));
}
