//! What operators use, on a listener of its own, and the certificates that it asks for.

use std::fs::{self, Permissions};
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::Arc;

use otpmint::app::{Prepared, StartError};
use otpmint::config::Settings;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    date_time_ymd,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, HandshakeKind, SupportedProtocolVersion};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::api::harness::{TestApp, ambient, eventually_async};

use super::{Pair, VERSIONS, client, connect, exchange, get, secured, trusting, write};

const CONSOLE: &str = "https://localhost:9443";

/// An authority for clients.
struct Authority(CertifiedIssuer<'static, KeyPair>);

/// A certificate and its key, which a client shows.
type Shown = (CertificateDer<'static>, PrivateKeyDer<'static>);

impl Authority {
    fn new(name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    /// Issues a certificate for a client, or one that differs from it.
    fn issue(&self, change: impl FnOnce(&mut CertificateParams)) -> Shown {
        let mut params = CertificateParams::new(vec!["ops.example".to_owned()]).unwrap();
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap();
        (certificate.der().clone(), PrivateKeyDer::try_from(key.serialize_der()).unwrap())
    }
}

/// A file with the authorities of clients.
struct AuthorityFile(TempDir);

impl AuthorityFile {
    fn with(authority: &Authority) -> Self {
        let file = Self(tempfile::tempdir().unwrap());
        file.replace(&authority.0.pem());
        file
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("clients.pem")
    }

    fn replace(&self, pem: &str) {
        write(&self.path(), pem);
    }
}

fn apart(settings: &mut Settings) {
    settings.operator.listen = "127.0.0.1:0".to_owned();
    settings.operator.public_url = CONSOLE.to_owned();
    settings.limits.enabled = false;
}

/// A server with TLS whose operators show certificates of this authority.
async fn guarded(authority: &Authority) -> (TestApp, Pair, AuthorityFile) {
    let file = AuthorityFile::with(authority);
    let (app, pair) = secured(|settings| {
        apart(settings);
        settings.operator.client_ca_file = file.path();
    })
    .await;
    (app, pair, file)
}

/// A client that shows this certificate, if it has one.
fn showing(
    ca: &str,
    shown: Option<&Shown>,
    versions: &[&'static SupportedProtocolVersion],
) -> Arc<ClientConfig> {
    let builder = trusting(ca, versions);
    Arc::new(match shown {
        None => builder.with_no_client_auth(),
        Some((certificate, key)) => {
            builder.with_client_auth_cert(vec![certificate.clone()], key.clone_key()).unwrap()
        }
    })
}

/// What a client gets for a request; the error if it is refused in the handshake. A client of TLS 1.3 only learns that
/// when it reads.
async fn ask(address: SocketAddr, config: Arc<ClientConfig>, request: &str) -> std::io::Result<String> {
    let mut stream = connect(address, config).await?;
    stream.write_all(request.as_bytes()).await?;
    let mut said = Vec::new();
    let end = stream.read_to_end(&mut said).await;
    match said.is_empty() {
        true => end.and(Err(std::io::Error::other("closed without a word"))),
        false => Ok(String::from_utf8(said).unwrap()),
    }
}

fn operator(app: &TestApp) -> SocketAddr {
    app.app().operator_address().expect("a listener of its own")
}

/// A request that closes the connection.
fn request(method: &str, path: &str, headers: &str) -> String {
    format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}Content-Length: 0\r\n\r\n"
    )
}

fn status(answer: &str) -> u16 {
    answer.split(' ').nth(1).unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_operators_use_answers_on_their_listener_and_nowhere_else() {
    let (app, pair) = secured(apart).await;
    let plain = || client(&pair.ca, &["http/1.1"], &VERSIONS);
    let token = format!("Authorization: Bearer {}\r\n", app.operator_token);
    for (path, expected) in [
        ("/v1/admin/tenants", 200),
        ("/v1/admin/stats", 200),
        ("/console", 303),
        ("/console/sign-in", 200),
        ("/metrics", 200),
    ] {
        let there = ask(operator(&app), plain(), &request("GET", path, &token)).await.unwrap();
        assert_eq!(status(&there), expected, "{path}: {there}");
        for method in ["GET", "HEAD", "POST", "PATCH", "DELETE", "OPTIONS"] {
            let here = ask(app.app().address(), plain(), &request(method, path, &token)).await.unwrap();
            assert_eq!(status(&here), 404, "{method} {path}: {here}");
        }
    }
    for path in ["/v1/challenges", "/v1/tenant", "/otp", "/c/x", "/livez", "/openapi.json", "/v2/Services"] {
        let there = ask(operator(&app), plain(), &request("GET", path, &token)).await.unwrap();
        assert_eq!(status(&there), 404, "{path}: {there}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_of_the_console_come_from_its_own_address_and_its_link_leads_there() {
    let (app, pair) = secured(|settings| {
        apart(settings);
        settings.server.public_url = "https://otp.example".to_owned();
    })
    .await;
    let sign_in = async |origin: &str| {
        let form = request("POST", "/console/sign-in", &format!("Origin: {origin}\r\n"));
        ask(operator(&app), client(&pair.ca, &["http/1.1"], &VERSIONS), &form).await.unwrap()
    };
    let is_foreign = |answer: &str| answer.contains("did not come from a page of your session");
    assert!(is_foreign(&sign_in("https://otp.example").await));
    assert!(!is_foreign(&sign_in(CONSOLE).await));
    assert!(app.app().setup_link().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_tls_it_is_a_listener_of_this_machine() {
    let app = TestApp::with(apart).await;
    let url = format!("http://{}/console/sign-in", operator(&app));
    assert_eq!(reqwest::get(url).await.unwrap().status(), 200);
    assert_eq!(app.api.get("/console/sign-in").await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_show_a_certificate_of_the_authority_or_are_refused_in_the_handshake() {
    let (ours, other) = (Authority::new("ours"), Authority::new("ours"));
    let (app, pair, _file) = guarded(&ours).await;
    let right = ours.issue(|_| {});
    let wrong = [
        ("from another authority of the same name", other.issue(|_| {})),
        ("expired", ours.issue(|params| params.not_after = date_time_ymd(2020, 1, 1))),
        ("not valid yet", ours.issue(|params| params.not_before = date_time_ymd(2200, 1, 1))),
        (
            "for servers",
            ours.issue(|params| params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth]),
        ),
    ];
    for version in VERSIONS {
        let show = |shown| showing(&pair.ca, shown, &[version]);
        let answer = ask(operator(&app), show(Some(&right)), &get("/console/sign-in")).await.unwrap();
        assert_eq!(status(&answer), 200);
        let nothing = ask(operator(&app), show(None), &get("/console/sign-in")).await;
        let told = nothing.expect_err("none is needed").to_string();
        assert!(told.contains("CertificateRequired") || told.contains("HandshakeFailure"), "{told}");
        for (why, shown) in &wrong {
            let refused = ask(operator(&app), show(Some(shown)), &get("/console/sign-in")).await;
            let told = refused.expect_err(why).to_string();
            assert!(told.contains("received fatal alert"), "{why}: {told}");
        }
        // The API asks for none.
        let answer = ask(app.app().address(), show(None), &get("/livez")).await.unwrap();
        assert_eq!(status(&answer), 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_connection_shows_its_certificate() {
    let ours = Authority::new("ours");
    let (app, pair, _file) = guarded(&ours).await;
    for version in VERSIONS {
        let config = showing(&pair.ca, Some(&ours.issue(|_| {})), &[version]);
        for _ in 0..2 {
            let mut stream = connect(operator(&app), Arc::clone(&config)).await.unwrap();
            assert!(exchange(&mut stream, &get("/console/sign-in")).await.starts_with("HTTP/1.1 200"));
            assert_eq!(stream.get_ref().1.handshake_kind(), Some(HandshakeKind::Full), "{version:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_authorities_of_clients_are_read_again_and_a_file_that_cannot_be_used_changes_nothing() {
    let (first, second) = (Authority::new("first"), Authority::new("second"));
    let (app, pair, file) = guarded(&first).await;
    let [of_first, of_second] = [&first, &second].map(|authority| authority.issue(|_| {}));
    let answers = async |shown: &Shown| {
        ask(operator(&app), showing(&pair.ca, Some(shown), &VERSIONS), &get("/console/sign-in")).await.is_ok()
    };
    assert!(answers(&of_first).await && !answers(&of_second).await);
    file.replace(&second.0.pem());
    eventually_async("the second authority", async || answers(&of_second).await.then_some(())).await;
    assert!(!answers(&of_first).await, "the first is still taken");
    for unusable in ["", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
        file.replace(unusable);
        // Many more looks than are needed to find it.
        for _ in 0..50 {
            assert!(answers(&of_second).await && !answers(&of_first).await, "{unusable:?} was taken");
        }
    }
    file.replace(&format!("{}{}", first.0.pem(), second.0.pem()));
    eventually_async("both authorities", async || answers(&of_first).await.then_some(())).await;
    assert!(answers(&of_second).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_does_not_start_with_authorities_that_it_cannot_use() {
    let app = TestApp::start().await;
    let file = AuthorityFile::with(&Authority::new("ours"));
    let pair = Pair::new();
    let refusal = async || {
        let mut settings = app.settings.clone();
        settings.data_dir = tempfile::tempdir().unwrap().keep();
        pair.apply(&mut settings);
        apart(&mut settings);
        settings.operator.client_ca_file = file.path();
        match Prepared::build(&settings, &ambient(&app.clock), None).await {
            Err(StartError::Config(problem)) => problem,
            Err(other) => panic!("{other}"),
            Ok(_) => panic!("it starts"),
        }
    };
    fs::set_permissions(file.path(), Permissions::from_mode(0o646)).unwrap();
    let told = refusal().await;
    assert!(told.starts_with("operator.client_ca_file: ") && told.contains("others can change it"), "{told}");
    file.replace("no certificate");
    assert!(refusal().await.contains("there is no certificate"));
    fs::remove_file(file.path()).unwrap();
    assert!(refusal().await.starts_with("operator.client_ca_file: "));
}
