//! Where this server connects for a tenant: nowhere private, and nowhere that a redirect points to.

use std::fs::OpenOptions;
use std::io::Write;

use otpmint::domain::network::PortRule;
use serde_json::json;

use super::receiver::{Receiver, Reply};
use super::{Hooks, app, local};
use crate::api::harness::TestApp;
use crate::api::v1::assert_problem;

#[tokio::test]
async fn private_and_local_addresses_are_refused_however_they_are_written() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let app = app.restart(|settings| settings.outbound.allow_hosts.clear()).await;
    let hooks = Hooks::of(&app, &tenant);
    for host in [
        "localhost",
        "LOCALHOST.",
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f.1",
        "0177.0.0.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[fd00::1]",
        "[64:ff9b::7f00:1]",
        "169.254.169.254",
        "10.0.0.1",
        "１２７.0.0.1",
    ] {
        let answer = hooks.create(&json!({ "url": format!("https://{host}/in") })).await;
        assert_eq!(assert_problem(&answer, 422, "invalid_field")["errors"][0]["pointer"], "/url", "{host}");
    }
    let answer = hooks.create(&json!({ "url": "https://hooks.example.com:22/in" })).await;
    assert!(
        assert_problem(&answer, 422, "invalid_field")["detail"].as_str().unwrap().contains("webhook_ports")
    );
}

#[tokio::test]
async fn what_a_name_leads_to_is_judged_at_each_connection() {
    let (app, tenant, hooks) = app().await;
    let receiver = Receiver::start().await;
    // Accepted while the operator allowed it; what it leads to now, as an address and as a name, is private.
    let hook = hooks.add(&receiver).await;
    let app = app
        .restart(|settings| {
            settings.outbound.allow_hosts.clear();
            settings.outbound.plaintext_hosts.push("localhost".to_owned());
        })
        .await;
    let hooks = Hooks::of(&app, &tenant);
    for change in ["url", "replace(url, '127.0.0.1', 'localhost')", "replace(url, 'localhost', '127.0.0.1')"]
    {
        app.database().change(&format!("UPDATE webhooks SET url = {change}"));
        hooks.ping(&hook.id).await;
        let latest = hooks.latest(&hook.id, |latest| latest["tries"] == 1).await;
        assert_eq!(latest["last_error"], "host_not_allowed", "{change}");
    }
    assert_eq!(receiver.told().len(), 0);
    // Nor is it sent without TLS after the operator has revoked the permission.
    let app = app
        .restart(|settings| {
            settings.outbound.allow_hosts = vec!["127.0.0.1".to_owned()];
            settings.outbound.plaintext_hosts.clear();
        })
        .await;
    let hooks = Hooks::of(&app, &tenant);
    hooks.ping(&hook.id).await;
    let latest = hooks.latest(&hook.id, |latest| latest["tries"] == 1).await;
    assert_eq!(latest["last_error"], "host_not_allowed");
    let app = app
        .restart(|settings| {
            settings.outbound.plaintext_hosts = vec!["127.0.0.1".to_owned()];
            settings.outbound.webhook_ports = PortRule::Only(vec![443]);
        })
        .await;
    let hooks = Hooks::of(&app, &tenant);
    hooks.ping(&hook.id).await;
    let latest = hooks.latest(&hook.id, |latest| latest["tries"] == 1).await;
    assert_eq!(latest["last_error"], "host_not_allowed");
    assert_eq!(receiver.told().len(), 0);
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_an_endless_answer_is_not_read() {
    let (_app, _tenant, hooks) = app().await;
    let (receiver, elsewhere) = (Receiver::start().await, Receiver::start().await);
    let hook = hooks.add(&receiver).await;
    receiver.answers([Reply::Redirect(elsewhere.url.clone()), Reply::Flood]);
    hooks.ping(&hook.id).await;
    let latest = hooks.latest(&hook.id, |latest| latest["tries"] == 1).await;
    assert_eq!((latest["status"].as_str(), &latest["last_status"]), (Some("waiting"), &json!(307)));
    hooks.ping(&hook.id).await;
    let latest = hooks.latest(&hook.id, |latest| latest["tries"] == 1).await;
    assert_eq!(latest["status"], "sent");
    assert_eq!(elsewhere.told().len(), 0);
}

#[tokio::test]
async fn tls_has_to_prove_the_host_by_the_systems_authorities_or_the_operators() {
    let (trusted, other) = (Receiver::secure().await, Receiver::secure().await);
    let pem = trusted.ca_pem.clone();
    let app = TestApp::with(|settings| {
        local(settings);
        let mut file = OpenOptions::new().append(true).open(&settings.outbound.ca_file).expect("the file");
        file.write_all(pem.as_bytes()).expect("our file");
    })
    .await;
    let hooks = Hooks::of(&app, &app.tenant().await);
    let (good, bad) = (hooks.add(&trusted).await, hooks.add(&other).await);
    hooks.ping(&good.id).await;
    assert!(trusted.nth(0).await.is_signed_with(&good.secret));
    hooks.ping(&bad.id).await;
    let latest = hooks.latest(&bad.id, |latest| latest["tries"] == 1).await;
    assert_eq!(latest["last_error"], "tls_failed");
    assert_eq!(other.told().len(), 0);
}
