//! Which certificate is served.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use otpmint::app::{Prepared, StartError};

use crate::api::harness::{TestApp, ambient, eventually_async};
use crate::tls_identity::certificate;

use super::{Pair, VERSIONS, client, connect, exchange, get, readiness, secured};

/// Waits until `/readyz` says so of the certificate.
async fn until_told(app: &TestApp, ca: &str, state: &str) {
    let expected = format!("\"certificate\":\"{state}\"");
    let told = || async { readiness(app, ca).await.contains(&expected).then_some(()) };
    eventually_async(state, told).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_are_answered_over_both_versions_of_tls() {
    let (app, pair) = secured(|_| {}).await;
    for version in VERSIONS {
        let mut stream =
            connect(app.app().address(), client(&pair.ca, &["http/1.1"], &[version])).await.unwrap();
        assert_eq!(stream.get_ref().1.protocol_version(), Some(version.version));
        let answer = exchange(&mut stream, &get("/readyz")).await;
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        assert!(answer.ends_with(r#"{"certificate":"valid","status":"pass"}"#), "{answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_over_tls_makes_browsers_come_back_with_tls_only() {
    let (app, pair) = secured(|_| {}).await;
    for path in ["/livez", "/unknown", "/v1/challenges", "/console"] {
        let mut stream =
            connect(app.app().address(), client(&pair.ca, &["http/1.1"], &VERSIONS)).await.unwrap();
        let answer = exchange(&mut stream, &get(path)).await.to_lowercase();
        assert!(answer.contains("\r\nstrict-transport-security: max-age=31536000\r\n"), "{answer}");
    }
    let plain = TestApp::start().await;
    let answer = plain.api.get("/livez").await;
    assert_eq!(answer.header("strict-transport-security"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_comes_back_continues_its_session_by_a_ticket() {
    let (app, pair) = secured(|_| {}).await;
    let config = client(&pair.ca, &["http/1.1"], &VERSIONS);
    let mut kinds = Vec::new();
    for _ in 0..2 {
        let mut stream = connect(app.app().address(), config.clone()).await.unwrap();
        exchange(&mut stream, &get("/livez")).await;
        kinds.push(stream.get_ref().1.handshake_kind().unwrap());
    }
    assert_eq!(kinds, [rustls::HandshakeKind::Full, rustls::HandshakeKind::Resumed]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_certificate_is_served_without_a_restart_and_open_connections_keep_the_former_one() {
    let (app, pair) = secured(|_| {}).await;
    let mut open = connect(app.app().address(), client(&pair.ca, &["http/1.1"], &VERSIONS)).await.unwrap();
    let (chain, key, ca) = certificate();
    pair.write(&chain, &key);
    let trusting = client(&ca, &["http/1.1"], &VERSIONS);
    let reached = || async { connect(app.app().address(), trusting.clone()).await.ok() };
    eventually_async("the new certificate", reached).await;
    let refused = connect(app.app().address(), client(&pair.ca, &[], &VERSIONS)).await;
    assert!(refused.is_err(), "the former one is still served");
    let answer = exchange(&mut open, &get("/livez")).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pair_that_cannot_be_used_changes_nothing_and_is_told() {
    let (app, pair) = secured(|_| {}).await;
    let (chain, key) = (pair.chain(), pair.key());
    let [former_chain, former_key] = [&chain, &key].map(|path| fs::read_to_string(path).unwrap());
    let (other_chain, other_key, _) = certificate();
    for (chain, key) in
        [(&other_chain, &former_key), (&former_chain, &other_key), (&String::new(), &former_key)]
    {
        pair.write(chain, key);
        until_told(&app, &pair.ca, "not_replaced").await;
        pair.write(&former_chain, &former_key);
        until_told(&app, &pair.ca, "valid").await;
    }
    fs::set_permissions(&key, Permissions::from_mode(0o604)).unwrap();
    fs::write(&key, former_key).unwrap();
    until_told(&app, &pair.ca, "not_replaced").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_does_not_start_with_a_pair_that_it_cannot_use() {
    let app = TestApp::start().await;
    let refusal = async |pair: &Pair| {
        let mut settings = app.settings.clone();
        settings.data_dir = tempfile::tempdir().unwrap().keep();
        pair.apply(&mut settings);
        match Prepared::build(&settings, &ambient(&app.clock), None).await {
            Err(StartError::Config(problem)) => problem,
            Err(other) => panic!("{other}"),
            Ok(_) => panic!("it starts"),
        }
    };
    let pair = Pair::new();
    fs::set_permissions(pair.key(), Permissions::from_mode(0o644)).unwrap();
    let told = refusal(&pair).await;
    assert!(
        told.starts_with("tls.key_file: ") && told.contains("may be read by others (mode 0644)"),
        "{told}"
    );
    let pair = Pair::new();
    fs::remove_file(pair.chain()).unwrap();
    assert!(refusal(&pair).await.starts_with("tls.cert_file: "));
    let pair = Pair::new();
    fs::write(pair.chain(), certificate().0).unwrap();
    let told = refusal(&pair).await;
    assert!(told.contains("the key does not belong to the certificate"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_speaks_without_tls_is_not_answered() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let (app, _pair) = secured(|_| {}).await;
    let mut stream = tokio::net::TcpStream::connect(app.app().address()).await.unwrap();
    stream.write_all(get("/livez").as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    assert!(!String::from_utf8_lossy(&answer).contains("HTTP"), "{answer:?}");
}
