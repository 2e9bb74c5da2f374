//! What a page allows browsers and strangers to do.

use reqwest::Method;
use serde_json::json;

use super::{
    Browser, Hosted, PUBLIC, RETURN, backend, hosting_tenant, leads, leaves, recorded, shows, start,
};
use crate::api::harness::{JANE, TestApp};
use crate::api::v1::sandbox::both;

#[tokio::test]
async fn a_page_may_load_what_is_here_and_lead_to_its_app_and_nothing_else() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let (browser, page) = (Browser::at(&app), Hosted::by(&app, &tenant).await);
    let shown = browser.get(&page.path).await;
    let policy = shown.header("content-security-policy").expect("a policy");
    let expected = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                    form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    assert_eq!(policy, expected);
    for (name, value) in [
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        ("strict-transport-security", "max-age=31536000"),
    ] {
        assert_eq!(shown.header(name), Some(value), "{name}");
    }
    let inline = ["<style", " style=", "<script>", " on", "javascript:"];
    let tags = shown.body.split('<').filter_map(|rest| rest.split('>').next());
    for tag in tags.map(|tag| format!("<{tag}>")) {
        assert!(!inline.iter().any(|word| tag.contains(word)), "{tag}");
        assert!(!tag.contains("//"), "{tag} leads elsewhere");
    }
    let unknown = browser.get("/c/AbcdefghijkLmnopqrstuvw").await;
    assert!(unknown.header("content-security-policy").unwrap().contains("form-action 'none'"));
}

#[tokio::test]
async fn the_page_by_which_a_visitor_leaves_is_kept_nowhere_and_tells_the_app_nothing_else() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let (browser, page) = (Browser::at(&app), Hosted::by(&app, &tenant).await);
    let left = browser.answer(&page, &page.code).await;
    assert!(leaves(&left).contains("otpr_"));
    for (name, value) in [
        ("cache-control", "no-store"),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
    ] {
        assert_eq!(left.header(name), Some(value), "{name}");
    }
    let policy = left.header("content-security-policy").expect("a policy");
    assert!(policy.ends_with("form-action 'none'; base-uri 'none'; frame-ancestors 'none'"), "{policy}");
    assert!(!left.body.contains(&page.path) && !left.body.contains(&page.code), "{}", left.body);
}

#[tokio::test]
async fn what_a_page_loads_is_kept_for_good_under_a_name_of_its_own() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let (browser, page) = (Browser::at(&app), Hosted::by(&app, &tenant).await);
    let shown = browser.get(&page.path).await.body;
    let names: Vec<_> = shown.split('"').filter(|text| text.starts_with("/assets/")).collect();
    assert_eq!(names.len(), 3, "{names:?}");
    let mut size = shown.len();
    for name in names {
        let asset = browser.get(name).await;
        assert_eq!(
            (asset.status, asset.header("cache-control")),
            (200, Some("public, max-age=31536000, immutable"))
        );
        assert_eq!(asset.header("x-content-type-options"), Some("nosniff"));
        size += asset.body.len();
    }
    assert!(size < 60_000, "{size} bytes");
}

#[tokio::test]
async fn a_form_from_elsewhere_is_refused_and_changes_nothing() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let (plain, page) = (Browser::at(&app).without("sec-fetch-site"), Hosted::by(&app, &tenant).await);
    recorded(&app).await;
    let before = app.database().everything();
    let strangers = [
        plain.with("sec-fetch-site", "cross-site"),
        plain.with("sec-fetch-site", "same-site"),
        plain.with("sec-fetch-site", "none"),
        plain.with("sec-fetch-site", "cross-site").with("origin", PUBLIC),
        plain.with("origin", "https://evil.example"),
        plain.with("origin", "http://otp.example"),
        plain.with("origin", "null"),
        plain.with("host", "evil.example").with("origin", "https://evil.example"),
        plain.clone(),
    ];
    for stranger in &strangers {
        for form in ["verify", "resend", "cancel"] {
            let answer =
                stranger.post(&format!("{}/{form}", page.path), &format!("code={}", page.code)).await;
            shows(&answer, 403, "This link is not valid.");
        }
    }
    assert!(app.database().everything() == before, "a stranger has changed something");
    leaves(&plain.with("origin", PUBLIC).answer(&page, &page.code).await);
}

#[tokio::test]
async fn a_form_of_a_page_is_known_by_what_its_browser_says_of_it() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let page = Hosted::by(&app, &tenant).await;
    // A page that hides its origin sends its forms from `null`.
    leaves(&Browser::at(&app).with("origin", "null").answer(&page, &page.code).await);
}

#[tokio::test]
async fn the_key_of_a_page_opens_the_page_and_nothing_else() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let (browser, page) = (Browser::at(&app), Hosted::by(&app, &tenant).await);
    let page_key = page.path.strip_prefix("/c/").unwrap();
    assert_ne!(page_key, page.key);
    for api in [app.api.clone(), backend(&app, &tenant)] {
        assert_eq!(api.get(&format!("/v1/challenges/{page_key}")).await.status, 404);
        let verify = format!("/v1/challenges/{page_key}/verify");
        assert_eq!(api.post(&verify, &json!({ "code": page.code })).await.status, 404);
    }
    shows(&browser.get(&format!("/c/{}", page.key)).await, 404, "This link is not valid.");
    for key in ["x", "%00", "..%2fotp", "<script>", &"a".repeat(2000)] {
        shows(&browser.get(&format!("/c/{key}")).await, 404, "This link is not valid.");
    }
}

#[tokio::test]
async fn a_challenge_that_asked_for_no_page_has_none() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let answer = backend(&app, &tenant).post("/v1/challenges", &json!({ "to": JANE })).await;
    assert_eq!((answer.status, answer.json().get("page_url").cloned()), (201, None));
}

#[tokio::test]
async fn the_pages_of_a_disabled_tenant_are_gone() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let (browser, page) = (Browser::at(&app), Hosted::by(&app, &tenant).await);
    app.database().change("UPDATE tenants SET status = 'disabled'");
    shows(&browser.get(&page.path).await, 404, "This link is not valid.");
    assert_eq!(leads(&browser.answer(&page, &page.code).await), page.path);
}

#[tokio::test]
async fn the_page_and_the_logo_of_a_sandbox_are_gone_with_its_live_tenant() {
    let app = start().await;
    let (live, sandbox) = both(&app).await;
    let api = backend(&app, &sandbox);
    let urls = json!({ "return_urls": [RETURN] }).to_string().into_bytes();
    assert_eq!(api.send(Method::PATCH, "/v1/tenant", urls).await.status, 200);
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0".to_vec();
    let painter = api.with(reqwest::header::CONTENT_TYPE, "image/png");
    let logo = painter.send(Method::PUT, "/v1/tenant/logo", png).await.json()["logo"].clone();
    let body = json!({ "to": "delivered@otpmint.test", "return_url": RETURN });
    let told = api.post("/v1/challenges", &body).await.json();
    let path = told["page_url"].as_str().expect("a page").strip_prefix(PUBLIC).expect("the public URL");
    let (browser, logo) = (Browser::at(&app), logo.as_str().expect("a logo"));
    let load = async || browser.http.get(format!("{}{logo}", browser.url)).send().await.unwrap().status();
    shows(&browser.get(path).await, 200, "Enter your code");
    assert_eq!(load().await, 200);
    app.database()
        .change(&format!("UPDATE tenants SET status = 'disabled' WHERE handle = '{}'", live.handle));
    shows(&browser.get(path).await, 404, "This link is not valid.");
    assert_eq!(leads(&browser.post(&format!("{path}/verify"), "code=424242").await), path);
    assert_eq!(load().await, 404);
}

#[tokio::test]
async fn where_links_lead_does_not_depend_on_the_host_that_was_asked() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let header = reqwest::header::HOST;
    let api = backend(&app, &tenant).with(header, "evil.example");
    let told = api.post("/v1/challenges", &json!({ "to": JANE, "return_url": RETURN })).await.json();
    assert!(told["page_url"].as_str().unwrap().starts_with(PUBLIC), "{told}");
}

#[tokio::test]
async fn a_visitor_who_asks_too_often_is_told_to_wait() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let (browser, page) = (Browser::at(&app), Hosted::by(&app, &tenant).await);
    for _ in 0..30 {
        assert_eq!(browser.get(&page.path).await.status, 200);
    }
    for method in [Method::GET, Method::HEAD] {
        let answer = browser.send(method, &page.path, String::new()).await;
        assert_eq!(answer.status, 429);
        assert!(answer.retry_after() <= 2);
    }
    let verify = browser.answer(&page, &page.code).await;
    shows(&verify, 429, "That did not work just now. Please wait a moment and try again.");
    assert_eq!(
        browser.post(&format!("{}/resend", page.path), "").await.status,
        303,
        "it has a limit of its own"
    );
}

#[tokio::test]
async fn what_a_tenant_calls_itself_is_text() {
    let app = start().await;
    let tenant = hosting_tenant(&app).await;
    let name = "</p><script>alert(1)</script>\" onload=x";
    let body = json!({ "name": name }).to_string().into_bytes();
    assert_eq!(backend(&app, &tenant).send(Method::PATCH, "/v1/tenant", body).await.status, 200);
    let page = Hosted::by(&app, &tenant).await;
    let shown = Browser::at(&app).get(&page.path).await.body;
    assert!(!shown.contains("<script>") && shown.contains("&#60;script&#62;"), "{shown}");
}

#[tokio::test]
async fn the_script_of_a_page_is_told_where_to_go() {
    let app: TestApp = start().await;
    let tenant = hosting_tenant(&app).await;
    let (script, page) =
        (Browser::at(&app).with("accept", "application/json"), Hosted::by(&app, &tenant).await);
    let told = script.answer(&page, "12").await;
    assert_eq!(
        (told.status, told.json()),
        (200, json!({ "location": format!("{}?notice=not_a_code", page.path) }))
    );
    let told = script.answer(&page, &page.code).await.json();
    assert!(told["location"].as_str().unwrap().starts_with(&format!("{RETURN}?otpmint_result=otpr_")));
}
