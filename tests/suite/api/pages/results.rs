//! An app fetches the result of its visitor.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Browser, Hosted, PUBLIC, RETURN, backend, hosting_tenant, start};
use crate::api::harness::{Answer, Api, JANE, TestApp};
use crate::api::v1::{assert_problem, receipts};

async fn fetch(api: &Api, result: &str) -> Answer {
    api.post("/v1/results", &json!({ "result": result })).await
}

#[tokio::test]
async fn a_result_is_the_challenge_and_a_receipt_for_its_recipient() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let body = json!({
        "to": JANE, "purpose": "login", "nonce": "n-1", "metadata": { "order": "17" }, "return_url": RETURN,
    });
    let page = Hosted::minted(&app, &tenant, body).await;
    let result = Browser::at(&app).result(&page).await;
    let answer = fetch(&backend(&app, &tenant), &result).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let told = answer.json();
    let of = |name: &str| told[name].clone();
    assert_eq!((of("key"), of("status"), of("nonce")), (json!(page.key), json!("verified"), json!("n-1")));
    assert_eq!(of("page_url"), json!(format!("{PUBLIC}{}", page.path)));
    let claims = receipts::claims(&app, told["receipt"].as_str().unwrap(), &tenant.handle).await;
    assert_eq!((&claims["sub"], &claims["jti"]), (&json!(JANE), &json!(page.key)));
    assert_eq!((&claims["purpose"], &claims["nonce"]), (&json!("login"), &json!("n-1")));
    assert_eq!(claims["metadata"], json!({ "order": "17" }));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_who_ask_at_once_one_gets_it() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let result = Browser::at(&app).result(&Hosted::by(&app, &tenant).await).await;
    let asking: Vec<_> = (0..16)
        .map(|_| {
            let (api, result) = (backend(&app, &tenant), result.clone());
            tokio::spawn(async move { fetch(&api, &result).await })
        })
        .collect();
    let mut got = 0;
    for asked in asking {
        let answer = asked.await.unwrap();
        match answer.status {
            200 => got += 1,
            _ => drop(assert_problem(&answer, 404, "result_not_found")),
        }
    }
    assert_eq!(got, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_right_answers_at_once_one_has_a_result() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let (browser, page) = (Browser::at(&app), Hosted::by(&app, &tenant).await);
    let page = std::sync::Arc::new(page);
    let answering: Vec<_> = (0..16)
        .map(|_| {
            let (browser, page) = (browser.clone(), page.clone());
            tokio::spawn(async move { browser.answer(&page, &page.code).await })
        })
        .collect();
    let mut results = 0;
    for answered in answering {
        let answer = answered.await.unwrap();
        match answer.status {
            200 => results += usize::from(super::leaves(&answer).contains("otpmint_result=")),
            _ => assert_eq!(super::leads(&answer), page.path),
        }
    }
    assert_eq!((results, app.database().number("SELECT count(*) FROM results")), (1, 1));
}

#[tokio::test]
async fn a_result_is_good_for_a_minute_and_then_erased() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let (browser, api) = (Browser::at(&app), backend(&app, &tenant));
    let in_time = browser.result(&Hosted::by(&app, &tenant).await).await;
    app.clock.pass_millis(59_999);
    assert_eq!(fetch(&api, &in_time).await.status, 200);
    let too_late = browser.result(&Hosted::by(&app, &tenant).await).await;
    app.clock.pass_seconds(60);
    assert_problem(&fetch(&api, &too_late).await, 404, "result_not_found");
    assert_eq!(app.database().number("SELECT count(*) FROM results"), 1);
    app.sweep().await;
    assert_eq!(app.database().number("SELECT count(*) FROM results"), 0);
}

#[tokio::test]
async fn a_result_is_its_own_tenants_alone() {
    let app = start().await;
    let (tenant, other) = (hosting_tenant(&app).await, hosting_tenant(&app).await);
    let result = Browser::at(&app).result(&Hosted::by(&app, &tenant).await).await;
    let foreign = fetch(&backend(&app, &other), &result).await;
    let made_up = fetch(&backend(&app, &other), "otpr_made-up").await;
    assert_problem(&foreign, 404, "result_not_found");
    let told = |answer: &Answer| {
        let mut problem = answer.json();
        // It names the request.
        problem.as_object_mut().unwrap().remove("instance");
        problem
    };
    assert_eq!(told(&foreign), told(&made_up));
    assert_problem(&fetch(&app.api, &result).await, 401, "invalid_secret_key");
    assert_eq!(fetch(&backend(&app, &tenant), &result).await.status, 200, "and it is still there");
}

#[tokio::test]
async fn a_recipient_that_was_moved_to_another_result_is_in_no_receipt() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let (browser, api) = (Browser::at(&app), backend(&app, &tenant));
    let own = browser.result(&Hosted::by(&app, &tenant).await).await;
    let body = json!({ "to": "joe@other.example", "return_url": RETURN });
    let other = browser.result(&Hosted::minted(&app, &tenant, body).await).await;
    app.database().change(
        "UPDATE results SET recipient = (SELECT recipient FROM results ORDER BY challenge LIMIT 1) \
         WHERE challenge = (SELECT max(challenge) FROM results)",
    );
    let moved = fetch(&api, &other).await;
    assert_problem(&moved, 503, "store_unavailable");
    assert_eq!(fetch(&api, &own).await.status, 200, "the one whose row was copied is not disturbed");
}

#[tokio::test]
async fn fetching_takes_a_key_that_may_verify() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let result = Browser::at(&app).result(&Hosted::by(&app, &tenant).await).await;
    let api = backend(&app, &tenant);
    let key = async |scope: &str| {
        let told = api.post("/v1/tenant/keys", &json!({ "name": scope, "scopes": [scope] })).await.json();
        app.api.bearing(told["secret"].as_str().expect("told once"))
    };
    assert_problem(&fetch(&key("mint").await, &result).await, 403, "insufficient_scope");
    assert_eq!(fetch(&key("verify").await, &result).await.status, 200);
}

#[tokio::test]
async fn fetching_counts_as_a_verification() {
    let app = TestApp::with(|settings| {
        settings.server.public_url = PUBLIC.to_owned();
        settings.limits.verify_per_tenant = "2/10s".parse().unwrap();
    });
    let app = app.await;
    let tenant = hosting_tenant(&app).await;
    let api = backend(&app, &tenant);
    for _ in 0..2 {
        assert_problem(&fetch(&api, "otpr_made-up").await, 404, "result_not_found");
    }
    assert_eq!(fetch(&api, "otpr_made-up").await.is_limited_by("verify_per_tenant"), 5);
}

#[tokio::test]
async fn neither_a_result_code_nor_a_recipient_lies_in_the_store() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let page = Hosted::by(&app, &tenant).await;
    let result = Browser::at(&app).result(&page).await;
    let stored = app.database().bytes();
    for secret in [result.as_str(), JANE] {
        let is_there = stored.windows(secret.len()).any(|window| window == secret.as_bytes());
        assert!(!is_there, "{secret}");
    }
}

#[tokio::test]
async fn a_page_needs_a_return_url_from_the_list_to_the_letter() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let api = backend(&app, &tenant);
    for url in [
        "https://app.example/login/done/",
        "https://app.example/login/done?next=https://evil.example",
        "https://app.example/login/done#x",
        "https://app.example/login/DONE",
        "https://app.example/login/done/../other",
        "https://app.example.evil.example/login/done",
        "https://app.example@evil.example/login/done",
        "https://evil.example/login/done",
        "//app.example/login/done",
        "javascript:alert(1)",
        "",
    ] {
        let answer = api.post("/v1/challenges", &json!({ "to": JANE, "return_url": url })).await;
        let problem = assert_problem(&answer, 422, "invalid_field");
        assert_eq!(problem["errors"][0]["pointer"], "/return_url", "{url}: {}", answer.body);
    }
    let bound = json!({ "to": JANE, "return_url": RETURN, "bind": { "amount": "5" } });
    let problem = assert_problem(&api.post("/v1/challenges", &bound).await, 422, "invalid_field");
    assert_eq!(problem["errors"][0]["pointer"], "/bind");
    assert_eq!(app.mails_to(JANE), 0);
}

#[tokio::test]
async fn a_return_url_that_is_taken_off_the_list_takes_its_pages_with_it() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let (browser, page) = (Browser::at(&app), Hosted::by(&app, &tenant).await);
    let body = json!({ "return_urls": Value::Null }).to_string().into_bytes();
    let changed = backend(&app, &tenant).send(Method::PATCH, "/v1/tenant", body).await;
    assert_eq!((changed.status, &changed.json()["return_urls"]), (200, &json!([])));
    super::shows(&browser.get(&page.path).await, 404, "This link is not valid.");
    assert_eq!(super::leads(&browser.answer(&page, &page.code).await), page.path);
}

#[tokio::test]
async fn a_server_without_a_public_url_has_no_pages() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let page = Hosted::by(&app, &tenant).await;
    let app = app.restart(|settings| settings.server.public_url = String::new()).await;
    let answer =
        backend(&app, &tenant).post("/v1/challenges", &json!({ "to": JANE, "return_url": RETURN })).await;
    assert_problem(&answer, 409, "no_pages");
    assert_eq!(Browser::at(&app).get(&page.path).await.status, 404);
    assert_eq!(Browser::at(&app).answer(&page, &page.code).await.status, 404);
}
