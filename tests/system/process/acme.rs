//! Certificates that the server gets by itself, from a real authority, and that a real client takes.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::support::client::{Wire, get, request};
use crate::support::eventually;
use crate::support::lab::need;
use crate::support::pebble::Pebble;
use crate::support::ports::Port;
use crate::support::postgres::server::Server as Postgres;
use crate::support::server::Server;

const NAME: &str = "otp.example.com";
const LONG: Duration = Duration::from_secs(90 * 86_400);
const ISSUED_BY: Duration = Duration::from_secs(40);

/// The port of a server that is not started yet.
fn port(server: &Server) -> u16 {
    server.address().rsplit(':').next().unwrap().parse().unwrap()
}

/// A server that gets a certificate from this authority.
fn configured(server: Server, pebble: &Pebble) -> Server {
    server
        .env("OTPMINT_TLS__ACME_DOMAINS", NAME)
        .env("OTPMINT_TLS__ACME_EMAIL", "admin@example.com")
        .env("OTPMINT_TLS__ACME_DIRECTORY", &pebble.directory())
        .env("OTPMINT_TLS__ACME_CA_FILE", &pebble.ca_file())
}

/// What a browser gets at the server's name, if it takes the certificate: status and protocol, and the serial number.
fn browse(port: u16, root: &Path) -> Option<(String, String)> {
    let asked = Command::new("curl")
        .args(["-s", "--noproxy", "*", "--http2", "-w", "%{http_code} %{http_version}", "-o", "/dev/null"])
        .args(["--resolve", &format!("{NAME}:{port}:127.0.0.1"), "--cacert"])
        .arg(root)
        .arg(format!("https://{NAME}:{port}/readyz"))
        .output()
        .expect("curl runs");
    let shown = format!(
        "echo | openssl s_client -connect 127.0.0.1:{port} -servername {NAME} 2>/dev/null | openssl x509 -noout -serial"
    );
    let serial = Command::new("bash").args(["-c", &shown]).output().expect("openssl runs");
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).trim().to_owned();
    asked.status.success().then(|| (text(asked.stdout), text(serial.stdout)))
}

#[track_caller]
fn browsed(server: &Server, pebble: &Pebble, root: &Path) -> String {
    let found = eventually(ISSUED_BY, || browse(port(server), root));
    let (told, serial) = found.unwrap_or_else(|| panic!("{}\n{}", server.output(), pebble.log()));
    assert_eq!(told, "200 2");
    serial
}

#[test]
fn a_name_is_proved_over_http_and_browsers_are_sent_to_tls() {
    let (plain, server) = (Port::lease(), Server::new(""));
    let http = format!("127.0.0.1:{}", plain.number());
    let Some(pebble) = need(Pebble::start(plain.number(), 1, LONG)) else { return };
    let mut server = configured(server, &pebble).env("OTPMINT_TLS__HTTP_LISTEN", &http);
    server.spawn();
    browsed(&server, &pebble, &pebble.root_file());
    let answer = get(&http, "/.well-known/acme-challenge/unknown").unwrap();
    assert_eq!((answer.status, answer.body.as_str()), (404, ""));
    let answer = get(&http, "//elsewhere.example/c/x?y=%20z").unwrap();
    assert_eq!(answer.status, 308);
    let to = format!("https://{NAME}:{}//elsewhere.example/c/x?y=%20z", port(&server));
    assert_eq!(answer.header("location"), Some(to.as_str()));
    let mut wire = Wire::open(&http).unwrap();
    wire.send(request("POST", "/otp", &["Content-Type: application/json"], r#"{"secretKey":"x"}"#)).unwrap();
    let answer = wire.reply().unwrap();
    assert_eq!((answer.status, answer.header("location")), (403, None));
}

#[test]
fn a_name_is_proved_over_tls_and_its_certificate_outlives_the_authority() {
    let server = Server::new("");
    let Some(mut pebble) = need(Pebble::start(1, port(&server), LONG)) else { return };
    let mut server = configured(server, &pebble);
    server.spawn();
    let root = pebble.root_file();
    let serial = browsed(&server, &pebble, &root);
    pebble.kill();
    assert!(server.terminate(Duration::from_secs(15)).is_some_and(|status| status.success()));
    server.spawn();
    assert_eq!(browsed(&server, &pebble, &root), serial, "the one from before");
    // Whoever asks for a proof that nobody has ordered learns nothing.
    let asked = Command::new("openssl")
        .args(["s_client", "-connect", &server.address(), "-servername", NAME, "-alpn", "acme-tls/1"])
        .stdin(std::process::Stdio::null())
        .output()
        .expect("openssl runs");
    let said = String::from_utf8_lossy(&asked.stdout).into_owned();
    assert!(said.contains("no peer certificate available"), "{said}");
    let files = std::fs::read_dir(server.data()).unwrap().map(|entry| entry.unwrap().file_name());
    let names: Vec<_> = files.map(|name| name.to_string_lossy().into_owned()).collect();
    assert!(names.iter().all(|name| !name.contains("pem") && !name.contains("acme")), "{names:?}");
}

#[test]
fn a_certificate_is_renewed_before_it_expires() {
    let server = Server::new("");
    let Some(pebble) = need(Pebble::start(1, port(&server), Duration::from_secs(45))) else { return };
    let mut server = configured(server, &pebble);
    server.spawn();
    let root = pebble.root_file();
    let first = browsed(&server, &pebble, &root);
    let next = eventually(Duration::from_secs(60), || {
        let (_, serial) = browse(port(&server), &root)?;
        (serial != first).then_some(serial)
    });
    assert!(next.is_some(), "{}", server.output());
}

#[test]
fn a_refusal_is_told_with_when_it_is_tried_again() {
    let server = Server::new("");
    // It looks at a port where nobody is.
    let nobody = Port::lease();
    let Some(pebble) = need(Pebble::start(nobody.number(), nobody.number(), LONG)) else { return };
    let mut server = configured(server, &pebble);
    server.spawn();
    let told = eventually(ISSUED_BY, || server.log().contains("no certificate was issued").then_some(()));
    assert!(told.is_some(), "{}", server.log());
    assert!(server.log().contains("again_in_seconds=60"), "{}", server.log());
    assert!(browse(port(&server), &pebble.root_file()).is_none());
}

#[test]
fn any_server_of_a_database_answers_the_authority_and_all_serve_the_certificate() {
    let Some(postgres) = need(Postgres::shared()) else { return };
    let schema = postgres.schema();
    let [first, second] = [(); 2].map(|()| Server::new("").env("OTPMINT_STORE__URL", &schema.url()));
    // Names are proved at the second one, and the first keeps house.
    let Some(pebble) = need(Pebble::start(1, port(&second), LONG)) else { return };
    let mut first = configured(first, &pebble);
    first.spawn();
    let has_house = eventually(ISSUED_BY, || first.log().contains("listening").then_some(()));
    assert!(has_house.is_some(), "{}", first.output());
    let key = first.data().join("master.key").display().to_string();
    let mut second = configured(second, &pebble).env("OTPMINT_KEYS__MASTER_KEY_FILE", &key);
    second.spawn();
    // The first try comes before the second one listens, and the next a minute later.
    let root = pebble.root_file();
    let serials = eventually(Duration::from_secs(120), || {
        Some([browse(port(&first), &root)?.1, browse(port(&second), &root)?.1])
    });
    let [one, other] = serials.unwrap_or_else(|| panic!("{}\n{}", first.output(), second.output()));
    assert_eq!(one, other);
}

/// Status, headers and body of an answer, each line as it came.
fn answer(pebble: &Pebble, url: &str) -> Option<String> {
    let resolve = [80, 443].map(|port| format!("{NAME}:{port}:127.0.0.1"));
    let mut curl = pebble.curl();
    curl.args(["-i", "--resolve", &resolve[0], "--resolve", &resolve[1], "--cacert"]).arg(pebble.root_file());
    let asked = curl.arg(url).output().expect("curl runs");
    asked.status.success().then(|| String::from_utf8_lossy(&asked.stdout).to_lowercase())
}

#[test]
fn without_a_proxy_two_settings_suffice() {
    let Some(pebble) = need(Pebble::start_apart(LONG)) else { return };
    let two = format!("[tls]\nacme_domains = [{NAME:?}]\nacme_directory = {:?}\n", pebble.directory());
    let unset = ["DATA_DIR", "SERVER__LISTEN", "SERVER__METRICS_LISTEN"];
    let unset = unset.map(|name| ["-u".to_owned(), format!("OTPMINT_{name}")]).concat();
    let mut server = Server::new(&two)
        .command(|serve| [pebble.inside(), &["env".to_owned()], &unset, &serve].concat())
        // The authority of the test is one that the system trusts, as that of the default is.
        .env("SSL_CERT_FILE", &pebble.ca_file());
    server.spawn();
    let console = format!("https://{NAME}/console/sign-in");
    let page = eventually(ISSUED_BY, || answer(&pebble, &console));
    let page = page.unwrap_or_else(|| panic!("{}\n{}", server.output(), pebble.log()));
    assert!(page.starts_with("http/2 200"), "{page}");
    assert!(page.contains("\nstrict-transport-security: max-age=31536000\r\n"), "{page}");
    let link = format!("https://{NAME}/console/setup/");
    assert!(server.output().contains(&link), "{}", server.output());
    let sent_on = answer(&pebble, &format!("http://{NAME}/console/sign-in")).unwrap();
    assert!(sent_on.starts_with("http/1.1 308"), "{sent_on}");
    assert!(sent_on.contains(&format!("\nlocation: {console}\r\n")), "{sent_on}");
    assert!(!sent_on.contains("strict-transport-security"), "{sent_on}");
}
