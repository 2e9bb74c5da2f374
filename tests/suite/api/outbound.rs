//! Where a stranger may make this server connect: nowhere private or local.

use otpmint::domain::network::PortRule;
use serde_json::{Value, json};

use crate::api::harness::{Api, JANE, TestApp};

/// The default rule, except for the ports.
async fn strict() -> TestApp {
    TestApp::with(|settings| settings.outbound.allow_hosts.clear()).await
}

async fn register(app: &TestApp, host: &str, port: Value) -> crate::api::harness::Answer {
    let mut body = app.registration();
    body["smtp_host"] = json!(host);
    body["smtp_port"] = port;
    app.operator().register(&body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn private_and_local_addresses_are_refused_at_registration() {
    let app = strict().await;
    for host in [
        "localhost",
        "LOCALHOST",
        "localhost.",
        "127.0.0.1",
        "127.8.8.8",
        "::1",
        "[::1]",
        "0.0.0.0",
        "::",
        "::ffff:127.0.0.1",
        "[::ffff:7f00:1]",
        "::127.0.0.1",
        "64:ff9b::127.0.0.1",
        "2002:7f00:1::",
        "169.254.169.254",
        "fe80::1",
        "fd00:ec2::254",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "１２７.0.0.1",
    ] {
        let answer = register(&app, host, json!(587)).await;
        assert_eq!(answer.status, 400, "{host}");
        assert!(
            ["host_not_allowed", "invalid_field"].contains(&answer.code().as_str()),
            "{host}: {}",
            answer.body
        );
    }
    assert_eq!(app.database().number("SELECT count(*) FROM tenants"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_spellings_of_an_address_are_no_hosts() {
    let app = strict().await;
    for host in [
        "2130706433",
        "0x7f000001",
        "0x7f.0.0.1",
        "0177.0.0.1",
        "127.1",
        "127.0.1",
        "127.0.0.1.",
        "1",
        "0",
        "0x7F000001",
        "fe80::1%lo",
        "127.0.0.1:25",
        "http://127.0.0.1",
        "127.0.0.1/",
        "user@127.0.0.1",
        "[::1",
        "a..b",
        "-a.example",
        "a_b.example",
        "*.example",
    ] {
        let answer = register(&app, host, json!(587)).await;
        assert_eq!(answer.status, 400, "{host}: {}", answer.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_ports_of_mail_are_allowed() {
    let app =
        TestApp::with(|settings| settings.outbound.allow_ports = PortRule::Only(vec![25, 465, 587, 2525]))
            .await;
    for port in [22, 80, 443, 3306, 5000, 6379, 24, 26, 1, 65535] {
        register(&app, "smtp.example.com", json!(port)).await.is_problem(400, "port_not_allowed");
    }
    for port in [25, 465, 587, 2525] {
        assert_eq!(register(&app, "smtp.example.com", json!(port)).await.status, 200);
    }
}

/// What a mint returns if its mail server may not be connected to; and that no connection was made.
async fn is_refused(app: &TestApp, api: &Api, key: &str) {
    let connections = app.mail.connections();
    api.json().mint(JANE, key).await.is_problem(502, "host_not_allowed");
    assert_eq!(app.mail.connections(), connections, "no connection was made");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_name_leads_to_is_judged_at_each_connection() {
    // The tenant names `localhost`, which was allowed when it registered.
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    app.mint(&tenant, JANE).await;
    let app = app.restart(|settings| settings.outbound.allow_hosts.clear()).await;
    is_refused(&app, &app.api, &tenant.key).await;
    let port = app.mail.address().port();
    let app = app
        .restart(|settings| {
            settings.outbound.allow_hosts = vec!["127.0.0.0/8".to_owned(), "::1".to_owned()];
            settings.outbound.allow_ports = PortRule::Only(vec![port]);
        })
        .await;
    app.mint(&tenant, JANE).await;
    let app = app.restart(|settings| settings.outbound.allow_ports = PortRule::Only(vec![25])).await;
    is_refused(&app, &app.api, &tenant.key).await;
}
