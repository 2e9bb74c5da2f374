//! WhatsApp Cloud API: one address for all messages of a route, which Meta's page is told by hand.

use reqwest::Method;
use serde_json::{Value, json};

use super::signers::Signer;
use super::{PUBLIC_URL, ROUTES, Report, Reporting, SECRET, Sent, added, sender};
use crate::delivery::providers::server::Reply;

const APP_SECRET: &str = "0123456789abcdef0123456789abcdef";
const NUMBER: &str = "+4915123456789";

fn taken(id: &str) -> Reply {
    Reply::Json(200, json!({ "messaging_product": "whatsapp", "messages": [{ "id": id }] }).to_string())
}

fn route(base_url: &str, report_key: Option<&str>) -> Value {
    let settings = json!({
        "phone_number_id": "106540352242922", "template": "otp", "languages": ["en_US"], "base_url": base_url,
    });
    json!({ "transport": "whatsapp_cloud", "secret": SECRET, "report_key": report_key, "settings": settings })
}

/// A message that Meta took, with this secret of the app.
pub async fn sent(app_secret: &str) -> Sent {
    let world = Reporting::with([taken("wamid.1")]).await;
    let route = world.add(&route(&world.base_url(), Some(app_secret))).await;
    let key = world.mint(NUMBER, "whatsapp").await;
    let callback = route["reports"]["url"].as_str().expect("an address").to_owned();
    Sent { world, key, callback, route }
}

/// A body of Meta's with these statuses, among other things.
pub fn statuses(all: &[(&str, &str)]) -> String {
    let statuses: Vec<_> = all
        .iter()
        .map(|(id, status)| {
            let mut one =
                json!({ "id": id, "status": status, "timestamp": "1768478400", "recipient_id": "49" });
            if *status == "failed" {
                one["errors"] = json!([{ "code": 131026, "title": "Message undeliverable" }]);
            }
            one
        })
        .collect();
    let value = json!({ "messaging_product": "whatsapp", "metadata": {}, "statuses": statuses });
    let said = json!({ "messages": [{ "from": "49", "id": "wamid.theirs", "type": "text", "text": { "body": "STOP" } }] });
    let changes = json!([
        { "field": "account_update", "value": "anything" },
        { "field": "messages", "value": said },
        { "field": "messages", "value": value },
    ]);
    json!({ "object": "whatsapp_business_account", "entry": [{ "id": "1", "changes": changes }] }).to_string()
}

fn signed(url: &str, body: String) -> Report {
    Signer::Whatsapp.sign(APP_SECRET, Report::post(url, body), 0)
}

/// A world with a route, and the address and the token that its owner sees.
async fn world(replies: impl IntoIterator<Item = Reply>) -> (Reporting, String, String) {
    let world = Reporting::with(replies).await;
    let route = world.add(&route(&world.base_url(), Some(APP_SECRET))).await;
    let reports = &route["reports"];
    assert_eq!(reports["proof"], "signature");
    let text = |name: &str| reports[name].as_str().expect("a text").to_owned();
    let (url, token) = (text("url"), text("verify_token"));
    let id = route["id"].as_str().unwrap();
    assert!(url.starts_with(&format!("{PUBLIC_URL}/callbacks/{id}/")), "{url}");
    assert_eq!(world.api.get(&format!("{ROUTES}/{id}")).await.json()["reports"], *reports);
    (world, url, token)
}

fn handshake(url: &str, fields: &[(&str, &str)]) -> Report {
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    Report::get(format!("{url}?{query}"))
}

#[tokio::test]
async fn the_handshake_is_answered_to_whoever_has_the_token() {
    let (world, url, token) = world([taken("wamid.1")]).await;
    let (mode, token) = (("hub.mode", "subscribe"), ("hub.verify_token", token.as_str()));
    let challenge = ("hub.challenge", "1158201444");
    let answer = world.send(&handshake(&url, &[mode, challenge, token])).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "1158201444"));
    assert!(answer.header("content-type").unwrap().starts_with("text/plain"), "{:?}", answer.headers);
    let (_, other) = sender(&world.app).await;
    let foreign = added(&other, &route(&world.base_url(), Some(APP_SECRET))).await["reports"].clone();
    let (foreign_url, foreign) =
        (foreign["url"].as_str().unwrap(), foreign["verify_token"].as_str().unwrap());
    let long = "1".repeat(101);
    let key = url.rsplit_once('/').unwrap().1;
    for fields in [
        &[mode, challenge] as &[_],
        &[mode, token],
        &[challenge, token],
        &[("hub.mode", "unsubscribe"), challenge, token],
        &[mode, challenge, ("hub.verify_token", "made up")],
        &[mode, challenge, ("hub.verify_token", key)],
        &[mode, challenge, ("hub.verify_token", foreign)],
        &[mode, challenge, token, token],
        &[mode, ("hub.challenge", "<script>"), token],
        &[mode, ("hub.challenge", &long), token],
        &[mode, ("hub.challenge", ""), token],
        &[],
    ] {
        let answer = world.send(&handshake(&url, fields)).await;
        assert_eq!((answer.status, answer.body.as_str()), (403, ""), "{fields:?}");
    }
    // The route of one tenant with the key of another is nobody's.
    let crossed = format!("{}/{key}", foreign_url.rsplit_once('/').unwrap().0);
    assert_eq!(world.told(&handshake(&crossed, &[mode, challenge, token])).await, 404);
}

#[tokio::test]
async fn one_body_reports_about_several_messages() {
    let (world, url, _) = world([taken("wamid.1"), taken("wamid.2"), taken("wamid.3")]).await;
    let mut keys = Vec::new();
    for last in 0..3 {
        keys.push(world.mint(&format!("+491512345678{last}"), "whatsapp").await);
    }
    let body = statuses(&[
        ("wamid.9", "delivered"),
        ("wamid.1", "sent"),
        ("wamid.2", "failed"),
        ("wamid.1", "read"),
        ("wamid.1", "failed"),
        ("wamid.2", "delivered"),
        ("wamid.3", "sent"),
    ]);
    let report = signed(&url, body);
    for _ in 0..2 {
        assert_eq!(world.told(&report).await, 200);
        let mut seen = Vec::new();
        for key in &keys {
            seen.push(world.status(key).await);
        }
        assert_eq!(seen, ["delivered", "failed", "sent"]);
    }
    let numbers = "SELECT group_concat(COALESCE(reply_status, '-'), ' ') FROM (SELECT * FROM deliveries ORDER BY challenge) AS d";
    assert_eq!(world.app.database().text(numbers), "- 131026 -");
}

#[tokio::test]
async fn a_body_without_the_signature_of_the_app_changes_nothing() {
    let (world, url, _) = world([taken("wamid.1")]).await;
    let key = world.mint(NUMBER, "whatsapp").await;
    let body = statuses(&[("wamid.1", "failed")]);
    let good = signed(&url, body.clone());
    let with = |value: &str| Report {
        headers: vec![("x-hub-signature-256", value.to_owned())],
        ..Report::post(&url, body.clone())
    };
    let signature = good.headers[0].1.clone();
    for report in [
        Report::post(&url, body.clone()),
        Signer::Whatsapp.sign("another", Report::post(&url, body.clone()), 0),
        Report { body: format!("{body} "), ..good.clone() },
        Report { body: body.replace("wamid.1", "wamid.2"), ..good.clone() },
        with(&signature.replace("sha256=", "")),
        with(&signature.replace("sha256=", "sha1=")),
        with(&signature[..signature.len() - 2]),
        with("sha256="),
        // Signed, but none of WhatsApp's.
        signed(&url, body.replace("whatsapp_business_account", "page")),
        signed(&url, "[]".to_owned()),
        signed(&url, String::new()),
    ] {
        assert_eq!(
            (world.told(&report).await, world.status(&key).await.as_str()),
            (403, "sent"),
            "{report:?}"
        );
    }
    let large = signed(&url, format!("{body}{}", " ".repeat(64 * 1024)));
    assert_eq!((world.told(&large).await, world.status(&key).await.as_str()), (413, "sent"));
    let wrong = Report { method: Method::PUT, ..good.clone() };
    assert_eq!((world.told(&wrong).await, world.status(&key).await.as_str()), (405, "sent"));
    assert_eq!((world.told(&good).await, world.status(&key).await.as_str()), (200, "failed"));
}

#[tokio::test]
async fn a_tenant_reports_nothing_about_the_messages_of_another() {
    let (world, url, _) = world([taken("wamid.1")]).await;
    let key = world.mint(NUMBER, "whatsapp").await;
    let (_, other) = sender(&world.app).await;
    let foreign = added(&other, &route(&world.base_url(), Some("of-another-app"))).await;
    let foreign = foreign["reports"]["url"].as_str().unwrap();
    let body = statuses(&[("wamid.1", "failed")]);
    let report = Signer::Whatsapp.sign("of-another-app", Report::post(foreign, body.clone()), 0);
    assert_eq!((world.told(&report).await, world.status(&key).await.as_str()), (200, "sent"));
    assert_eq!(world.told(&Report { url: url.clone(), ..report }).await, 403);
    let crossed = format!("{}/{}", url.rsplit_once('/').unwrap().0, foreign.rsplit_once('/').unwrap().1);
    assert_eq!((world.told(&signed(&crossed, body)).await, world.status(&key).await.as_str()), (404, "sent"));
}

#[tokio::test]
async fn without_the_secret_of_the_app_nothing_is_believed() {
    let world = Reporting::with([taken("wamid.1")]).await;
    let route = world.add(&route(&world.base_url(), None)).await;
    assert_eq!(route["reports"]["proof"], "missing");
    let key = world.mint(NUMBER, "whatsapp").await;
    let url = route["reports"]["url"].as_str().unwrap();
    let body = statuses(&[("wamid.1", "failed")]);
    for report in [Report::post(url, body.clone()), Signer::Whatsapp.sign("", Report::post(url, body), 0)] {
        assert_eq!((world.told(&report).await, world.status(&key).await.as_str()), (403, "sent"));
    }
}
