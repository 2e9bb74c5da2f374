//! The pages of a tenant's look and of its test keys.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use super::pages::{of, secret};
use super::{Browser, leads, shows, start};
use crate::api::harness::JANE;
use crate::api::pages::brand::png;

#[tokio::test]
async fn colours_and_a_logo_are_seen_before_and_after_they_are_saved() {
    let app = start().await;
    let mut browser = Browser::set_up(&app).await;
    let tenant = app.tenant().await;
    let here = of(&tenant, "/appearance");
    let page = browser.get(&here).await;
    shows(&page, 200, "In force: #0f7a5f · server default");
    shows(&page, 200, "fill=\"#0f7a5f\" data-accent");
    let faint = browser.submit(&here, &[("/brand/accent", "#ffd400")]).await;
    shows(&faint, 422, "<p id=\"brand-accent-error\" class=\"hint wrong\">");
    shows(&faint, 422, "4.5:1");
    leads(&browser.submit(&here, &[("/brand/accent", "#7a0f5f")]).await);
    shows(&browser.get(&here).await, 200, "fill=\"#7a0f5f\" data-accent");

    let logo = format!("{here}/logo");
    shows(&browser.submit(&logo, &[("logo", "!")]).await, 422, "a PNG or WebP picture");
    shows(&browser.submit(&logo, &[("logo", &URL_SAFE_NO_PAD.encode("GIF89a"))]).await, 422, "PNG or WebP");
    leads(&browser.submit(&logo, &[("logo", &URL_SAFE_NO_PAD.encode(png(100)))]).await);
    let told = app.api.bearing(&tenant.key).get("/v1/tenant").await.json();
    let path = told["logo"].as_str().expect("a logo").to_owned();
    shows(&browser.get(&here).await, 200, &format!("<image href=\"{path}\""));
    leads(&browser.submit(&format!("{logo}/delete"), &[]).await);
    let told = app.api.bearing(&tenant.key).get("/v1/tenant").await.json();
    assert_eq!((&told["logo"], &told["brand"]["accent"]), (&json!(null), &json!("#7a0f5f")));
}

#[tokio::test]
async fn a_test_key_is_made_works_and_is_revoked_even_as_the_last_one() {
    let app = start().await;
    let mut browser = Browser::set_up(&app).await;
    let (tenant, other) = (app.tenant().await, app.tenant().await);
    let here = of(&tenant, "/sandbox");
    shows(&browser.get(&here).await, 200, "No test keys yet.");
    let made = browser.submit(&here, &[("name", "ci")]).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let key = secret(&made.body);
    assert!(key.starts_with("otpm_test_"), "{key}");
    let mails = app.mail.received();
    let minted = app.api.bearing(&key).post("/v1/challenges", &json!({ "to": JANE })).await;
    assert_eq!((minted.status, app.mail.received()), (201, mails));
    let page = browser.get(&here).await;
    shows(&page, 200, "<bdi>ci</bdi>");
    assert!(!page.body.contains(&key), "{}", page.body);
    let handle = app.database().text("SELECT handle FROM secret_keys WHERE name = 'ci'");
    let revoke = [("key", handle.as_str())];
    let foreign = browser.submit(&of(&other, "/sandbox/revoke"), &revoke).await;
    assert_eq!(foreign.status, 404, "{}", foreign.body);
    assert_eq!(app.api.bearing(&key).get("/v1/tenant").await.status, 200);
    leads(&browser.submit(&format!("{here}/revoke"), &revoke).await);
    assert_eq!(app.api.bearing(&key).get("/v1/tenant").await.status, 401);
}
