//! What a client of the original does, against a real Postfix with STARTTLS and a login.

use serde_json::json;

use crate::process::app::{KEY, settings, wrong};
use crate::support::client::{self, Reply};
use crate::support::lab::need;
use crate::support::postfix::Postfix;
use crate::support::server::Server;

/// The login is also the sender, and must be an address: `otp` at the realm of the account.
const LOGIN: &str = "otp@mx.example.test";

fn server_for(postfix: &Postfix) -> Server {
    server_trusting(&postfix.ca_file().display().to_string())
}

fn server_trusting(ca_file: &str) -> Server {
    // Temporary refusals are retried for as long as the caller waits.
    Server::new(&settings(ca_file)).env("OTPMINT_DELIVERY__WAIT_SECONDS", "2")
}

fn register(server: &Server, postfix: &Postfix, key: &str, password: &str) -> Reply {
    let body = json!({
        "secretKey": key, "smtp_host": "localhost", "smtp_port": postfix.submission_port(),
        "smtp_mail": LOGIN, "smtp_password": password,
    });
    client::post(&server.address(), "/reg_secretkey", &[], &body).unwrap()
}

fn mint(server: &Server, key: &str, to: &str) -> Reply {
    client::post(&server.address(), "/otp", &[], &json!({ "mail": to, "secretKey": key })).unwrap()
}

fn verify(server: &Server, key: &str, code: &str) -> Reply {
    let body = json!({ "shareableKey": key, "otp": code });
    client::post(&server.address(), "/verify-otp", &[], &body).unwrap()
}

#[test]
fn a_client_of_the_original_registers_mints_and_verifies_over_starttls() {
    let Some(postfix) = need(Postfix::shared()) else { return };
    let server = server_for(postfix).start();
    let registered = register(&server, postfix, KEY, Postfix::PASSWORD);
    assert_eq!(registered.told(), (200, "Registration of secretKey succeeded."));

    let minted = mint(&server, KEY, "jane.original@example.com");
    assert_eq!(minted.status, 200, "{}\n{}", minted.body, postfix.log());
    let key = minted.body;
    assert!(key.len() >= 10 && key.bytes().all(|b| b.is_ascii_alphanumeric()), "{key}");

    let mail = postfix.wait_for_mail("jane.original@example.com");
    assert!(mail.raw.contains("ESMTPSA"), "sent without TLS or login:\n{}", mail.raw);
    let code = mail.digits(6).expect("a code of six digits").to_owned();
    assert!(!mail.header("Subject").unwrap().contains(&code));

    assert_eq!(verify(&server, &key, &wrong(&code)).told(), (403, "OTP Mismatched!"));
    assert_eq!(verify(&server, &key, &code).told(), (201, "OTP Matched!"));
    assert_eq!(verify(&server, &key, &code).status, 400);
    assert_eq!(postfix.mails_to("jane.original@example.com").len(), 1);
}

#[test]
fn what_postfix_refuses_is_told_in_words_and_nothing_is_acknowledged() {
    let Some(postfix) = need(Postfix::shared()) else { return };
    let server = server_for(postfix).start();
    register(&server, postfix, KEY, Postfix::PASSWORD);
    register(&server, postfix, "wR9-login-of-nobody-77-x", "not-the-password");
    let wrong_login = ("wR9-login-of-nobody-77-x", "anyone@example.com", "refused the login");
    for (key, to, reason) in [
        (KEY, "greylist@example.com", "refused the recipient"),
        (KEY, "full@example.com", "refused the recipient"),
        (KEY, "nouser@example.com", "refused the recipient"),
        wrong_login,
    ] {
        let refused = mint(&server, key, to);
        assert_eq!(refused.status, 400, "{to}: {}", refused.body);
        assert!(
            refused.body.starts_with("Error: ") && refused.body.contains(reason),
            "{to}: {}",
            refused.body
        );
        assert!(!refused.body.contains("5.1.1"), "a stranger's words were passed on: {}", refused.body);
        assert!(postfix.mails_to(to).is_empty());
    }
    assert_eq!(mint(&server, KEY, "after.the.refusals@example.com").status, 200);
}

#[test]
fn a_certificate_of_an_unknown_authority_is_refused_before_the_login() {
    let Some(postfix) = need(Postfix::shared()) else { return };
    // Without `outbound.ca_file` only the system's authorities are trusted.
    let server = server_trusting("").start();
    register(&server, postfix, KEY, Postfix::PASSWORD);
    let refused = mint(&server, KEY, "never.sent@example.com");
    assert_eq!(refused.status, 400);
    assert!(refused.body.contains("no trusted TLS session"), "{}", refused.body);
    assert!(postfix.mails_to("never.sent@example.com").is_empty());
}

#[test]
fn a_port_with_tls_from_the_first_byte_is_refused_unless_it_is_465() {
    let Some(postfix) = need(Postfix::shared()) else { return };
    let server = server_for(postfix).start();
    let body = json!({
        "secretKey": KEY, "smtp_host": "localhost", "smtp_port": postfix.smtps_port(),
        "smtp_mail": LOGIN, "smtp_password": Postfix::PASSWORD,
    });
    assert_eq!(client::post(&server.address(), "/reg_secretkey", &[], &body).unwrap().status, 200);
    let refused = mint(&server, KEY, "waits.for.a.greeting@example.com");
    assert_eq!((refused.status, &refused.body[..7]), (400, "Error: "), "{}", refused.body);
}
