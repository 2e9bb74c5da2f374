//! The pages of webhooks.

use super::pages::{of, secret};
use super::{Browser, PASSWORD, leads, shows, start_with};
use crate::api::v1::webhooks::local;
use crate::api::v1::webhooks::receiver::Receiver;

#[tokio::test]
async fn a_webhook_is_added_tried_out_followed_sent_again_and_deleted() {
    let app = start_with(local).await;
    let mut browser = Browser::set_up(&app).await;
    let tenant = app.tenant().await;
    let receiver = Receiver::start().await;
    let list = of(&tenant, "/webhooks");
    shows(&browser.get(&list).await, 200, "No webhooks yet.");
    let wrong = browser.submit(&list, &[("/url", "nowhere"), ("events", "challenge.verified")]).await;
    shows(&wrong, 422, "<p id=\"url-error\" class=\"hint wrong\">");
    shows(&wrong, 422, "value=\"nowhere\"");
    assert_eq!(app.database().number("SELECT count(*) FROM webhooks"), 0);

    let new = [("/url", &*receiver.url), ("/description", "shop"), ("events", "challenge.verified")];
    let added = browser.submit(&list, &new).await;
    assert_eq!(added.status, 201, "{}", added.body);
    let signing = secret(&added.body);
    assert!(signing.starts_with("whsec_"), "{signing}");
    let page = browser.get(&list).await;
    shows(&page, 200, "<bdi>shop</bdi>");
    assert!(!page.body.contains(&signing) && !page.body.contains(&receiver.url), "{}", page.body);
    let hook = app.database().text("SELECT handle FROM webhooks");
    let here = format!("{list}/{hook}");

    assert_eq!(leads(&browser.submit(&format!("{here}/ping"), &[]).await), format!("{here}?done=event"));
    let first = receiver.nth(0).await;
    assert!(first.is_signed_with(&signing));
    let event = first.id().to_owned();
    let mut page = browser.get(&here).await;
    while !page.body.contains("<span class=\"badge good\">sent</span>") {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        page = browser.get(&here).await;
    }
    shows(&page, 200, &event);
    leads(&browser.submit(&format!("{here}/replay"), &[("event", &event)]).await);
    assert_eq!(receiver.nth(1).await.id(), event);
    shows(&browser.submit(&format!("{here}/replay"), &[("event", "evt_none")]).await, 404, "event");

    let off = [("/url", &*receiver.url), ("events", "challenge.verified"), ("enabled", "no")];
    leads(&browser.submit(&here, &off).await);
    shows(&browser.get(&here).await, 200, "<span class=\"badge \">disabled</span>");
    let told = app.api.bearing(&tenant.key).get(&format!("/v1/tenant/webhooks/{hook}")).await.json();
    assert_eq!((&told["description"], &told["enabled"]), (&serde_json::json!(""), &serde_json::json!(false)));

    let rotate = format!("{here}/rotate");
    shows(&browser.submit(&rotate, &[("confirm", "wrong")]).await, 403, "That was not right.");
    let rotated = browser.submit(&rotate, &[("confirm", PASSWORD)]).await;
    assert_ne!(secret(&rotated.body), signing);
    let deleted = browser.submit(&format!("{here}/delete"), &[("confirm", PASSWORD)]).await;
    assert_eq!(leads(&deleted), format!("{list}?done=webhook_deleted"));
    assert_eq!(browser.get(&here).await.status, 404);
}
