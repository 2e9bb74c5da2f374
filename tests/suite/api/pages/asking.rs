//! A page that asks for the address.

use reqwest::Method;
use serde_json::{Value, json};

use super::{
    Browser, Hosted, PUBLIC, RETURN, backend, hosting_tenant, leads, leaves, recorded, shows, start,
};
use crate::api::harness::{JANE, Tenant, TestApp};
use crate::api::v1::{assert_problem, receipts};

const JOE: &str = "joe@other.example";

/// A page without a recipient: its path, and the shareable key of its challenge.
pub async fn minted(app: &TestApp, tenant: &Tenant, more: Value) -> (String, String) {
    let mut body = json!({ "return_url": RETURN });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let answer = backend(app, tenant).post("/v1/challenges", &body).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let told = answer.json();
    assert_eq!(
        (&told["to"], &told["delivery"], &told["resend_at"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );
    assert_eq!((&told["status"], &told["sends_remaining"]), (&json!("pending"), &json!(3)));
    let text = |name: &str| told[name].as_str().expect(name).to_owned();
    (text("page_url").strip_prefix(PUBLIC).expect("the public URL").to_owned(), text("key"))
}

pub async fn asking(app: &TestApp, tenant: &Tenant) -> (String, String) {
    minted(app, tenant, json!({ "purpose": "login" })).await
}

/// Gives the page an address, and returns to the page with a code.
pub async fn given(app: &TestApp, (path, key): &(String, String), to: &str) -> Hosted {
    let before = app.mails_to(to);
    let back = leads(&give(&Browser::at(app), path, to).await);
    assert_eq!(&back, path);
    let code = app.code_after(before, to).await;
    recorded(app).await;
    Hosted { path: path.clone(), key: key.clone(), code }
}

pub async fn give(browser: &Browser, path: &str, to: &str) -> crate::api::harness::Answer {
    browser.post(&format!("{path}/recipient"), &format!("to={}", to.replace('@', "%40"))).await
}

async fn withdraw(browser: &Browser, path: &str) -> String {
    leads(&browser.post(&format!("{path}/withdraw"), "").await)
}

#[tokio::test]
async fn the_page_asks_sends_and_the_receipt_names_whom_it_was_told() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let (browser, page) = (Browser::at(&app), asking(&app, &tenant).await);
    let shown = browser.get(&page.0).await;
    shows(&shown, 200, "What is your email address?");
    for part in ["Acme", "type=\"email\"", "autocomplete=\"email\"", "10:00", "Back to the app"] {
        assert!(shown.body.contains(part), "{part}: {}", shown.body);
    }
    let page = given(&app, &page, JANE).await;
    let shown = browser.get(&page.path).await;
    shows(&shown, 200, "Enter your code");
    assert!(shown.body.contains("We sent a code to j•••e@recipient.example."), "{}", shown.body);
    let result = browser.result(&page).await;
    let api = backend(&app, &tenant);
    let told = api.post("/v1/results", &json!({ "result": result })).await.json();
    assert_eq!((&told["key"], &told["to"]), (&json!(page.key), &json!("j***@r***.example")));
    let claims = receipts::claims(&app, told["receipt"].as_str().unwrap(), &tenant.handle).await;
    assert_eq!((&claims["sub"], &claims["purpose"]), (&json!(JANE), &json!("login")));
}

#[tokio::test]
async fn before_it_is_told_there_is_no_code_that_could_be_checked_or_sent() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let (path, key) = asking(&app, &tenant).await;
    let api = backend(&app, &tenant);
    for who in [&api, &app.api] {
        let challenge = format!("/v1/challenges/{key}");
        let told = who.get(&challenge).await.json();
        assert_eq!((&told["to"], &told["attempts_remaining"]), (&Value::Null, &json!(5)));
        let verify = who.post(&format!("{challenge}/verify"), &json!({ "code": "123456" })).await;
        assert_problem(&verify, 409, "no_recipient");
        assert_problem(&who.post(&format!("{challenge}/resend"), &json!({})).await, 409, "no_recipient");
    }
    let browser = Browser::at(&app);
    assert_eq!(leads(&browser.post(&format!("{path}/verify"), "code=123456").await), path);
    assert_eq!(leads(&browser.post(&format!("{path}/resend"), "").await), path);
    assert_eq!(api.get(&format!("/v1/challenges/{key}")).await.json()["attempts_remaining"], 5);
    assert_eq!(app.mails_to(JANE), 0);
}

#[tokio::test]
async fn only_a_page_can_ask() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let api = backend(&app, &tenant);
    for body in [json!({}), json!({ "to": null }), json!({ "return_url": RETURN, "channel": "none" })] {
        let problem = assert_problem(&api.post("/v1/challenges", &body).await, 422, "invalid_field");
        assert_eq!(problem["errors"][0]["pointer"], "/to", "{body}");
    }
    let bound = json!({ "return_url": RETURN, "bind": { "amount": "5" } });
    let problem = assert_problem(&api.post("/v1/challenges", &bound).await, 422, "invalid_field");
    assert_eq!(problem["errors"][0]["pointer"], "/bind");
    // A page whose recipient the app has named asks for none, and accepts none.
    let page = Hosted::by(&app, &tenant).await;
    recorded(&app).await;
    let browser = Browser::at(&app);
    assert_eq!(leads(&give(&browser, &page.path, JOE).await), page.path);
    assert_eq!(withdraw(&browser, &page.path).await, page.path);
    assert_eq!(app.mails_to(JOE), 0);
    browser.result(&page).await;
}

#[tokio::test]
async fn what_is_no_address_is_asked_for_again() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let (browser, (path, _)) = (Browser::at(&app), asking(&app, &tenant).await);
    let (cc, two) = ("to=a%40b.example%0d%0aBcc:%20c@d.example", "to=a%40b.example,c%40d.example");
    for body in ["", "to=", "to=jane", "to=jane%40localhost", "code=a%40b.example", cc, two] {
        let back = leads(&browser.post(&format!("{path}/recipient"), body).await);
        assert_eq!(back, format!("{path}?notice=not_an_address"), "{body}");
    }
    let shown = browser.get(&format!("{path}?notice=not_an_address")).await.body;
    assert!(shown.contains("This is not an email address."), "{shown}");
    assert_eq!(app.database().number("SELECT count(*) FROM outbox"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_who_tell_an_address_at_once_one_is_sent_a_code() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let (path, key) = asking(&app, &tenant).await;
    let telling: Vec<_> = (0..16)
        .map(|at| {
            let (browser, path) = (Browser::at(&app), path.clone());
            tokio::spawn(async move { give(&browser, &path, &format!("v{at}@visitor{at}.example")).await })
        })
        .collect();
    for told in telling {
        // Beyond the limit of an address the answer is 429.
        assert!([303, 429].contains(&told.await.unwrap().status));
    }
    recorded(&app).await;
    let sent = (0..16).map(|at| app.mails_to(&format!("v{at}@visitor{at}.example"))).sum::<usize>();
    assert_eq!(sent, 1);
    let told = backend(&app, &tenant).get(&format!("/v1/challenges/{key}")).await.json();
    assert_eq!((&told["sends_remaining"], &told["delivery"]["status"]), (&json!(2), &json!("sent")));
}

#[tokio::test]
async fn a_mistyped_address_is_withdrawn_and_another_one_told() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let (browser, page) = (Browser::at(&app), asking(&app, &tenant).await);
    let wrong = given(&app, &page, JOE).await;
    assert!(browser.get(&page.0).await.body.contains("/withdraw"));
    assert_eq!(withdraw(&browser, &page.0).await, page.0);
    shows(&browser.get(&page.0).await, 200, "What is your email address?");
    assert_eq!(withdraw(&browser, &page.0).await, page.0, "once more changes nothing");
    let right = given(&app, &page, JANE).await;
    assert_ne!(wrong.code, right.code);
    // A code sent to one address proves nothing about the other.
    let back = leads(&browser.answer(&right, &wrong.code).await);
    assert_eq!(back, format!("{}?notice=wrong", page.0));
    let result = browser.result(&right).await;
    let told = backend(&app, &tenant).post("/v1/results", &json!({ "result": result })).await.json();
    let claims = receipts::claims(&app, told["receipt"].as_str().unwrap(), &tenant.handle).await;
    assert_eq!(claims["sub"], JANE);
}

#[tokio::test]
async fn an_answer_for_a_withdrawn_recipient_is_not_judged_by_the_next_ones_code() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let page = asking(&app, &tenant).await;
    given(&app, &page, JANE).await;
    withdraw(&Browser::at(&app), &page.0).await;
    let own = given(&app, &page, JOE).await;
    let api = backend(&app, &tenant);
    let verify = async |to: &str| {
        api.post("/v1/verify", &json!({ "to": to, "purpose": "login", "code": own.code })).await
    };
    assert_problem(&verify(JANE).await, 404, "challenge_not_found");
    let told = verify(JOE).await.json();
    let claims = receipts::claims(&app, told["receipt"].as_str().unwrap(), &tenant.handle).await;
    assert_eq!(claims["sub"], JOE);
}

#[tokio::test]
async fn a_link_sends_as_many_messages_as_a_challenge_may_and_no_more() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let (browser, page) = (Browser::at(&app), asking(&app, &tenant).await);
    let addresses: Vec<_> = (0..4).map(|at| format!("v{at}@visitor.example")).collect();
    for to in &addresses[..3] {
        withdraw(&browser, &page.0).await;
        given(&app, &page, to).await;
    }
    // The last one stays: asking again would lead nowhere.
    let shown = browser.get(&page.0).await.body;
    assert!(!shown.contains("/withdraw") && shown.contains(&format!("{}/cancel", page.0)), "{shown}");
    assert_eq!(withdraw(&browser, &page.0).await, page.0);
    assert_eq!(leads(&give(&browser, &page.0, &addresses[3]).await), page.0);
    recorded(&app).await;
    let sent: usize = addresses.iter().map(|to| app.mails_to(to)).sum();
    assert_eq!(sent, 3);
}

#[tokio::test]
async fn attempts_and_the_end_are_those_of_the_mint_whoever_is_told() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let (browser, page) = (Browser::at(&app), asking(&app, &tenant).await);
    app.clock.pass_seconds(300);
    let first = given(&app, &page, JANE).await;
    for _ in 0..3 {
        leads(&browser.answer(&first, &crate::api::harness::wrong(&first.code)).await);
    }
    withdraw(&browser, &page.0).await;
    let second = given(&app, &page, JOE).await;
    let shown = browser.get(&page.0).await.body;
    assert!(shown.contains("Attempts left: 2") && shown.contains("5:00"), "{shown}");
    app.clock.pass_seconds(300);
    shows(&browser.get(&page.0).await, 200, "This code has expired.");
    assert_eq!(leads(&browser.answer(&second, &second.code).await), page.0);
}

#[tokio::test]
async fn a_recipient_is_limited_as_in_a_mint() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    for _ in 0..3 {
        given(&app, &asking(&app, &tenant).await, JANE).await;
    }
    let (path, _) = asking(&app, &tenant).await;
    let back = leads(&give(&Browser::at(&app), &path, JANE).await);
    assert_eq!(back, format!("{path}?notice=later"));
    assert_eq!(app.mails_to(JANE), 3);
    shows(&Browser::at(&app).get(&path).await, 200, "What is your email address?");
}

#[tokio::test]
async fn a_visitor_tells_addresses_as_often_as_an_address_may_mint() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let (browser, (path, _)) = (Browser::at(&app), asking(&app, &tenant).await);
    let mut answers = Vec::new();
    for _ in 0..11 {
        answers.push(browser.post(&format!("{path}/recipient"), "to=x").await.status);
    }
    assert_eq!(answers, [vec![303; 10], vec![429]].concat());
}

#[tokio::test]
async fn an_asking_page_that_nobody_answers_expires_and_its_app_is_told() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let (path, key) = asking(&app, &tenant).await;
    app.clock.pass_seconds(600);
    app.sweep().await;
    let shown = Browser::at(&app).get(&path).await;
    shows(&shown, 200, "This code has expired.");
    assert_eq!(leads(&give(&Browser::at(&app), &path, JANE).await), path);
    let told = backend(&app, &tenant).get(&format!("/v1/challenges/{key}")).await.json();
    assert_eq!((&told["status"], &told["to"]), (&json!("expired"), &Value::Null));
    assert_eq!(app.database().number("SELECT count(*) FROM challenges WHERE payload IS NOT NULL"), 0);
    assert_eq!(app.mails_to(JANE), 0);
}

#[tokio::test]
async fn whoever_does_not_want_to_tell_goes_back_to_the_app() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let (browser, (path, _)) = (Browser::at(&app), asking(&app, &tenant).await);
    let there = leaves(&browser.post(&format!("{path}/cancel"), "").await);
    assert_eq!(there, format!("{RETURN}?otpmint_status=canceled"));
    assert_eq!(leads(&give(&browser, &path, JANE).await), path);
    assert_eq!(app.mails_to(JANE), 0);
}

#[tokio::test]
async fn neither_looking_nor_a_form_from_elsewhere_tells_an_address() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let (browser, (path, _)) = (Browser::at(&app), asking(&app, &tenant).await);
    let before = app.database().everything();
    let stranger = browser.with("sec-fetch-site", "cross-site");
    for form in ["recipient", "withdraw"] {
        for method in [Method::GET, Method::HEAD] {
            let path = format!("{path}/{form}?to=jane%40recipient.example");
            assert_eq!(browser.send(method, &path, String::new()).await.status, 405);
        }
        let answer = stranger.post(&format!("{path}/{form}"), "to=jane%40recipient.example").await;
        shows(&answer, 403, "This link is not valid.");
    }
    assert!(app.database().everything() == before, "something has changed");
}

#[tokio::test]
async fn the_trail_and_the_numbers_tell_who_was_told_and_withdrawn() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let page = asking(&app, &tenant).await;
    given(&app, &page, JOE).await;
    withdraw(&Browser::at(&app), &page.0).await;
    given(&app, &page, JANE).await;
    asking(&app, &tenant).await;
    let api = backend(&app, &tenant);
    let trail = api.get(&format!("/v1/tenant/audit?challenge={}", page.1)).await.json();
    let rows = trail["data"].as_array().unwrap_or_else(|| panic!("{trail}"));
    let told: Vec<_> =
        rows.iter().rev().map(|row| (row["event"].clone(), row["recipient"].clone())).collect();
    let expected = [
        (json!("minted"), Value::Null),
        (json!("recipient_given"), json!("j***@o***.example")),
        (json!("recipient_withdrawn"), json!("j***@o***.example")),
        (json!("recipient_given"), json!("j***@r***.example")),
    ];
    assert_eq!(told, expected);
    let counted = |domain: &str| {
        let sql = format!(
            "SELECT coalesce(sum(n.n), 0) FROM counts n JOIN cells c ON c.id = n.cell \
             WHERE n.counter BETWEEN 100 AND 199 AND c.domain = '{domain}'"
        );
        app.database().number(&sql)
    };
    assert_eq!([counted("recipient.example"), counted("other.example"), counted("none")], [1, 0, 1]);
}

#[tokio::test]
async fn a_sandbox_asks_as_well_and_its_reserved_recipients_behave() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let api = backend(&app, &tenant);
    let scopes = json!({ "scopes": ["mint", "verify", "manage"] });
    let told = api.post("/v1/tenant/sandbox/keys", &scopes).await.json();
    let key = told["secret"].as_str().unwrap_or_else(|| panic!("{told}")).to_owned();
    let sandbox = Tenant { key, ..tenant };
    let urls = json!({ "return_urls": [RETURN] }).to_string().into_bytes();
    assert_eq!(backend(&app, &sandbox).send(Method::PATCH, "/v1/tenant", urls).await.status, 200);
    let browser = Browser::at(&app);
    let (path, key) = asking(&app, &sandbox).await;
    assert_eq!(leads(&give(&browser, &path, "delivered@otpmint.test").await), path);
    recorded(&app).await;
    browser.result(&Hosted { path, key, code: "424242".to_owned() }).await;
    let (path, _) = asking(&app, &sandbox).await;
    assert_eq!(leads(&give(&browser, &path, "limited@otpmint.test").await), format!("{path}?notice=later"));
    assert_eq!(leads(&give(&browser, &path, "expired@otpmint.test").await), path);
    shows(&browser.get(&path).await, 200, "This code has expired.");
}

#[tokio::test]
async fn the_words_and_the_shape_of_the_code_are_those_of_the_mint() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let shape = json!({ "code": { "length": 8, "alphabet": "unambiguous" }, "locale": "de" });
    let page = minted(&app, &tenant, shape).await;
    shows(&Browser::at(&app).get(&page.0).await, 200, "Wie lautet Ihre E-Mail-Adresse?");
    let given = given(&app, &page, JANE).await;
    assert_eq!(given.code.len(), 8);
    let shown = Browser::at(&app).get(&page.0).await.body;
    assert!(shown.contains("inputmode=\"text\""), "{shown}");
    Browser::at(&app).result(&given).await;
}

#[tokio::test]
async fn a_repeated_mint_is_answered_again_and_opens_no_second_page() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let api = backend(&app, &tenant).with(reqwest::header::HeaderName::from_static("idempotency-key"), "k-1");
    let body = json!({ "return_url": RETURN });
    let (first, second) = (api.post("/v1/challenges", &body).await, api.post("/v1/challenges", &body).await);
    assert_eq!((first.status, second.status), (201, 201));
    assert_eq!(first.json()["page_url"], second.json()["page_url"]);
    assert_eq!(app.database().number("SELECT count(*) FROM challenges"), 1);
}
