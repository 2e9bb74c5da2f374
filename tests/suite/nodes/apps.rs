//! Two servers over one database. Only PostgreSQL takes two.

use mail_catcher::{Fault, Stage};
use otpmint::app::NodeRule;
use reqwest::Method;
use serde_json::{Value, json};

use crate::api::harness::{Answer, Api, JANE, SecondServer, TestApp, engine};

/// Two servers, where the store takes two.
async fn both() -> Option<(TestApp, SecondServer)> {
    if !engine::on_postgres() {
        return None;
    }
    let one = TestApp::one_of_several().await;
    let other = one.second(NodeRule::Leased).await.expect("a second server");
    Some((one, other))
}

async fn send(api: &Api, method: Method, path: &str, body: &Value) -> Answer {
    api.send(method, path, body.to_string().into_bytes()).await
}

#[tokio::test]
async fn what_one_server_changes_takes_effect_on_the_other_within_a_second() {
    let Some((one, other)) = both().await else { return };
    let tenant = one.tenant().await;
    let (here, there) = (one.api.bearing(&tenant.key), other.api.bearing(&tenant.key));
    let mint = || async {
        let before = one.mails_to(JANE);
        let answer = there.post("/v1/challenges", &json!({ "to": JANE, "purpose": "login" })).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        let mails = one.mail.wait_for_many(JANE, before + 1).await.expect("the mail");
        mails[before].text().expect("a text").to_owned()
    };
    mint().await;
    let policy = json!({ "policy": { "code": { "length": 9 } } });
    assert_eq!(send(&here, Method::PATCH, "/v1/tenant", &policy).await.status, 200);
    let words = json!({ "subject": "Words", "text": "Words of our own: {{ code }}" });
    let saved = send(&here, Method::PUT, "/v1/tenant/templates/login/en", &words).await;
    assert_eq!(saved.status, 201, "{}", saved.body);
    one.clock.pass_seconds(1);
    let text = mint().await;
    let code = text.trim().strip_prefix("Words of our own: ").unwrap_or_else(|| panic!("{text}"));
    assert_eq!(code.trim().len(), 9, "{text}");

    let key = json!({ "name": "second", "scopes": ["mint"] });
    let made = send(&here, Method::POST, "/v1/tenant/keys", &key).await.json();
    let with_second = other.api.bearing(made["secret"].as_str().expect("the key"));
    assert_eq!(with_second.post("/v1/challenges", &json!({ "to": "joe@example.com" })).await.status, 201);
    let path = format!("/v1/tenant/keys/{}", made["key"].as_str().expect("its handle"));
    assert_eq!(here.send(Method::DELETE, &path, Vec::new()).await.status, 204);
    one.clock.pass_seconds(1);
    assert_eq!(with_second.post("/v1/challenges", &json!({ "to": "joe@example.com" })).await.status, 401);

    assert_eq!(there.get("/v1/tenant").await.status, 200);
    let path = format!("/v1/admin/tenants/{}", tenant.handle);
    let operator = one.api.bearing(&one.operator_token);
    assert_eq!(send(&operator, Method::PATCH, &path, &json!({ "status": "disabled" })).await.status, 200);
    one.clock.pass_seconds(1);
    assert_ne!(there.get("/v1/tenant").await.status, 200);
}

#[tokio::test]
async fn a_code_of_one_server_is_verified_once_over_both() {
    let Some((one, other)) = both().await else { return };
    let tenant = one.tenant().await;
    let minted = one.mint(&tenant, JANE).await;
    let answers = vec![minted.code.clone(); 16];
    let (here, there) = tokio::join!(
        one.api.verify_at_once(&minted.key, &answers),
        other.api.verify_at_once(&minted.key, &answers)
    );
    let answers: Vec<_> = here.into_iter().chain(there).collect();
    let told: Vec<_> = answers.iter().map(|answer| (answer.status, &answer.body)).collect();
    assert_eq!(told.iter().filter(|(status, _)| *status == 201).count(), 1, "{told:?}");
}

#[tokio::test]
async fn a_server_that_stops_leaves_its_retries_to_the_other() {
    let Some((one, other)) = both().await else { return };
    let tenant = one.tenant().await;
    one.mail.set_faults(vec![Fault::Reply(Stage::Rcpt, 451).always()]);
    let api = one.api.bearing(&tenant.key);
    assert_eq!(api.post("/v1/challenges", &json!({ "to": JANE })).await.status, 201);
    let (clock, mail, _kept) = one.stop().await;
    mail.set_faults(Vec::new());
    clock.pass_seconds(5);
    other.heartbeat().beat().await.expect("a node");
    mail.wait_for_many(JANE, 1).await.expect("the mail, by the other server");
}

#[tokio::test]
async fn both_are_shown_and_one_keeps_house() {
    let Some((one, other)) = both().await else { return };
    let told = other.api.bearing(&one.operator_token).get("/v1/admin/nodes").await.json();
    let nodes = told["data"].as_array().expect("nodes");
    let shown: Vec<_> = nodes.iter().map(|node| (&node["node"], &node["status"], &node["this"])).collect();
    let (current, yes, no) = (json!("current"), json!(true), json!(false));
    assert_eq!(shown, [(&json!(0), &current, &no), (&json!(1), &current, &yes)], "{told}");
    assert_eq!((&nodes[0]["duties"], &nodes[1]["duties"]), (&json!(["housekeeping"]), &json!([])));
}

#[tokio::test]
async fn a_server_whose_clock_is_wrong_does_not_start_and_takes_nothing_over() {
    if !engine::on_postgres() {
        return;
    }
    let one = TestApp::one_of_several().await;
    one.clock.pass_seconds(3_600);
    let Err(error) = one.second(NodeRule::Compared).await else {
        panic!("it starts with a clock of its own")
    };
    assert_eq!(error.exit_code(), 5, "{error}");
    assert!(error.to_string().contains("the clock of this machine is"), "{error}");
    let nodes = one.api.bearing(&one.operator_token).get("/v1/admin/nodes").await.json();
    assert_eq!(nodes["data"].as_array().map(Vec::len), Some(1), "{nodes}");
}

#[tokio::test]
async fn a_server_that_is_not_current_says_so_and_refuses_requests() {
    if !engine::on_postgres() {
        return;
    }
    let one = TestApp::one_of_several().await;
    let tenant = one.tenant().await;
    let ready = one.api.get("/readyz").await;
    assert_eq!((ready.status, ready.body.as_str()), (200, r#"{"status":"pass"}"#));
    // Its heart may beat between any two of these lines.
    let mut tries = 0..5;
    loop {
        assert!(tries.next().is_some(), "it never says so");
        one.clock.pass_seconds(11);
        let refused = one.api.bearing(&tenant.key).post("/v1/challenges", &json!({ "to": JANE })).await;
        let ready = one.api.get("/readyz").await;
        if (refused.status, ready.status) == (503, 503) {
            assert_eq!(refused.header("retry-after"), Some("1"), "{}", refused.body);
            assert_eq!(ready.json(), json!({ "status": "fail", "reason": "lease" }));
            break;
        }
    }
    one.app().heartbeat().expect("a heartbeat").beat().await.expect("a node");
    assert_eq!(one.api.get("/readyz").await.status, 200);
}
