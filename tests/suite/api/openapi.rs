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
    let page = file(&app, "").await;
    assert!(page.contains("swagger-ui-bundle.js") && !page.contains("http"), "{page}");
    let start = file(&app, "swagger-initializer.js").await;
    assert!(start.contains(r#""url": "../openapi.json""#), "{start}");
    assert!(start.contains(r#""validatorUrl": "none""#), "{start}");
    app.api.json().get("/docs/nothing.js").await.is_problem(404, "not_found");
    app.api.json().get("/docs/../../Cargo.toml").await.is_problem(404, "not_found");
}

/// A file of the page, as a browser gets it, with the policy that forbids loading from elsewhere.
async fn file(app: &TestApp, name: &str) -> String {
    let url = format!("http://{}/docs/{name}", app.app().address());
    let client = http().build().unwrap();
    let answer = client.get(url).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{name}");
    let policy = answer.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"), "{policy}");
    assert!(!policy.contains("unsafe") && !policy.contains("http"), "{policy}");
    let packed = answer.headers().get("content-encoding").is_some_and(|coding| coding == "gzip");
    let bytes = answer.bytes().await.unwrap();
    String::from_utf8(if packed { unpacked(&bytes) } else { bytes.to_vec() }).unwrap()
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
    ] {
        let answer = sent(&app.api.json(), path).await;
        answer.is_problem(405, "method_not_allowed");
        assert_eq!(answer.header("allow"), Some(methods), "{path}");
    }
}

async fn sent(api: &Api, path: &str) -> crate::api::harness::Answer {
    api.send(Method::PUT, path, Vec::new()).await
}

fn unpacked(bytes: &[u8]) -> Vec<u8> {
    use std::io::Read;
    let mut plain = Vec::new();
    flate2::read::GzDecoder::new(bytes).read_to_end(&mut plain).unwrap();
    plain
}
