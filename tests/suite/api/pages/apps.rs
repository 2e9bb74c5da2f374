//! The page on which a user sets up an authenticator app, as a browser without script uses it.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Browser, Hosted, PUBLIC, RETURN, backend, hosting_tenant, leads, shows, start, start_with};
use crate::api::harness::{Answer, Tenant, TestApp};
use crate::api::v1::factors::{FACTORS, Factors, Phone};
use crate::api::v1::{assert_problem, receipts, sandbox};

/// A factor with a page: its handle, and the path of the page.
struct Enrolling {
    id: String,
    path: String,
}

impl Enrolling {
    async fn by(app: &TestApp, tenant: &Tenant) -> Self {
        Self::with(app, tenant, json!({ "identity": "user-17", "account": "jane", "return_url": RETURN }))
            .await
    }

    async fn with(app: &TestApp, tenant: &Tenant, body: Value) -> Self {
        let answer = Factors::of(app, tenant).create(&body).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        let told = answer.json();
        for name in ["secret", "uri", "qr_svg", "qr_png"] {
            assert_eq!(told[name], Value::Null, "the page shows it instead");
        }
        let text = |name: &str| told[name].as_str().expect(name).to_owned();
        let path = text("page_url").strip_prefix(PUBLIC).expect("the public URL").to_owned();
        Self { id: text("factor"), path }
    }
}

/// The app that has scanned a page.
fn scanned(page: &Answer) -> Phone {
    let uri = page.body.split("href=\"otpauth://").nth(1).and_then(|rest| rest.split('"').next());
    let uri = format!("otpauth://{}", uri.expect("a link").replace("&#38;", "&"));
    let uri = url::Url::parse(&uri).expect("a URI");
    assert_eq!(uri.path(), "/Acme:jane");
    let of = |name: &str| uri.query_pairs().find(|(key, _)| key == name).expect("a part").1.into_owned();
    let secret = of("secret");
    let typed: Vec<String> =
        secret.as_bytes().chunks(4).map(|group| String::from_utf8_lossy(group).into_owned()).collect();
    assert!(page.body.contains(&format!(">{}</code>", typed.join(" "))), "{}", page.body);
    Phone::of(&json!({ "algorithm": "SHA1", "digits": 6, "period": 30, "secret": secret }))
}

/// Where the button of a page leads.
fn way_back(page: &Answer) -> String {
    let link = page.body.split("<a class=\"primary\" href=\"").nth(1).and_then(|rest| rest.split('"').next());
    link.unwrap_or_else(|| panic!("{}", page.body)).replace("&#38;", "&")
}

async fn confirm(browser: &Browser, page: &Enrolling, code: &str) -> Answer {
    browser.post(&format!("{}/confirm", page.path), &format!("code={code}")).await
}

async fn fetch(app: &TestApp, tenant: &Tenant, result: &str) -> Answer {
    backend(app, tenant).post(&format!("{FACTORS}/results"), &json!({ "result": result })).await
}

#[tokio::test]
async fn a_visitor_scans_types_the_first_code_keeps_the_recovery_codes_and_returns_with_a_result() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let (browser, page) = (Browser::at(&app), Enrolling::by(&app, &tenant).await);
    let shown = browser.get(&page.path).await;
    shows(&shown, 200, "Set up your authenticator app");
    assert!(shown.body.contains("<svg ") && shown.body.contains("15:00"), "{}", shown.body);
    assert_eq!(shown.header("cache-control"), Some("no-store"));
    let policy = shown.header("content-security-policy").unwrap();
    assert!(policy.contains("form-action 'self'") && policy.contains("default-src 'none'"), "{policy}");
    let phone = scanned(&shown);

    let wrong = leads(&confirm(&browser, &page, &phone.wrong(&app)).await);
    assert_eq!(wrong, format!("{}?notice=wrong", page.path));
    assert!(browser.get(&wrong).await.body.contains("This code is wrong."));
    let odd = leads(&confirm(&browser, &page, "12345").await);
    assert!(browser.get(&odd).await.body.contains("This is not a code of the app."), "{odd}");

    let done = confirm(&browser, &page, &phone.code(&app, 0)).await;
    shows(&done, 200, "Your authenticator app is set up");
    let codes: Vec<_> = done.body.split("<li><code>").skip(1).map(|rest| &rest[..19]).collect();
    assert_eq!(codes.len(), 10);
    assert!(!done.body.contains("otpauth:"));
    let there = way_back(&done);
    let result = there.strip_prefix(&format!("{RETURN}?otpmint_result=")).expect("back to the app");

    let answer = fetch(&app, &tenant, result).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let told = answer.json();
    assert_eq!((&told["factor"], &told["identity"]), (&json!(page.id), &json!("user-17")));
    assert_eq!((&told["status"], &told["recovery_codes_remaining"]), (&json!("active"), &json!(10)));
    let claims = receipts::claims(&app, told["receipt"].as_str().unwrap(), &tenant.handle).await;
    assert_eq!((&claims["sub"], &claims["channel"]), (&json!("user-17"), &json!("totp")));
    assert_problem(&fetch(&app, &tenant, result).await, 404, "result_not_found");
    let factors = Factors::of(&app, &tenant);
    assert_eq!(factors.check(&page.id, codes[0]).await.status, 200);

    // What was shown once is not shown again.
    let later = browser.get(&page.path).await;
    shows(&later, 200, "Your authenticator app is set up");
    assert!(!later.body.contains("<svg") && !later.body.contains(codes[1]) && !later.body.contains("otpr_"));
    assert_eq!(way_back(&later), format!("{RETURN}?otpmint_status=verified"));
    let again = leads(&confirm(&browser, &page, &phone.code(&app, 1)).await);
    assert_eq!(again, page.path);
}

#[tokio::test]
async fn a_page_and_its_result_last_for_a_quarter_of_an_hour() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let (browser, page) = (Browser::at(&app), Enrolling::by(&app, &tenant).await);
    let phone = scanned(&browser.get(&page.path).await);
    app.clock.pass_seconds(899);
    shows(&browser.get(&page.path).await, 200, "Set up your authenticator app");
    let second = Enrolling::by(&app, &tenant).await;
    app.clock.pass_seconds(1);
    let over = browser.get(&page.path).await;
    shows(&over, 200, "The time to set up the app is over");
    assert!(!over.body.contains("otpauth:") && !over.body.contains("<svg"));
    assert_eq!(way_back(&over), format!("{RETURN}?otpmint_status=expired"));
    assert_eq!(leads(&confirm(&browser, &page, &phone.code(&app, 0)).await), page.path);
    assert_eq!(Factors::of(&app, &tenant).get(&page.id).await.json()["status"], "unconfirmed");

    let phone = scanned(&browser.get(&second.path).await);
    let done = confirm(&browser, &second, &phone.code(&app, 0)).await;
    let there = way_back(&done);
    let result = there.split("otpmint_result=").nth(1).unwrap();
    app.clock.pass_seconds(900);
    assert_problem(&fetch(&app, &tenant, result).await, 404, "result_not_found");
    app.sweep().await;
    assert_eq!(app.database().number("SELECT count(*) FROM factor_results"), 0);
}

#[tokio::test]
async fn no_other_tenant_fetches_a_result_and_no_other_key_opens_a_page() {
    let app = start().await;
    let (tenant, other) = (hosting_tenant(&app).await, hosting_tenant(&app).await);
    let (browser, page) = (Browser::at(&app), Enrolling::by(&app, &tenant).await);
    let phone = scanned(&browser.get(&page.path).await);
    let code = phone.code(&app, 0);
    let there = way_back(&confirm(&browser, &page, &code).await);
    let result = there.split("otpmint_result=").nth(1).unwrap();
    assert_problem(&fetch(&app, &other, result).await, 404, "result_not_found");
    assert_problem(
        &backend(&app, &tenant).post("/v1/results", &json!({ "result": result })).await,
        404,
        "result_not_found",
    );
    assert_eq!(fetch(&app, &tenant, result).await.status, 200);

    // The key of a challenge's page is none of a factor's, and the other way round.
    let challenge = Hosted::by(&app, &tenant).await;
    for path in [
        format!("/f/{}", challenge.path.strip_prefix("/c/").unwrap()),
        format!("/c/{}", page.path.strip_prefix("/f/").unwrap()),
        format!("/f/{}", challenge.key),
        "/f/AAAAAAAAAAAAAAAAAAAAAAA".to_owned(),
    ] {
        shows(&browser.get(&path).await, 404, "This link is not valid.");
    }
    // A way back that the tenant no longer allows is none.
    let second = Enrolling::by(&app, &tenant).await;
    let none = json!({ "return_urls": [] }).to_string().into_bytes();
    backend(&app, &tenant).send(Method::PATCH, "/v1/tenant", none).await;
    shows(&browser.get(&second.path).await, 404, "This link is not valid.");
    let foreign = browser.with("sec-fetch-site", "cross-site");
    shows(&confirm(&foreign, &second, &code).await, 403, "This link is not valid.");
}

#[tokio::test]
async fn five_wrong_codes_pause_the_factor_of_a_page_too() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let (browser, page) = (Browser::at(&app), Enrolling::by(&app, &tenant).await);
    let phone = scanned(&browser.get(&page.path).await);
    for _ in 0..5 {
        confirm(&browser, &page, &phone.wrong(&app)).await;
    }
    let paused = leads(&confirm(&browser, &page, &phone.code(&app, 0)).await);
    assert_eq!(paused, format!("{}?notice=later", page.path));
    app.clock.pass_seconds(60);
    shows(&confirm(&browser, &page, &phone.code(&app, 0)).await, 200, "Your authenticator app is set up");
}

#[tokio::test]
async fn codes_on_the_page_draw_on_the_rate_of_its_tenant_and_what_is_none_does_not() {
    let app = start_with(|settings| {
        settings.limits.verify_per_tenant = "2/10s".parse().expect("a rate");
    })
    .await;
    let tenant = hosting_tenant(&app).await;
    let (browser, page) = (Browser::at(&app), Enrolling::by(&app, &tenant).await);
    let phone = scanned(&browser.get(&page.path).await);
    for (code, notice) in [("wrong", "wrong"), ("abcdef", "not_of_the_app"), ("wrong", "wrong")] {
        let typed = if code == "wrong" { phone.wrong(&app) } else { code.to_owned() };
        let back = leads(&confirm(&browser, &page, &typed).await);
        assert_eq!(back, format!("{}?notice={notice}", page.path));
    }
    let later = format!("{}?notice=later", page.path);
    assert_eq!(leads(&confirm(&browser, &page, &phone.code(&app, 0)).await), later);
    assert_problem(&fetch(&app, &tenant, "otpr_x").await, 429, "verify_per_tenant");
    app.clock.pass_seconds(5);
    shows(&confirm(&browser, &page, &phone.code(&app, 0)).await, 200, "Your authenticator app is set up");
    assert_eq!(app.database().number("SELECT count(*) FROM factors WHERE in_a_row = 0"), 1);
}

#[tokio::test]
async fn no_page_may_show_the_page_of_a_factor_in_a_frame() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let shop = json!({ "allowed_origins": ["https://shop.example"] }).to_string().into_bytes();
    assert_eq!(backend(&app, &tenant).send(Method::PATCH, "/v1/tenant", shop).await.status, 200);
    let (browser, page) = (Browser::at(&app), Enrolling::by(&app, &tenant).await);
    let framed = format!("{}?embed=https%3A%2F%2Fshop.example", page.path);
    for path in [&page.path, &framed] {
        let policy = browser.get(path).await.header("content-security-policy").unwrap().to_owned();
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
    }
    let embed = json!({ "identity": "u", "return_url": RETURN, "embed": true });
    let refused = Factors::of(&app, &tenant).create(&embed).await;
    assert_eq!(assert_problem(&refused, 422, "invalid_field")["errors"][0]["pointer"], "/embed");
}

#[tokio::test]
async fn the_page_speaks_the_language_that_the_app_asks_for() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let body = json!({ "identity": "u", "account": "jane", "return_url": RETURN, "locale": "de" });
    let (browser, page) = (Browser::at(&app), Enrolling::with(&app, &tenant, body).await);
    shows(&browser.get(&page.path).await, 200, "Authenticator-App einrichten");
    let arabic = browser.get(&format!("{}?lang=ar", page.path)).await.body;
    assert!(arabic.contains("dir=\"rtl\"") && arabic.contains(&format!("{}/confirm?lang=ar", page.path)));
    // Where the app asks for none, the browser decides, and then the tenant.
    let own = json!({ "locale": "de" }).to_string().into_bytes();
    assert_eq!(backend(&app, &tenant).send(Method::PATCH, "/v1/tenant", own).await.status, 200);
    let any = Enrolling::by(&app, &tenant).await;
    shows(&browser.get(&any.path).await, 200, "Authenticator-App einrichten");
    let japanese = browser.with("accept-language", "ja").get(&any.path).await.body;
    assert!(japanese.contains("<html lang=\"ja\""), "{japanese}");
}

#[tokio::test]
async fn a_page_needs_a_way_back_and_an_app_that_is_not_set_up_yet() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let factors = Factors::of(&app, &tenant);
    let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    for (body, pointer) in [
        (json!({ "identity": "u", "return_url": "https://elsewhere.example/" }), "/return_url"),
        (json!({ "identity": "u", "return_url": "javascript:alert(1)" }), "/return_url"),
        (json!({ "identity": "u", "return_url": RETURN, "locale": "?" }), "/locale"),
        (json!({ "identity": "u", "return_url": RETURN, "secret": secret, "confirmed": true }), "/confirmed"),
    ] {
        let problem = assert_problem(&factors.create(&body).await, 422, "invalid_field");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{body}");
    }
    let without = TestApp::start().await;
    let tenant = hosting_tenant(&without).await;
    let refused =
        Factors::of(&without, &tenant).create(&json!({ "identity": "u", "return_url": RETURN })).await;
    assert_problem(&refused, 409, "no_pages");
}

#[tokio::test]
async fn a_sandbox_has_pages_of_its_own() {
    let app = start().await;
    let (live, test) = sandbox::both(&app).await;
    for tenant in [&live, &test] {
        let urls = json!({ "name": "Acme", "return_urls": [RETURN] }).to_string().into_bytes();
        backend(&app, tenant).send(Method::PATCH, "/v1/tenant", urls).await;
    }
    let (browser, page) = (Browser::at(&app), Enrolling::by(&app, &test).await);
    let phone = scanned(&browser.get(&page.path).await);
    let there = way_back(&confirm(&browser, &page, &phone.code(&app, 0)).await);
    let result = there.split("otpmint_result=").nth(1).unwrap();
    assert_problem(&fetch(&app, &live, result).await, 404, "result_not_found");
    assert_eq!(fetch(&app, &test, result).await.status, 200);

    // For a reserved identity the code is known.
    let known = json!({ "identity": "accepted@otpmint.test", "return_url": RETURN });
    for (tenant, status) in [(&live, 303), (&test, 200)] {
        let page = Enrolling::with(&app, tenant, known.clone()).await;
        assert_eq!(confirm(&browser, &page, "424242").await.status, status);
    }
}
