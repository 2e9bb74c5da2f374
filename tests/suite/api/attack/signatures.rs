//! What a stranger learns and costs who sends signatures.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::json;

use super::wire::{Request, Wire};
use super::{furnish, open, wire};
use crate::api::harness::TestApp;

fn signed(app: &TestApp, (product, handle): (&str, &str), signatures: &str, size: usize) -> Request {
    let at = app.app().services().now().as_millis() / 1_000;
    let headers = [
        ("webhook-id", "x".to_owned()),
        ("webhook-timestamp", at.to_string()),
        ("webhook-signature", signatures.to_owned()),
        ("zitadel-signature", format!("t={at},v1=00")),
    ];
    let headers = headers.map(|(name, value)| (name.to_owned(), value)).to_vec();
    let target = format!("/hooks/{product}/{handle}");
    Request { method: "POST".to_owned(), target, headers, body: vec![b'x'; size] }
}

/// The shortest of a few durations: other work on the machine only ever adds to one.
fn shortest(wire: &mut Wire, request: &Request) -> Duration {
    let once = || {
        let started = Instant::now();
        assert_eq!(wire.send(request).expect("an answer").status, 401);
        started.elapsed()
    };
    std::iter::repeat_with(once).take(5).min().expect("five durations")
}

#[tokio::test(flavor = "multi_thread")]
async fn thousands_of_signatures_do_not_cost_a_body_each() {
    let app = TestApp::with(open).await;
    let me = furnish(&app, "jane").await;
    let mut wire = wire(&app);
    let hook = ("supabase-sms", me.tenant.handle.as_str());
    let one = shortest(&mut wire, &signed(&app, hook, "v1,AAAA", 60_000));
    let many = shortest(&mut wire, &signed(&app, hook, &"v1,AAAA ".repeat(6_000), 60_000));
    // A body for each of them is thousands of times the work.
    assert!(many < one * 300, "{one:?} {many:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_store_is_asked_the_same_whether_there_is_a_tenant_or_a_secret_or_neither() {
    let app = TestApp::with(open).await;
    let (me, bare) = (furnish(&app, "jane").await, app.tenant().await);
    let off = furnish(&app, "off").await;
    let change = format!("UPDATE tenants SET status = 'disabled' WHERE handle = '{}'", off.tenant.handle);
    app.database().change(&change);
    let zitadel = json!({ "secret": "zitadel-signing-key-1" }).to_string().into_bytes();
    let api = app.api.bearing(&me.tenant.key);
    assert_eq!(api.send(Method::PUT, "/v1/tenant/hooks/zitadel", zitadel).await.status, 200);
    let handles = [&me.tenant.handle, &bare.handle, &off.tenant.handle, "tnt_2222222222222222"];
    let mut wire = wire(&app);
    let mut ask = |product: &str| {
        handles.map(|handle| {
            let reply = wire.send(&signed(&app, (product, handle), "v1,AAAA", 10)).expect("an answer");
            (reply.status, reply.body)
        })
    };
    for (product, status) in [("supabase-sms", 401), ("supabase-email", 401), ("zitadel", 401)] {
        let told = ask(product);
        assert!(told.iter().all(|one| one.0 == status && *one == told[0]), "{product} {told:?}");
    }
    app.database().change("ALTER TABLE hooks RENAME TO elsewhere");
    let told = ask("supabase-sms");
    assert!(told.iter().all(|(status, _)| *status == 503), "{told:?}");
}
