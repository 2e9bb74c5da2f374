//! A page in a frame of its app's page.

use reqwest::Method;
use serde_json::{Value, json};

use super::{
    Browser, Hosted, PUBLIC, RETURN, backend, hosting_tenant, leads, leaves, recorded, shows, start,
};
use crate::api::harness::{Answer, JANE, Tenant, TestApp, wrong};
use crate::api::v1::assert_problem;

const SHOP: &str = "https://shop.example";
const LOCAL: &str = "http://localhost:3000";
const STRANGE: &str = "https://strange.example";

/// A tenant whose pages may frame hosted ones.
async fn embedding_tenant(app: &TestApp) -> Tenant {
    let tenant = hosting_tenant(app).await;
    let answer = patch(app, &tenant, json!({ "allowed_origins": [SHOP, LOCAL] })).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    tenant
}

async fn patch(app: &TestApp, tenant: &Tenant, body: Value) -> Answer {
    backend(app, tenant).send(Method::PATCH, "/v1/tenant", body.to_string().into_bytes()).await
}

/// A challenge that only works in frames.
async fn embedded(app: &TestApp, tenant: &Tenant) -> Hosted {
    Hosted::minted(app, tenant, json!({ "to": JANE, "embed": true })).await
}

/// A challenge whose page also returns its visitor by itself.
async fn both(app: &TestApp, tenant: &Tenant) -> Hosted {
    Hosted::minted(app, tenant, json!({ "to": JANE, "embed": true, "return_url": RETURN })).await
}

/// The path of one that asks for the address.
async fn asking(app: &TestApp, tenant: &Tenant) -> String {
    let answer = backend(app, tenant).post("/v1/challenges", &json!({ "embed": true })).await;
    assert_eq!((answer.status, &answer.json()["to"]), (201, &Value::Null), "{}", answer.body);
    let url = answer.json()["page_url"].as_str().expect("a page").to_owned();
    url.strip_prefix(PUBLIC).expect("the public URL").to_owned()
}

fn within(path: &str, page: &str) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("embed", page).finish();
    format!("{path}?{query}")
}

/// The policy for the browser about frames and forms.
#[track_caller]
fn policy(answer: &Answer) -> (String, String) {
    let policy = answer.header("content-security-policy").expect("a policy");
    let of =
        |name: &str| policy.split("; ").find_map(|rule| rule.strip_prefix(name)).expect("a rule").to_owned();
    (of("frame-ancestors "), of("form-action "))
}

fn expected(ancestors: &str, forms: &str) -> (String, String) {
    (ancestors.to_owned(), forms.to_owned())
}

#[tokio::test]
async fn a_page_may_be_framed_by_the_listed_origin_that_it_is_asked_for_and_by_no_other() {
    let app = start().await;
    let tenant = embedding_tenant(&app).await;
    let (browser, page) = (Browser::at(&app), embedded(&app, &tenant).await);
    for origin in [SHOP, LOCAL] {
        let shown = browser.with("sec-fetch-dest", "iframe").get(&within(&page.path, origin)).await;
        shows(&shown, 200, "Enter your code");
        assert_eq!(policy(&shown), expected(origin, "'none'"));
        assert!(shown.body.contains(&format!("data-embedder=\"{origin}\"")), "{}", shown.body);
        assert!(!shown.body.contains("autofocus"), "a browser refuses it in a frame, aloud: {}", shown.body);
    }
}

#[tokio::test]
async fn whoever_is_not_listed_gets_the_page_as_it_is_without_a_frame() {
    let app = start().await;
    let tenant = embedding_tenant(&app).await;
    let other = hosting_tenant(&app).await;
    assert_eq!(patch(&app, &other, json!({ "allowed_origins": [STRANGE] })).await.status, 200);
    let browser = Browser::at(&app);
    let (embedded, both) = (embedded(&app, &tenant).await, both(&app, &tenant).await);
    let long = format!("https://{}.example", "a".repeat(2_000));
    let strangers = [
        STRANGE,
        PUBLIC,
        "",
        "null",
        "*",
        "https:",
        "http://shop.example",
        "https://shop.example:8443",
        "https://shop.example/",
        "https://SHOP.example",
        "https://shop.example https://strange.example",
        "https://shop.example; frame-ancestors *",
        "https://strange.example\r\nX: 1",
        &long,
    ];
    for stranger in strangers {
        let shown = browser.get(&within(&both.path, stranger)).await;
        shows(&shown, 200, "Enter your code");
        assert_eq!(policy(&shown), expected("'none'", "'self'"), "{stranger}");
        assert!(!shown.body.contains("data-embedder"), "{stranger}: {}", shown.body);
        let shown = browser.get(&within(&embedded.path, stranger)).await;
        shows(&shown, 404, "This link is not valid.");
        assert_eq!(policy(&shown), expected("'none'", "'none'"), "{stranger}");
    }
    let twice = format!("{}&embed=https%3A%2F%2Fstrange.example", within(&embedded.path, SHOP));
    shows(&browser.get(&twice).await, 404, "This link is not valid.");
}

#[tokio::test]
async fn a_page_that_was_not_minted_for_it_is_in_no_frame() {
    let app = start().await;
    let tenant = embedding_tenant(&app).await;
    let (browser, page) = (Browser::at(&app), Hosted::by(&app, &tenant).await);
    let refused = json!({ "to": JANE, "embed": false, "return_url": RETURN });
    let refused = Hosted::minted(&app, &tenant, refused).await;
    for page in [page, refused] {
        let shown = browser.get(&within(&page.path, SHOP)).await;
        assert_eq!(policy(&shown), expected("'none'", "'self'"));
        let there = leaves(&browser.post(&within(&format!("{}/cancel", page.path), SHOP), "").await);
        assert_eq!(there, format!("{RETURN}?otpmint_status=canceled"));
    }
}

#[tokio::test]
async fn a_page_that_a_browser_shows_by_itself_is_in_no_frame() {
    let app = start().await;
    let tenant = embedding_tenant(&app).await;
    let browser = Browser::at(&app).with("sec-fetch-dest", "document");
    let shown = browser.get(&within(&both(&app, &tenant).await.path, SHOP)).await;
    assert_eq!(policy(&shown), expected("'none'", "'self'"));
    shows(&browser.get(&embedded(&app, &tenant).await.path).await, 404, "This link is not valid.");
}

#[tokio::test]
async fn the_right_code_in_a_frame_is_told_with_its_result_which_the_app_fetches_once() {
    let app = start().await;
    let tenant = embedding_tenant(&app).await;
    let browser = Browser::at(&app);
    for page in [embedded(&app, &tenant).await, both(&app, &tenant).await] {
        let told = browser
            .post(&within(&format!("{}/verify", page.path), SHOP), &format!("code={}", page.code))
            .await;
        assert_eq!((told.status, told.header("location")), (200, None), "{}", told.body);
        let told = told.json();
        assert_eq!(told["status"], "verified");
        let body = json!({ "result": told["result"] });
        let fetched = backend(&app, &tenant).post("/v1/results", &body).await;
        assert_eq!((fetched.status, &fetched.json()["key"]), (200, &json!(page.key)), "{}", fetched.body);
        assert_problem(&backend(&app, &tenant).post("/v1/results", &body).await, 404, "result_not_found");
        let shown = browser.get(&within(&page.path, SHOP)).await;
        shows(&shown, 200, "This code has already been used.");
        assert!(shown.body.contains("data-status=\"verified\"") && !shown.body.contains("otpmint_status"));
    }
}

#[tokio::test]
async fn an_answer_from_no_listed_origin_is_not_evaluated_where_there_is_nobody_to_tell() {
    let app = start().await;
    let tenant = embedding_tenant(&app).await;
    let (browser, page) = (Browser::at(&app), embedded(&app, &tenant).await);
    let asking = asking(&app, &tenant).await;
    recorded(&app).await;
    let before = app.database().everything();
    for path in [&page.path, &asking] {
        for form in ["verify", "resend", "cancel", "recipient", "withdraw"] {
            let form = format!("{path}/{form}");
            for path in [form.clone(), within(&form, STRANGE)] {
                let answer = browser.post(&path, &format!("code={}&to={JANE}", page.code)).await;
                assert!(!leads(&answer).contains("otpr_"), "{}", answer.body);
            }
        }
    }
    assert!(app.database().everything() == before, "a stranger has changed something");
}

#[tokio::test]
async fn what_happens_in_a_frame_stays_in_it() {
    let app = start().await;
    let tenant = embedding_tenant(&app).await;
    let (browser, page) = (Browser::at(&app), embedded(&app, &tenant).await);
    let verify = within(&format!("{}/verify", page.path), SHOP);
    assert!(browser.get(&within(&page.path, SHOP)).await.body.contains(&format!("action=\"{verify}\"")));
    let back = leads(&browser.post(&verify, &format!("code={}", wrong(&page.code))).await);
    assert_eq!(back, format!("{}&notice=wrong", within(&page.path, SHOP)));
    let shown = browser.get(&back).await;
    assert!(shown.body.contains("Attempts left: 4"), "{}", shown.body);
    assert_eq!(policy(&shown), expected(SHOP, "'none'"));
    let canceled = browser.post(&within(&format!("{}/cancel", page.path), SHOP), "").await;
    assert_eq!((canceled.status, canceled.json()), (200, json!({ "status": "canceled", "result": null })));
}

#[tokio::test]
async fn a_page_in_a_frame_asks_for_the_address_and_stays_in_it() {
    let app = start().await;
    let tenant = embedding_tenant(&app).await;
    let (browser, path) = (Browser::at(&app), asking(&app, &tenant).await);
    let shown = browser.get(&within(&path, SHOP)).await;
    shows(&shown, 200, "What is your email address?");
    assert_eq!(policy(&shown), expected(SHOP, "'none'"));
    assert!(shown.body.contains("data-focus") && !shown.body.contains("autofocus"), "{}", shown.body);
    let (before, give) = (app.mails_to(JANE), within(&format!("{path}/recipient"), SHOP));
    assert_eq!(
        leads(&browser.post(&give, "to=jane").await),
        format!("{}&notice=not_an_address", within(&path, SHOP))
    );
    assert_eq!(leads(&browser.post(&give, &format!("to={JANE}")).await), within(&path, SHOP));
    app.code_after(before, JANE).await;
    recorded(&app).await;
    let withdraw = within(&format!("{path}/withdraw"), SHOP);
    assert_eq!(leads(&browser.post(&withdraw, "").await), within(&path, SHOP));
    assert_eq!(leads(&browser.post(&give, "to=joe@other.example").await), within(&path, SHOP));
    let code = app.code_after(0, "joe@other.example").await;
    let verify = within(&format!("{path}/verify"), SHOP);
    let told = browser.post(&verify, &format!("code={code}")).await.json();
    assert_eq!(told["status"], "verified");
    let body = json!({ "result": told["result"] });
    assert_eq!(backend(&app, &tenant).post("/v1/results", &body).await.json()["status"], "verified");
    let canceled = browser.post(&within(&format!("{}/cancel", asking(&app, &tenant).await), SHOP), "").await;
    assert_eq!((canceled.status, canceled.json()), (200, json!({ "status": "canceled", "result": null })));
}

#[tokio::test]
async fn an_origin_that_is_taken_off_the_list_frames_nothing_any_more() {
    let app = start().await;
    let tenant = embedding_tenant(&app).await;
    let (browser, page) = (Browser::at(&app), embedded(&app, &tenant).await);
    shows(&browser.get(&within(&page.path, SHOP)).await, 200, "Enter your code");
    assert_eq!(patch(&app, &tenant, json!({ "allowed_origins": [LOCAL] })).await.status, 200);
    shows(&browser.get(&within(&page.path, SHOP)).await, 404, "This link is not valid.");
    shows(&browser.get(&within(&page.path, LOCAL)).await, 200, "Enter your code");
}

#[tokio::test]
async fn a_page_for_frames_needs_an_origin_and_nothing_that_is_bound() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let mint = async |body: Value| backend(&app, &tenant).post("/v1/challenges", &body).await;
    let answer = mint(json!({ "to": JANE, "embed": true })).await;
    assert_eq!(assert_problem(&answer, 422, "invalid_field")["errors"][0]["pointer"], "/embed");
    assert_eq!(patch(&app, &tenant, json!({ "allowed_origins": [SHOP] })).await.status, 200);
    let answer = mint(json!({ "to": JANE, "embed": true, "bind": { "amount": "5" } })).await;
    assert_eq!(assert_problem(&answer, 422, "invalid_field")["errors"][0]["pointer"], "/bind");
    let answer = mint(json!({ "to": JANE, "embed": "https://shop.example" })).await;
    assert_eq!(assert_problem(&answer, 422, "invalid_field")["errors"][0]["pointer"], "/embed");
    let answer = mint(json!({ "to": JANE, "embed": true, "return_url": "https://app.example/other" })).await;
    assert_eq!(assert_problem(&answer, 422, "invalid_field")["errors"][0]["pointer"], "/return_url");
    let app = app.restart(|settings| settings.server.public_url = String::new()).await;
    let answer = backend(&app, &tenant).post("/v1/challenges", &json!({ "to": JANE, "embed": true })).await;
    assert_problem(&answer, 409, "no_pages");
}
