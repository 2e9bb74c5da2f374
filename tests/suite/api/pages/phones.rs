//! A page that asks for a phone number.

use reqwest::Method;
use serde_json::{Value, json};

use super::asking::minted;
use super::{Browser, Hosted, RETURN, backend, hosting_tenant, leads, recorded, shows, start, start_with};
use crate::api::harness::{Answer, Tenant, TestApp};
use crate::api::v1::sandbox::mails;
use crate::api::v1::{assert_problem, receipts};

const NUMBER: &str = "+12025550100";
const MAIL: &str = "delivered@otpmint.test";
const CODE: &str = "424242";

pub async fn patch(app: &TestApp, tenant: &Tenant, settings: &Value) -> Answer {
    let answer =
        backend(app, tenant).send(Method::PATCH, "/v1/tenant", settings.to_string().into_bytes()).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer
}

/// The sandbox of a tenant with pages, over whose channels everything can be sent.
pub async fn sandbox(app: &TestApp, settings: Value) -> Tenant {
    let tenant = hosting_tenant(app).await;
    let scopes = json!({ "scopes": ["mint", "verify", "manage"] });
    let told = backend(app, &tenant).post("/v1/tenant/sandbox/keys", &scopes).await.json();
    let text = |name: &str| told[name].as_str().unwrap_or_else(|| panic!("{told}")).to_owned();
    let sandbox = Tenant { handle: text("tenant"), key: text("secret") };
    patch(app, &sandbox, &json!({ "return_urls": [RETURN] })).await;
    patch(app, &sandbox, &settings).await;
    sandbox
}

fn american() -> Value {
    json!({ "phone": { "region": "US", "countries": ["US", "DE"] } })
}

pub async fn asking(app: &TestApp, tenant: &Tenant, ask: &str) -> (String, String) {
    minted(app, tenant, json!({ "purpose": "login", "ask": ask })).await
}

async fn tell(app: &TestApp, path: &str, to: &str) -> String {
    let encoded: String = form_urlencoded::byte_serialize(to.as_bytes()).collect();
    leads(&Browser::at(app).post(&format!("{path}/recipient"), &format!("to={encoded}")).await)
}

#[tokio::test]
async fn the_page_asks_for_a_number_texts_it_and_the_receipt_names_it() {
    let app = start().await;
    let tenant = sandbox(&app, american()).await;
    let (path, key) = asking(&app, &tenant, "phone").await;
    let browser = Browser::at(&app);
    let shown = browser.get(&path).await;
    shows(&shown, 200, "What is your phone number?");
    let field = ["type=\"tel\"", "autocomplete=\"tel\"", "inputmode=\"tel\"", "maxlength=\"64\"", "5:00"];
    for part in field.iter().chain(&["We will send a code to this number.", "Phone number</label>"]) {
        assert!(shown.body.contains(part), "{part}: {}", shown.body);
    }
    // As it is dialled where the tenant's users are.
    assert_eq!(tell(&app, &path, "(202) 555-0100").await, path);
    recorded(&app).await;
    let shown = browser.get(&path).await.body;
    assert!(shown.contains("We sent a text to +1 *** ***00.") && shown.contains("Wrong number?"), "{shown}");
    let sent = mails(&app, &tenant, "").await;
    assert_eq!((sent.len(), &sent[0]["channel"], &sent[0]["to"]), (1, &json!("sms"), &json!(NUMBER)));
    let page = Hosted { path, key, code: CODE.to_owned() };
    let result = json!({ "result": browser.result(&page).await });
    let told = backend(&app, &tenant).post("/v1/results", &result).await.json();
    assert_eq!((&told["channel"], &told["to"]), (&json!("sms"), &json!("+1 *** ***00")));
    let claims = receipts::claims(&app, told["receipt"].as_str().unwrap(), &tenant.handle).await;
    assert_eq!((&claims["sub"], &claims["channel"]), (&json!(NUMBER), &json!("sms")));
}

#[tokio::test]
async fn what_is_no_number_is_asked_for_again_in_the_visitors_language() {
    let app = start().await;
    let tenant = sandbox(&app, american()).await;
    let (path, _) = asking(&app, &tenant, "phone").await;
    for wrong in
        ["", "jane@example.com", "12", "+1 800 FLOWERS", "+1 202 555 0100 ext. 5", &"1".repeat(5_000)]
    {
        assert_eq!(tell(&app, &path, wrong).await, format!("{path}?notice=not_an_address"), "{wrong}");
    }
    let browser = Browser::at(&app);
    for (lang, words) in [
        ("en", "This is not a phone number. Please write it with + and the country code."),
        ("de", "Das ist keine Telefonnummer. Schreiben Sie sie bitte mit + und der Landesvorwahl."),
    ] {
        let shown = browser.get(&format!("{path}?notice=not_an_address&lang={lang}")).await.body;
        assert!(shown.contains(words) && shown.contains("aria-invalid"), "{shown}");
    }
    assert_eq!(mails(&app, &tenant, "").await.len(), 0);
}

#[tokio::test]
async fn a_visitor_learns_that_nothing_is_sent_there_and_not_why() {
    let app = start().await;
    let tenant = sandbox(&app, american()).await;
    let rules = json!({ "sends_per_end_user": ["1/10m"] });
    let rules = json!({ "phone": { "rules": rules }, "policy": { "channels": ["sms"] } });
    patch(&app, &tenant, &rules).await;
    let (path, key) = asking(&app, &tenant, "phone").await;
    // A country that is not listed, a landline, a number that costs.
    for to in ["+447400123456", "+493023125000", "+49 900 1234567"] {
        assert_eq!(tell(&app, &path, to).await, format!("{path}?notice=not_there"), "{to}");
    }
    let seen = backend(&app, &tenant).get(&format!("/v1/challenges/{key}")).await.json();
    assert_eq!((&seen["to"], &seen["sends_remaining"]), (&Value::Null, &json!(3)));
    // The visitor's own address is counted.
    assert_eq!(tell(&app, &path, "+4915123456789").await, path);
    let (other, _) = asking(&app, &tenant, "phone").await;
    assert_eq!(tell(&app, &other, "+4915223456789").await, format!("{other}?notice=not_there"));
    let shown = Browser::at(&app).get(&format!("{other}?notice=not_there")).await.body;
    assert!(shown.contains("We cannot send a code to this number at the moment."), "{shown}");
    assert!(!shown.contains("end_user"), "{shown}");
    assert_eq!(mails(&app, &tenant, "").await.len(), 1);
}

#[tokio::test]
async fn visitors_behind_a_proxy_are_counted_apart() {
    let app = start_with(|settings| {
        settings.server.trusted_proxies = vec!["127.0.0.0/8".parse().expect("a network")];
    })
    .await;
    let tenant = sandbox(&app, american()).await;
    patch(&app, &tenant, &json!({ "phone": { "rules": { "sends_per_end_user": ["1/10m"] } } })).await;
    for (from, to, is_sent) in [
        ("203.0.113.1", "%2B4915123456789", true),
        ("203.0.113.1", "%2B4915223456789", false),
        ("203.0.113.2", "%2B4915223456789", true),
    ] {
        let (path, _) = asking(&app, &tenant, "phone").await;
        let browser = Browser::at(&app).with("x-forwarded-for", from);
        let back = leads(&browser.post(&format!("{path}/recipient"), &format!("to={to}")).await);
        assert_eq!(back == path, is_sent, "{from} {to}: {back}");
    }
}

#[tokio::test]
async fn a_page_that_asks_for_either_takes_both_one_after_the_other() {
    let app = start().await;
    let tenant = sandbox(&app, american()).await;
    let (path, key) = asking(&app, &tenant, "either").await;
    let browser = Browser::at(&app);
    shows(&browser.get(&path).await, 200, "Email address or phone number");
    assert_eq!(tell(&app, &path, "nobody").await, format!("{path}?notice=not_an_address"));
    let shown = browser.get(&format!("{path}?notice=not_an_address")).await.body;
    assert!(shown.contains("This is neither an email address nor a phone number"), "{shown}");
    let seen = async || backend(&app, &tenant).get(&format!("/v1/challenges/{key}")).await.json();
    for (to, channel, wrong) in [(NUMBER, "sms", "Wrong number?"), (MAIL, "email", "Wrong address?")] {
        assert_eq!(tell(&app, &path, to).await, path);
        recorded(&app).await;
        assert!(browser.get(&path).await.body.contains(wrong));
        assert_eq!(seen().await["channel"], channel);
        if channel == "sms" {
            assert_eq!(leads(&browser.post(&format!("{path}/withdraw"), "").await), path);
            assert_eq!((&seen().await["to"], &seen().await["delivery"]), (&Value::Null, &Value::Null));
        }
    }
    let page = Hosted { path, key, code: CODE.to_owned() };
    let told = json!({ "result": browser.result(&page).await });
    let told = backend(&app, &tenant).post("/v1/results", &told).await.json();
    let claims = receipts::claims(&app, told["receipt"].as_str().unwrap(), &tenant.handle).await;
    assert_eq!((&claims["sub"], &claims["channel"]), (&json!(MAIL), &json!("email")));
    let counted = backend(&app, &tenant).get("/v1/tenant/stats?group_by=channel").await.json();
    let minted =
        |group: &Value| (group["channel"].clone(), group["minted"].clone(), group["verified"].clone());
    let groups: Vec<_> = counted["data"].as_array().unwrap().iter().map(minted).collect();
    // The text was sent and paid for; the challenge counts where it ended.
    let expected = [(json!("email"), json!(1), json!(1)), (json!("sms"), json!(0), json!(0))];
    assert_eq!(groups, expected, "{counted}");
}

#[tokio::test]
async fn the_code_of_an_asking_page_follows_over_the_next_channel_until_the_number_is_withdrawn() {
    let app = start().await;
    let order = json!({ "policy": { "channels": ["whatsapp", "sms"], "fallback_after": 30 } });
    let tenant = sandbox(&app, order).await;
    let browser = Browser::at(&app);
    let follow = async || app.app().services().fallbacks.run_due().await.unwrap();
    let [kept, withdrawn] = [asking(&app, &tenant, "phone").await.0, asking(&app, &tenant, "phone").await.0];
    for path in [&kept, &withdrawn] {
        assert_eq!(&tell(&app, path, NUMBER).await, path);
        recorded(&app).await;
    }
    let shown = browser.get(&kept).await.body;
    assert!(shown.contains("We sent a code to +1 *** ***00 over WhatsApp."), "{shown}");
    assert!(!shown.contains("spam"), "only mails: {shown}");
    assert_eq!(leads(&browser.post(&format!("{withdrawn}/withdraw"), "").await), withdrawn);
    app.clock.pass_seconds(31);
    assert_eq!(follow().await, 1);
    recorded(&app).await;
    assert!(browser.get(&kept).await.body.contains("We sent a text to +1 *** ***00."));
    shows(&browser.get(&withdrawn).await, 200, "What is your phone number?");
}

#[tokio::test]
async fn a_mint_that_asks_for_what_cannot_be_is_refused_and_opens_nothing() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let api = backend(&app, &tenant);
    let mint = async |more: Value| {
        let mut body = json!({ "return_url": RETURN });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        api.post("/v1/challenges", &body).await
    };
    for (more, pointer) in [
        (json!({ "ask": "fax" }), "/ask"),
        (json!({ "ask": "" }), "/ask"),
        (json!({ "ask": "phone", "to": "jane@example.com" }), "/ask"),
        (json!({ "ask": "phone", "channel": "sms" }), "/channel"),
        (json!({ "ask": "either", "channel": "email" }), "/channel"),
        (json!({ "ask": "email", "channel": "sms" }), "/to"),
        (json!({ "ask": "phone", "return_url": null }), "/to"),
    ] {
        let problem = assert_problem(&mint(more.clone()).await, 422, "invalid_field");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{more}");
    }
    for ask in ["phone", "either"] {
        let refused = mint(json!({ "ask": ask })).await;
        assert_problem(&refused, 422, "country_not_allowed");
        assert!(refused.body.contains("phone.countries"), "{}", refused.body);
    }
    patch(&app, &tenant, &json!({ "phone": { "countries": ["DE"] } })).await;
    for ask in ["phone", "either"] {
        let refused = assert_problem(&mint(json!({ "ask": ask })).await, 409, "no_account");
        assert!(refused["detail"].as_str().is_some_and(|detail| detail.contains("sms")), "{refused}");
    }
    assert_eq!(app.database().number("SELECT count(*) FROM challenges"), 0);
    assert_eq!(mint(json!({ "ask": "email" })).await.status, 201);
}

#[tokio::test]
async fn a_masked_number_keeps_its_plus_in_front_where_text_runs_from_right_to_left() {
    let app = start().await;
    let tenant = sandbox(&app, american()).await;
    let (path, _) = asking(&app, &tenant, "phone").await;
    assert_eq!(tell(&app, &path, NUMBER).await, path);
    let shown = Browser::at(&app).get(&format!("{path}?lang=ar")).await.body;
    assert!(shown.contains("\u{2066}+1 *** ***00\u{2069}"), "{shown}");
}
