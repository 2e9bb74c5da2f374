//! What browsers and other sites may do with the faces: nothing.

use serde_json::json;

use super::table::{Face, routes};
use super::wire::Request;
use super::{furnish, open, text, wire};
use crate::api::harness::TestApp;
use crate::api::pages::{Browser, PUBLIC, RETURN};
use crate::api::v1::factors::FACTORS;

const EVIL: &str = "https://evil.example";

fn request(method: &str, target: String, headers: &[(&str, &str)]) -> Request {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Request { method: method.to_owned(), target, headers, body: Vec::new() }
}

/// No route lets the pages of another site read an answer, and none lets itself be framed or kept.
#[tokio::test(flavor = "multi_thread")]
async fn no_route_opens_to_another_site() {
    let app = TestApp::with(open).await;
    let me = furnish(&app, "jane").await;
    let mut wire = wire(&app);
    let mut asked = 0;
    for route in routes(&mut wire) {
        let part = |part: &str| match part.strip_prefix('{').map(|part| part.trim_end_matches('}')) {
            None => part.to_owned(),
            Some(name) => me.named(route.face, name).unwrap_or("x").to_owned(),
        };
        let target = route.path.split('/').map(part).collect::<Vec<_>>().join("/");
        let authorization = me.authorization(route.face);
        let preflight = [("Origin", EVIL), ("Access-Control-Request-Method", "POST")];
        let mut requests = vec![request("OPTIONS", target.clone(), &preflight)];
        let is_read = |method: &&String| *method == "GET" || *method == "HEAD";
        for method in route.methods.iter().filter(is_read) {
            let headers = [("Origin", EVIL), ("Authorization", authorization.as_str())];
            requests.push(request(method, target.clone(), &headers));
        }
        for request in requests {
            let reply = wire.send(&request).expect("an answer");
            let opened: Vec<_> =
                reply.headers.iter().filter(|(name, _)| name.starts_with("access-control-")).collect();
            // Keys that are published are for everybody.
            let is_public = target == "/.well-known/jwks.json";
            assert!(opened.is_empty() || is_public, "{} {opened:?}", request.shown());
            let is_document = [Face::Server, Face::Original].contains(&route.face);
            if !is_document {
                let header = |name: &str| reply.header(name).unwrap_or_default().to_owned();
                assert_eq!(header("cache-control"), "no-store", "{}", request.shown());
                assert_eq!(header("x-frame-options"), "DENY", "{}", request.shown());
                assert_eq!(header("referrer-policy"), "no-referrer", "{}", request.shown());
            }
            asked += 1;
        }
    }
    assert!(asked > 150, "{asked}");
}

#[tokio::test]
async fn a_factors_form_from_elsewhere_is_refused_and_its_page_is_not_framed() {
    let app = TestApp::with(open).await;
    let me = furnish(&app, "jane").await;
    let body = json!({ "identity": "user-17", "return_url": RETURN });
    let made = app.api.bearing(&me.tenant.key).post(FACTORS, &body).await.json();
    let page = text(&made, "page_url").strip_prefix(PUBLIC).expect("the public URL").to_owned();
    let plain = Browser::at(&app).without("sec-fetch-site");
    let before = app.database().everything();
    for stranger in [
        plain.clone(),
        plain.with("sec-fetch-site", "cross-site"),
        plain.with("sec-fetch-site", "same-site"),
        plain.with("sec-fetch-site", "none"),
        plain.with("origin", EVIL),
        plain.with("origin", "null"),
        plain.with("host", "evil.example").with("origin", EVIL),
    ] {
        for path in [format!("{page}/confirm"), format!("{page}/confirm?code=123456")] {
            let answer = stranger.post(&path, "code=123456").await;
            assert_eq!(answer.status, 403, "{}", answer.body);
        }
    }
    assert!(app.database().everything() == before, "a stranger has changed something");
    let shown = plain.get(&page).await;
    let policy = shown.header("content-security-policy").expect("a policy");
    assert!(policy.contains("frame-ancestors 'none'") && policy.contains("default-src 'none'"), "{policy}");
    assert_eq!(
        (shown.header("x-frame-options"), shown.header("cache-control")),
        (Some("DENY"), Some("no-store"))
    );
    // What the link of a page says beside the key is not repeated on it.
    let injected = plain.get(&format!("{page}?notice=%3Cscript%3E&code=K7CANARY24")).await;
    assert!(
        !injected.body.contains("K7CANARY24") && !injected.body.contains("<script>"),
        "{}",
        injected.body
    );
}

/// The page of otpgateway is for anybody who knows the names: it leads to our own pages only, and passes nothing on.
#[tokio::test]
async fn the_link_of_otpgateway_leads_to_our_own_page_whatever_is_put_into_it() {
    let app = TestApp::with(open).await;
    let me = furnish(&app, "jane").await;
    let browser = Browser::at(&app).with("sec-fetch-site", "cross-site").with("host", "evil.example");
    let (namespace, id) = (&me.tenant.handle, "session-jane");
    for (path, is_there) in [
        (format!("/otp/{namespace}/{id}?otp=K7CANARY24&action=check&next=//evil.example"), true),
        (format!("/otp/{namespace}/session-nobody"), false),
        (format!("/otp/%2f%2fevil.example/{id}"), false),
        (format!("/otp/{namespace}/..%2f..%2f..%2fevil.example"), false),
        (format!("/otp/{namespace}/abcdef%0d%0aX-Evil:1"), false),
        (format!("/otp/%00/{id}"), false),
    ] {
        for answer in [browser.get(&path).await, browser.post(&path, "otp=K7CANARY24").await] {
            assert_eq!(answer.status, 303, "{path}: {}", answer.body);
            let there = answer.header("location").expect("a location");
            assert!(there.starts_with("/c/") && !there.contains("K7CANARY24"), "{path}: {there}");
            assert_eq!(there != "/c/unknown", is_there, "{path}: {there}");
            assert!(answer.header("x-evil").is_none());
        }
    }
}
