//! Hostile requests to every route: each is refused in the words of its face, or does what it says, and what is refused
//! makes nothing.

use super::hostile::Attacker;
use super::pool::{CANARY, OF_OTPGATEWAY, TEXTS};
use super::table::{Face, Route, routes_of};
use super::wire::{Reply, Request};
use super::{Owned, furnish, made, open, wire};
use crate::api::harness::TestApp;

/// Requests for each method of a route, unless the environment says another number for a longer search.
const REQUESTS: usize = 24;
/// Its variable.
const WISHED: &str = "OTPMINT_FUZZ_REQUESTS";

/// Above this size a server may hang up before it has read everything.
const LARGEST: usize = 16 * 1024;

/// Sends hostile requests to the routes of these faces.
async fn attack(faces: &[Face]) {
    let app = TestApp::with(open).await;
    let (me, other) = (furnish(&app, "jane").await, furnish(&app, "joe").await);
    let (mut wire, mut attacker) = (wire(&app), Attacker::new());
    let mut routes: Vec<Route> = faces.iter().flat_map(|face| routes_of(*face, &mut wire)).collect();
    // What there is, is deleted last.
    let deletes = |route: &Route| route.methods.iter().any(|method| method == "DELETE");
    routes.sort_by_key(deletes);
    let wished = std::env::var(WISHED).ok().and_then(|number| number.parse().ok());
    let requests = wished.unwrap_or(REQUESTS);
    let mut before = made(&app);
    let (mut refused, mut done) = (0, 0);
    for route in &routes {
        for method in &route.methods {
            for _ in 0..requests {
                let request = attacker.request(route, method, (&me, &other));
                let Some(reply) = wire.send(&request) else {
                    assert!(request.body.len() > LARGEST, "hung up: {}", request.shown());
                    continue;
                };
                check(route, &request, &reply, [&me, &other]);
                let after = made(&app);
                if reply.status >= 400 {
                    // What was sent before may have been delivered by now.
                    assert_eq!(settled(&after), settled(&before), "{} {}", reply.status, request.shown());
                    refused += 1;
                } else {
                    done += 1;
                }
                before = after;
            }
        }
    }
    assert!(refused > 5 * routes.len() && done > routes.len(), "{refused} refused, {done} done");
}

/// The counts without those that change by themselves: messages are sent after the answer.
fn settled(counts: &str) -> Vec<&str> {
    let changing = ["outbox", "deliveries", "fallbacks", "webhook_deliveries"];
    let named = super::MADE.iter().zip(counts.split(' '));
    named.filter(|(table, _)| !changing.contains(table)).map(|(_, count)| count).collect()
}

fn check(route: &Route, request: &Request, reply: &Reply, tenants: [&Owned; 2]) {
    let told = || format!("{} {reply:?}", request.shown());
    assert!(reply.status < 500, "{}", told());
    let whole = format!("{:?} {}", reply.headers, reply.body);
    for secret in tenants.iter().flat_map(|tenant| &tenant.secrets) {
        assert!(!whole.contains(secret.as_str()), "a secret: {}", told());
    }
    // A path is repeated in an error, as the original face does it; a body is not.
    if reply.status >= 400 && !request.target.contains("CANARY") {
        assert!(!whole.contains(CANARY), "what was sent as a secret: {}", told());
    }
    assert_eq!(reply.header("x-content-type-options"), Some("nosniff"), "{}", told());
    assert!(reply.header("x-evil").is_none(), "{}", told());
    if reply.status >= 400 && request.method != "HEAD" {
        assert!(is_in_shape(route, reply), "not the shape of {:?}: {}", route.face, told());
        assert_eq!(reply.header("cache-control"), Some("no-store"), "{}", told());
    }
}

/// Whether an error is written as its face writes them.
fn is_in_shape(route: &Route, reply: &Reply) -> bool {
    let kind = reply.header("content-type").unwrap_or_default();
    let body = reply.json().unwrap_or_default();
    let has = |names: &[&str]| names.iter().all(|name| !body[*name].is_null());
    let is_json = kind.starts_with("application/json");
    match route.face {
        Face::Twilio => {
            is_json
                && has(&["code", "message", "more_info"])
                && body["status"] == reply.status
                && body.as_object().is_some_and(|body| body.len() == 4)
        }
        Face::Otpgateway => is_json && body["status"] == "error" && has(&["message"]),
        Face::V1 => {
            kind == "application/problem+json"
                && has(&["type", "title", "code"])
                && body["status"] == reply.status
        }
        // Each product reads its own.
        Face::Hooks => {
            (is_json && (has(&["code", "message"]) || body["error"]["http_code"].is_u64()))
                || kind.starts_with("text/plain")
        }
        Face::Pages if ![405, 413].contains(&reply.status) => {
            kind.starts_with("text/html") && reply.body.contains("<h1>")
        }
        Face::Original | Face::Pages | Face::Callbacks | Face::Server => {
            reply.body.is_empty() || reply.body.starts_with("Error: ") || has(&["code", "message"])
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_request_harms_the_twilio_api() {
    attack(&[Face::Twilio]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_request_harms_the_routes_of_otpgateway_hooks_pages_and_the_original() {
    attack(&[Face::Otpgateway, Face::Hooks, Face::Pages, Face::Original, Face::Callbacks, Face::Server])
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_request_harms_v1() {
    attack(&[Face::V1]).await;
}

/// One wrong parameter beside a code: whatever is said of it, the code is not repeated.
#[tokio::test(flavor = "multi_thread")]
async fn no_parameter_of_otpgateway_has_the_code_repeated() {
    let app = TestApp::with(open).await;
    let (me, other) = (furnish(&app, "jane").await, furnish(&app, "joe").await);
    let mut wire = wire(&app);
    let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let (face, path) = (Face::Otpgateway, "/api/otp/session-jane".to_owned());
    let route = Route { face, path: path.clone(), methods: vec!["POST".to_owned(), "PUT".to_owned()] };
    for method in &route.methods {
        for (name, text) in OF_OTPGATEWAY.iter().flat_map(|name| TEXTS.map(|text| (*name, text))) {
            let others = [("otp", CANARY), ("provider", "smtp"), ("to", "jane@recipient.example")];
            let others = others.into_iter().filter(|(other, _)| *other != name);
            let pairs = others.chain([(name, text)]);
            let body = pairs.map(|(name, text)| format!("{name}={}", encoded(text))).collect::<Vec<_>>();
            let headers = vec![
                ("Authorization".to_owned(), me.authorization(face)),
                ("Content-Type".to_owned(), "application/x-www-form-urlencoded".to_owned()),
            ];
            let body = body.join("&").into_bytes();
            let request = Request { method: method.clone(), target: path.clone(), headers, body };
            let reply = wire.send(&request).expect("an answer");
            check(&route, &request, &reply, [&me, &other]);
        }
    }
}
