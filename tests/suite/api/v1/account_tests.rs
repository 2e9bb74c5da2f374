//! Testing an account: each failed step says what to change, and nobody can misuse the test.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use mail_catcher::{CertificateKind, Fault, Options, Stage};
use otpmint::config::Settings;
use otpmint::domain::network::PortRule;
use serde_json::{Value, json};

use super::accounts::{account_at, api, get, put};
use super::assert_problem;
use crate::api::harness::{Answer, Api, JANE, ManualClock, SMTP_PASSWORD, TestApp, mail_server};

async fn test(api: &Api, body: &Value) -> Answer {
    api.post("/v1/tenant/smtp/test", body).await
}

/// The steps of an answer, each with its success.
#[track_caller]
fn steps(answer: &Answer) -> Vec<(String, bool)> {
    assert_eq!(answer.status, 200, "{}", answer.body);
    let body = answer.json();
    let told = |step: &Value| (step["step"].as_str().unwrap().to_owned(), step["ok"] == json!(true));
    let steps: Vec<_> = body["steps"].as_array().unwrap().iter().map(told).collect();
    assert_eq!(body["ok"], json!(steps.iter().all(|(_, ok)| *ok)), "{}", answer.body);
    steps
}

/// The step that failed, its code, and the advice.
#[track_caller]
fn failure(answer: &Answer) -> (String, String, String) {
    let (failed, ok) = steps(answer).pop().unwrap();
    let last = answer.json()["steps"].as_array().unwrap().last().unwrap().clone();
    assert!(!ok, "{}", answer.body);
    let text = |field: &str| last[field].as_str().unwrap_or_default().to_owned();
    (failed, text("code"), text("advice"))
}

#[tokio::test]
async fn a_sound_account_passes_every_step_and_a_test_mail_arrives() {
    let app = TestApp::start().await;
    let api = api(&app, &app.tenant().await);
    let walked = ["resolve", "connect", "greeting", "tls", "login"].map(|step| (step.to_owned(), true));
    assert_eq!(steps(&test(&api, &json!({})).await), walked);
    assert_eq!(app.mail.received(), 0);
    let id = get(&api).await.json()["accounts"][0]["id"].clone();
    let answer = test(&api, &json!({ "id": id, "to": JANE })).await;
    assert_eq!(steps(&answer).last().unwrap(), &("mail".to_owned(), true));
    let mail = app.mail.wait_for(JANE).await.unwrap();
    assert_eq!(mail.header("subject"), Some("Test mail"));
    assert!(mail.code().is_none() && mail.header("auto-submitted").is_some());
    assert!(app.mail.received() == 1 && !answer.body.contains(SMTP_PASSWORD));
}

#[tokio::test]
async fn an_account_can_be_tried_before_it_is_saved() {
    let app = TestApp::start().await;
    let api = api(&app, &app.tenant().await);
    let before = get(&api).await.body;
    let answer = test(&api, &json!({ "account": account_at(&app.other_mail), "to": JANE })).await;
    assert!(steps(&answer).iter().all(|(_, ok)| *ok));
    assert_eq!((app.mail.connections(), app.other_mail.received()), (0, 1));
    assert_eq!(get(&api).await.body, before);
    let both = json!({ "id": "smtp_2222222222222222", "account": account_at(&app.mail) });
    assert_problem(&test(&api, &both).await, 422, "invalid_field");
}

#[tokio::test]
async fn each_failing_step_is_named_with_what_to_change_and_without_what_the_server_said() {
    let app = TestApp::start().await;
    let api = api(&app, &app.tenant().await);
    for (fault, step, code, advice) in [
        (Fault::Reply(Stage::Banner, 554), "greeting", "connection_failed", "turns this one away"),
        (Fault::WordCodes, "greeting", "protocol_violated", "check the port"),
        (Fault::Close(Stage::Ehlo), "greeting", "connection_failed", "broke the connection"),
        (Fault::StartTlsNotOffered, "tls", "tls_failed", "port 465"),
        (Fault::AuthRefused, "login", "authentication_failed", "username and password"),
        (Fault::AuthNotOffered, "login", "authentication_failed", "AUTH PLAIN"),
        (Fault::AuthTemporary, "login", "authentication_failed", "later"),
        (Fault::Reply(Stage::Mail, 553), "mail", "sender_refused", "`from`"),
        (Fault::Reply(Stage::Rcpt, 550), "mail", "recipient_refused", "`to`"),
        (Fault::Reply(Stage::EndOfData, 554), "mail", "message_refused", "its log"),
    ] {
        app.mail.set_faults(vec![fault.clone().always()]);
        let answer = test(&api, &json!({ "to": JANE })).await;
        let told = failure(&answer);
        assert_eq!((told.0.as_str(), told.1.as_str()), (step, code), "{fault:?}");
        assert!(told.2.contains(advice), "{fault:?}: {}", told.2);
        assert!(!answer.body.contains("scripted") && !answer.body.contains(SMTP_PASSWORD), "{}", answer.body);
        app.clock.pass_seconds(86_400);
    }
}

#[tokio::test]
async fn a_certificate_that_proves_nothing_is_told_by_its_kind() {
    for (certificate, advice) in [
        (CertificateKind::Expired, "has expired"),
        (CertificateKind::WrongHost, "for another host"),
        (CertificateKind::SelfSigned, "self-signed"),
    ] {
        let mail = mail_server(Options { certificate, ..Options::default() }).await;
        let other = mail_server(Options::default()).await;
        let app = TestApp::over(ManualClock::at_noon(), mail, other, |_| {}).await;
        let told = failure(&test(&api(&app, &app.tenant().await), &json!({})).await);
        assert_eq!((told.0.as_str(), told.1.as_str()), ("tls", "tls_failed"), "{certificate:?}");
        assert!(told.2.contains(advice), "{certificate:?}: {}", told.2);
    }
    // A good one, whose authority the operator has not added.
    let (mail, other) = (mail_server(Options::default()).await, mail_server(Options::default()).await);
    let forget = |settings: &mut Settings| settings.outbound.ca_file = PathBuf::new();
    let app = TestApp::over(ManualClock::at_noon(), mail, other, forget).await;
    let told = failure(&test(&api(&app, &app.tenant().await), &json!({})).await);
    assert!(told.2.contains("an authority that is not trusted here"), "{}", told.2);
}

#[tokio::test]
async fn hosts_that_are_not_there_not_allowed_or_silent_are_told_apart_and_no_address_is_named() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let app = app.restart(|settings| settings.outbound.allow_hosts.clear()).await;
    let told = failure(&test(&api(&app, &tenant), &json!({})).await);
    assert_eq!((told.0.as_str(), told.1.as_str()), ("resolve", "host_not_allowed"));
    assert!(!told.2.contains("127.0.0.1") && !told.2.contains("::1"), "{}", told.2);
    assert_eq!(app.mail.connections(), 0);
    let app = app
        .restart(|settings| {
            settings.outbound.allow_hosts = vec!["localhost".to_owned()];
            settings.outbound.allow_ports = PortRule::Any;
        })
        .await;
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut dead = account_at(&app.mail);
    dead["port"] = json!(port);
    let told = failure(&test(&api(&app, &tenant), &json!({ "account": dead })).await);
    assert_eq!((told.0.as_str(), told.1.as_str()), ("connect", "connection_failed"));
}

#[tokio::test]
async fn test_mails_count_against_their_recipient_and_only_when_one_is_sent() {
    let app = TestApp::start().await;
    let api = api(&app, &app.tenant().await);
    let body = json!({ "to": JANE });
    app.mail.set_faults(vec![Fault::AuthRefused.always()]);
    for _ in 0..5 {
        assert_eq!(failure(&test(&api, &body).await).0, "login");
    }
    app.mail.set_faults(Vec::new());
    for _ in 0..3 {
        assert!(steps(&test(&api, &body).await).iter().all(|(_, ok)| *ok));
    }
    assert_problem(&test(&api, &body).await, 429, "sends_per_recipient");
    assert_problem(&api.post("/v1/challenges", &body).await, 429, "sends_per_recipient");
    assert_eq!(app.mail.received(), 3);
}

#[tokio::test]
async fn tests_count_as_mints_of_the_tenant_and_are_written_down() {
    let app = TestApp::with(|settings| settings.limits.mint_per_tenant = "2/1m".parse().unwrap()).await;
    let api = api(&app, &app.tenant().await);
    for _ in 0..2 {
        test(&api, &json!({ "to": JANE })).await;
    }
    assert_problem(&test(&api, &json!({})).await, 429, "mint_per_tenant");
    assert_problem(&api.post("/v1/challenges", &json!({ "to": JANE })).await, 429, "mint_per_tenant");
    let tested = "SELECT count(*) FROM audit WHERE event = 'smtp_tested' AND recipient = 'j***@r***.example' \
                  AND tenant IS NOT NULL AND client_ip IS NOT NULL";
    assert_eq!(app.database().number(tested), 2);
}

#[tokio::test]
async fn a_tenant_has_one_test_at_a_time_and_it_ends_within_ten_seconds() {
    let app = TestApp::start().await;
    let api = api(&app, &app.tenant().await);
    app.mail.set_faults(vec![Fault::Stall(Stage::Auth).always()]);
    let begun = Instant::now();
    let first = {
        let api = api.clone();
        tokio::spawn(async move { test(&api, &json!({})).await })
    };
    while app.mail.connections() == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_problem(&test(&api, &json!({})).await, 409, "test_under_way");
    let told = failure(&first.await.unwrap());
    assert_eq!((told.0.as_str(), told.1.as_str()), ("login", "timed_out"));
    assert!(begun.elapsed() < Duration::from_secs(12), "{:?}", begun.elapsed());
    app.mail.set_faults(Vec::new());
    assert!(steps(&test(&api, &json!({})).await).iter().all(|(_, ok)| *ok));
}

#[tokio::test]
async fn a_store_that_cannot_write_it_down_lets_no_test_begin() {
    let app = TestApp::start().await;
    let api = api(&app, &app.tenant().await);
    get(&api).await;
    app.database().close("audit");
    assert_problem(&test(&api, &json!({ "to": JANE })).await, 503, "store_unavailable");
    assert_eq!(app.mail.connections(), 0);
    assert_problem(&put(&api, &json!([])).await, 503, "store_unavailable");
    assert_eq!(get(&api).await.json()["accounts"].as_array().unwrap().len(), 1);
}
