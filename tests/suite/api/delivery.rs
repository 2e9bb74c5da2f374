//! What the caller of `POST /otp` learns about the mail server, and what happens to the challenge.

use std::time::{Duration, Instant};

use mail_catcher::{CertificateKind, Fault, Injection, MailCatcher, Options, ScriptedFault, Stage};

use crate::api::harness::{JANE, ManualClock, Tenant, TestApp, eventually, mail_server};

/// A server that answers within two seconds, whatever the mail server does.
async fn impatient() -> TestApp {
    TestApp::with(|settings| settings.delivery.wait_seconds = 2).await
}

/// A tenant at a mail server with these faults.
async fn tenant_with(app: &TestApp, faults: Vec<ScriptedFault>) -> Tenant {
    app.mail.set_faults(faults);
    app.tenant().await
}

const PENDING: &str = "SELECT count(*) FROM challenges WHERE status = 'pending' OR code_hash IS NOT NULL \
                       OR payload IS NOT NULL";

/// Every opened challenge is canceled, erased, and out of the outbox.
#[track_caller]
fn is_called_off(app: &TestApp) -> impl Future<Output = ()> {
    let caller = std::panic::Location::caller();
    let database = app.database();
    async move {
        assert_eq!(database.number(PENDING), 0, "{caller}");
        assert_eq!(database.number("SELECT count(*) FROM challenges WHERE status <> 'canceled'"), 0);
        let emptied = || (database.number("SELECT count(*) FROM outbox") == 0).then_some(());
        eventually("an empty outbox", emptied).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_recipient_is_told_and_the_challenge_is_dead() {
    let app = impatient().await;
    let tenant = tenant_with(&app, vec![Fault::Reply(Stage::Rcpt, 550).always()]).await;
    let text = app.api.mint(JANE, &tenant.key).await;
    text.is_text_problem(400);
    assert!(text.body.contains("recipient"), "{}", text.body);
    app.api.json().mint(JANE, &tenant.key).await.is_problem(502, "recipient_refused");
    is_called_off(&app).await;
    assert_eq!(app.mail.received(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_never_sent_does_not_count_for_its_recipient() {
    let app = impatient().await;
    let tenant = tenant_with(&app, vec![Fault::AuthRefused.always()]).await;
    for _ in 0..20 {
        app.api.json().mint(JANE, &tenant.key).await.is_problem(502, "authentication_failed");
        app.clock.pass_seconds(1);
    }
    app.mail.set_faults(Vec::new());
    for _ in 0..3 {
        app.mint(&tenant, JANE).await;
    }
    assert_eq!(app.api.mint(JANE, &tenant.key).await.status, 429);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_permanent_failure_has_its_word() {
    let app = impatient().await;
    let tenant = app.tenant().await;
    for (fault, code) in [
        (Fault::AuthRefused, "authentication_failed"),
        (Fault::AuthNotOffered, "authentication_failed"),
        (Fault::Reply(Stage::Mail, 553), "sender_refused"),
        (Fault::RecipientRefused("jane".to_owned(), 554), "recipient_refused"),
        (Fault::Reply(Stage::EndOfData, 554), "message_refused"),
        (Fault::SizeLimit(100), "message_refused"),
        (Fault::Reply(Stage::StartTls, 502), "tls_failed"),
        (Fault::StartTlsNotOffered, "tls_failed"),
    ] {
        // A persistent session would not meet a fault at the beginning.
        let app = impatient().await;
        let tenant = tenant_with(&app, vec![fault.clone().always()]).await;
        let told = app.api.json().mint(JANE, &tenant.key).await;
        assert_eq!((told.status, told.code().as_str()), (502, code), "{fault:?}");
        is_called_off(&app).await;
    }
    app.mint(&tenant, JANE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_is_accepted_at_the_second_try_is_a_success() {
    for fault in [
        Fault::Greylist(1).always(),
        Fault::Reply(Stage::Mail, 421).first(1),
        Fault::Close(Stage::Banner).first(1),
    ] {
        let app = TestApp::start().await;
        let tenant = tenant_with(&app, vec![fault]).await;
        let answer = app.mint_while_time_passes(JANE, &tenant.key).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(app.mail.received(), 1);
        let code = app.code_after(0, JANE).await;
        app.api.verify(&answer.body, &code).await.is(201, "OTP Matched!");
    }
}

/// A tenant with an untrusted mail server: the mint fails, and the login was never sent.
async fn fails_closed(mail: MailCatcher) {
    let trusted = mail_server(Options::default()).await;
    let app =
        TestApp::over(ManualClock::at_noon(), mail, trusted, |settings| settings.delivery.wait_seconds = 2)
            .await;
    let tenant = app.tenant().await;
    app.api.json().mint(JANE, &tenant.key).await.is_problem(502, "tls_failed");
    is_called_off(&app).await;
    assert!(app.mail.connections() > 0, "it was tried");
    for session in app.mail.transcripts() {
        for line in &session {
            let said = line.to_ascii_uppercase();
            assert!(!said.starts_with("C: AUTH") && !said.starts_with("C: MAIL"), "{session:#?}");
        }
    }
    assert_eq!(app.mail.received(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_trusted_tls_no_login_leaves_this_server() {
    for certificate in [CertificateKind::SelfSigned, CertificateKind::WrongHost, CertificateKind::Expired] {
        fails_closed(mail_server(Options { certificate, ..Options::default() }).await).await;
    }
    for fault in [
        Fault::StartTlsNotOffered,
        Fault::StartTlsInjection(Injection::EhloReply),
        Fault::StartTlsInjection(Injection::WholeSession),
    ] {
        fails_closed(mail_server(Options { faults: vec![fault.always()], ..Options::default() }).await).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_of_an_unknown_authority_is_not_trusted() {
    let app = impatient().await;
    let stranger = mail_server(Options::default()).await;
    let tenant = app.tenant_at(&stranger).await;
    app.api.json().mint(JANE, &tenant.key).await.is_problem(502, "tls_failed");
    assert_eq!(stranger.received(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_that_stalls_is_waited_for_no_longer_than_set() {
    for stage in [Stage::Banner, Stage::Handshake, Stage::Auth, Stage::Rcpt, Stage::EndOfData] {
        let app = TestApp::with(|settings| settings.delivery.wait_seconds = 1).await;
        let tenant = tenant_with(&app, vec![Fault::Stall(stage).always()]).await;
        let begun = Instant::now();
        let told = app.api.json().mint(JANE, &tenant.key).await;
        let took = begun.elapsed();
        told.is_problem(502, "timed_out");
        assert!((Duration::from_millis(900)..Duration::from_secs(5)).contains(&took), "{stage:?}: {took:?}");
        assert_eq!(app.database().number(PENDING), 0, "{stage:?}: the challenge is called off");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_is_503_and_says_when_to_come_again() {
    let app = TestApp::with(|settings| {
        settings.delivery.queue = 1;
        settings.delivery.wait_seconds = 3;
    })
    .await;
    let slow = tenant_with(&app, vec![Fault::Stall(Stage::Banner).always()]).await;
    let waiting = {
        let (api, key) = (app.api.clone(), slow.key.clone());
        tokio::spawn(async move { api.mint(JANE, &key).await })
    };
    eventually("a connection", || (app.mail.connections() > 0).then_some(())).await;
    let full = app.api.json().mint("joe@recipient.example", &slow.key).await;
    full.is_problem(503, "queue_full");
    full.retry_after();
    app.api.mint("joe@recipient.example", &slow.key).await.is_text_problem(503).retry_after();
    assert_eq!(app.database().number("SELECT count(*) FROM challenges"), 1, "none was opened");
    waiting.await.unwrap().is_text_problem(400);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_server_of_one_tenant_does_not_delay_another_tenants_mint() {
    let app = TestApp::with(|settings| {
        settings.limits.enabled = false;
        settings.delivery.sessions = 16;
        settings.delivery.wait_seconds = 8;
    })
    .await;
    app.other_mail.set_faults(vec![Fault::Stall(Stage::Banner).always()]);
    let (dead, alive) = (app.tenant_at(&app.other_mail).await, app.tenant().await);
    let stuck: Vec<_> = (0..40)
        .map(|at| {
            let (api, key) = (app.api.clone(), dead.key.clone());
            tokio::spawn(async move { api.mint(&format!("r{at}@recipient.example"), &key).await })
        })
        .collect();
    eventually("dead connections", || (app.other_mail.connections() >= 2).then_some(())).await;
    let begun = Instant::now();
    for at in 0..10 {
        app.mint(&alive, &format!("a{at}@recipient.example")).await;
    }
    let took = begun.elapsed();
    assert!(took < Duration::from_secs(7), "{took:?}");
    assert!(stuck.iter().all(|mint| !mint.is_finished()), "the others were still waiting");
    for mint in stuck {
        mint.abort();
    }
}
