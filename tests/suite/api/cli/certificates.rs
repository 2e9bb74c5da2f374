//! What `otpmint doctor` says about the server's own TLS.

use super::command::Home;
use crate::tls_identity::certificate;

/// A server with a certificate for `localhost`, reached at this address.
fn reached_at(url: &str) -> Home {
    let home = Home::new();
    let (chain, key, _) = certificate();
    home.write("cert.pem", &chain);
    home.write("key.pem", &key);
    home.chmod("key.pem", 0o600);
    home.with("OTPMINT_SERVER__PUBLIC_URL", url)
        .with("OTPMINT_TLS__CERT_FILE", "cert.pem")
        .with("OTPMINT_TLS__KEY_FILE", "key.pem")
}

#[test]
fn doctor_looks_at_the_certificate_and_its_key() {
    let home = reached_at("https://localhost");
    let told = home.run(&["doctor"]);
    assert!(told.is(0).out.contains("ok    certificate until 4096-01-01"), "{told:?}");
    home.chmod("key.pem", 0o644);
    home.run(&["doctor"]).fails(1, &["tls.key_file", "may be read by others (mode 0644)"]);
    home.chmod("key.pem", 0o640);
    home.run(&["doctor"]).is(0);
    home.write("key.pem", &certificate().1);
    home.run(&["doctor"]).fails(1, &["tls.cert_file", "the key does not belong to the certificate"]);
}

#[test]
fn doctor_tells_that_a_certificate_is_for_other_names_than_clients_come_to() {
    let told = "the certificate is for localhost, and server.public_url leads to otp.example";
    reached_at("https://otp.example").run(&["doctor"]).fails(1, &[told]);
    let home = reached_at("https://localhost")
        .with("OTPMINT_OPERATOR__LISTEN", "127.0.0.1:9443")
        .with("OTPMINT_OPERATOR__PUBLIC_URL", "https://ops.example");
    home.run(&["doctor"]).fails(1, &["operator.public_url leads to ops.example"]);
}

#[test]
fn doctor_reads_the_authorities_of_operators_clients() {
    let home = reached_at("https://localhost").with("OTPMINT_OPERATOR__LISTEN", "127.0.0.1:9443");
    home.write("clients.pem", &certificate().2);
    let home = home.with("OTPMINT_OPERATOR__CLIENT_CA_FILE", "clients.pem");
    let told = home.run(&["doctor"]);
    assert!(told.is(0).out.contains("ok    authorities of operators' clients"), "{told:?}");
    home.write("clients.pem", "nothing");
    home.run(&["doctor"]).fails(1, &["operator.client_ca_file", "there is no certificate"]);
}

#[test]
fn doctor_says_what_keeps_an_authority_from_issuing() {
    let home = Home::new().with("OTPMINT_TLS__ACME_DOMAINS", "otp.invalid");
    home.add_tenant();
    let told = home.run(&["doctor"]);
    for note in [
        "note  the authority has issued no certificate yet",
        "note  there is no account with https://acme-v02.api.letsencrypt.org/directory yet",
        "note  the authority asks at port 443 or 80, and the server listens on neither",
        "note  otp.invalid has no address",
    ] {
        assert!(told.is(0).out.contains(note), "{note}: {}", told.out);
    }
}
