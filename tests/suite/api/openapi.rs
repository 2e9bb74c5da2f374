//! The API description, as it is served.

use reqwest::Method;

use crate::api::harness::{Api, TestApp};
use crate::support::http::http;

#[tokio::test]
async fn the_description_is_the_one_of_this_build() {
    let app = TestApp::start().await;
    let answer = app.api.get("/openapi.json").await;
    answer.is(200, otpmint::http::openapi());
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    assert_eq!(answer.json()["openapi"], "3.1.0");
}

#[tokio::test]
async fn the_page_comes_from_here_and_asks_nobody_else() {
    let app = TestApp::start().await;
    let url = format!("http://{}/docs/", app.app().address());
    let answer = http().build().unwrap().get(url).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"), "{policy}");
    assert!(!policy.contains("unsafe") && !policy.contains("http"), "{policy}");
    let page = answer.text().await.unwrap();
    // Examples have addresses; what is loaded has none of another host.
    let loaded = page.split([' ', '>']).filter(|part| part.starts_with("src=") || part.starts_with("href="));
    for part in loaded {
        let path = part.split('"').nth(1).unwrap();
        assert!(path.starts_with(['/', '#', '.']) && !path.starts_with("//"), "{part}");
        if path.starts_with("/assets/") {
            assert_eq!(app.api.get(path).await.status, 200, "{path}");
        }
    }
    assert!(page.contains("id=\"mintChallenge\"") && page.contains("href=\"../openapi.json\""), "{page}");
    app.api.json().get("/docs/nothing.js").await.is_problem(404, "not_found");
    app.api.json().get("/docs/../../Cargo.toml").await.is_problem(404, "not_found");
}

#[tokio::test]
async fn the_page_is_found_without_its_slash() {
    let app = TestApp::start().await;
    let client = http().redirect(reqwest::redirect::Policy::none());
    let url = format!("http://{}/docs", app.app().address());
    let answer = client.build().unwrap().get(url).send().await.unwrap();
    assert_eq!((answer.status().as_u16(), &answer.headers()["location"]), (308, &"docs/".parse().unwrap()));
}

#[tokio::test]
async fn the_documents_are_read_and_searched() {
    let app = TestApp::start().await;
    let guide = app.api.get("/docs/guide/").await;
    let operations = app.api.get("/docs/guide/operations").await;
    for page in [&guide, &operations] {
        assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
        let policy = page.header("content-security-policy").expect("a policy");
        assert!(policy.starts_with("default-src 'none'") && !page.body.contains("<script"), "{policy}");
    }
    assert!(operations.body.contains("<h1>Running OtpMint</h1>"), "{}", operations.body);
    assert!(operations.body.contains("<a href=\"configuration\">Settings</a>"), "{}", operations.body);
    let found = app.api.get("/docs/guide/?q=restore+a+backup").await.body;
    assert!(found.contains("href=\"operations#restore\""), "{found}");
    // What is searched for is text, and no markup.
    let nothing = app.api.get("/docs/guide/?q=%3Cscript%3Ealert(1)").await.body;
    assert!(nothing.contains("Nothing has all of these words: &#60;script&#62;alert(1)."), "{nothing}");
    for missing in ["/docs/guide/architecture", "/docs/guide/..%2fapi", "/docs/guide/api.md"] {
        app.api.json().get(missing).await.is_problem(404, "not_found");
    }
}

#[tokio::test]
async fn a_wrong_method_is_told_the_right_ones() {
    let app = TestApp::start().await;
    for (path, methods) in [
        ("/v1/challenges", "POST, OPTIONS"),
        ("/v1/challenges/x", "GET, DELETE, HEAD, OPTIONS"),
        ("/v1/challenges/x/verify", "POST, OPTIONS"),
        ("/v1/challenges/x/resend", "POST, OPTIONS"),
        ("/v1/verify", "POST, OPTIONS"),
        ("/v1/tenant/stats", "GET, HEAD, OPTIONS"),
        ("/v1/admin/tenants", "GET, POST, HEAD, OPTIONS"),
        ("/v1/admin/tenants/x", "GET, PATCH, DELETE, HEAD, OPTIONS"),
        ("/otp", "POST"),
        ("/livez", "GET, HEAD"),
        ("/readyz", "GET, HEAD"),
        ("/.well-known/jwks.json", "GET, HEAD"),
        ("/openapi.json", "GET, HEAD"),
        ("/docs/", "GET, HEAD"),
        ("/docs/guide/", "GET, HEAD"),
        ("/docs/guide/api", "GET, HEAD"),
    ] {
        let answer = sent(&app.api.json(), path).await;
        answer.is_problem(405, "method_not_allowed");
        assert_eq!(answer.header("allow"), Some(methods), "{path}");
    }
}

async fn sent(api: &Api, path: &str) -> crate::api::harness::Answer {
    api.send(Method::PUT, path, Vec::new()).await
}
