//! Reports of gateways as their descriptions have them.

use serde_json::{Value, json};
use url::Url;

use super::{PUBLIC_URL, ROUTES, Report, Reporting, SECRET};
use crate::delivery::providers::server::{Reply, http};

const NUMBER: &str = "+4915123456789";

/// The address for reports that the provider was told in this field of its query.
fn told(world: &Reporting, name: &str) -> String {
    let request = world.provider.heard().pop().expect("a request");
    let path = request.split(' ').nth(1).expect("a path").to_owned();
    let url = Url::parse("https://localhost").unwrap().join(&path).unwrap();
    url.query_pairs().find(|(known, _)| known == name).expect("the field").1.into_owned()
}

#[tokio::test]
async fn kannel_fills_the_state_into_the_address_and_calls_it() {
    let world = Reporting::with([Reply::Bytes(http(202, "", b"0: Accepted for delivery"))]).await;
    let route = json!({
        "transport": "http", "secret": SECRET,
        "settings": { "preset": "kannel", "account": "otp", "base_url": world.base_url() },
    });
    let added = world.add(&route).await;
    assert_eq!(added["reports"], json!({ "proof": "address" }));
    for (state, status) in [("1", "delivered"), ("2", "failed"), ("16", "failed")] {
        let key = world.mint(NUMBER, "sms").await;
        let address = told(&world, "dlr-url");
        assert!(address.starts_with(PUBLIC_URL) && address.ends_with("?state=%d"), "{address}");
        assert_eq!(told(&world, "dlr-mask"), "31");
        let report = |state: &str| Report::get(address.replace("%d", state));
        // On the way, not filled in, unknown, or said twice.
        for news in ["4", "8", "%25d", "3", "-1", "", "delivered", "1&state=2", "1;2"] {
            assert_eq!(
                (world.told(&report(news)).await, world.status(&key).await.as_str()),
                (200, "sent"),
                "{news}"
            );
        }
        let post = Report::post(address.replace("%d", state), "");
        assert_eq!((world.told(&post).await, world.status(&key).await.as_str()), (403, "sent"));
        for state in [state, "16", "1", "2", state] {
            assert_eq!((world.told(&report(state)).await, world.status(&key).await.as_str()), (200, status));
        }
    }
}

fn own(base_url: &str, reports: Value) -> Value {
    let gateway = json!({
        "url": format!("{base_url}/send"), "body": "query", "fields": { "to": "to", "text": "text", "callback": "cb" },
        "success": { "pointer": "/ok" }, "reports": reports,
    });
    json!({ "transport": "http", "settings": { "gateway": gateway } })
}

#[tokio::test]
async fn a_gateway_of_its_own_reports_where_its_description_says() {
    let world = Reporting::with([Reply::Json(200, r#"{"ok":"yes"}"#.to_owned())]).await;
    let reports = json!({
        "method": "post", "query": "v=${version}", "state": "/report/0/state", "delivered": ["DONE", "7"],
        "failed": ["LOST"],
    });
    world.add(&own(&world.base_url(), reports)).await;
    let key = world.mint(NUMBER, "sms").await;
    let address = told(&world, "cb");
    assert!(address.ends_with("?v=${version}"), "{address}");
    let address = address.replace("${version}", "2");
    for (body, answer) in [
        (r#"{"report":[{"state":"LATER"}],"status":"delivered"}"#, 200),
        (r#"{"report":{"state":"DONE"}}"#, 200),
        ("state=DONE", 200),
        ("", 200),
    ] {
        assert_eq!(world.told(&Report::post(&address, body)).await, answer, "{body}");
    }
    assert_eq!(world.told(&Report::get(format!("{address}&state=DONE"))).await, 403);
    let large = format!(r#"{{"report":[{{"state":"DONE"}}],"x":"{}"}}"#, "x".repeat(64 * 1024));
    assert_eq!(world.told(&Report::post(&address, large)).await, 413);
    assert_eq!(world.status(&key).await, "sent");
    let done = r#"{"report":[{"state":7}]}"#;
    assert_eq!(
        (world.told(&Report::post(&address, done)).await, world.status(&key).await.as_str()),
        (200, "delivered")
    );
}

#[tokio::test]
async fn a_description_of_reports_that_cannot_be_is_refused_with_its_place() {
    let world = Reporting::with([Reply::Json(200, "{}".to_owned())]).await;
    for (reports, pointer) in [
        (json!({ "query": "a b" }), "query"),
        (json!({ "query": "x#y" }), "query"),
        (json!({ "query": "?state=%d" }), "query"),
        (json!({ "query": "" }), "query"),
        (json!({ "state": "" }), "state"),
        (json!({ "state": "s" }), "delivered"),
        (json!({ "delivered": ["1"] }), "delivered"),
        (json!({ "state": "s", "delivered": ["1"], "failed": [""] }), "failed"),
        (json!({ "method": "put" }), "method"),
        (json!({ "signature": "hmac-md5" }), "signature"),
    ] {
        let answer = world.api.post(ROUTES, &own(&world.base_url(), reports.clone())).await;
        assert_eq!(answer.status, 422, "{reports} {}", answer.body);
        let expected = format!("/settings/gateway/reports/{pointer}");
        assert_eq!(answer.json()["errors"][0]["pointer"], expected, "{}", answer.body);
    }
    let mut route = own(&world.base_url(), json!({}));
    route["report_key"] = json!("key");
    let answer = world.api.post(ROUTES, &route).await;
    assert_eq!((answer.status, &answer.json()["errors"][0]["pointer"]), (422, &json!("/report_key")));
}
