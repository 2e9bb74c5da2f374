//! No password and no message is sent in clear, and nothing received in clear is trusted.

use std::time::SystemTime;

use mail_catcher::{CertificateKind, Fault, Injection, MailCatcher, Options, TlsMode, Transport};
use otpmint::delivery::net::Trust;
use otpmint::domain::deliveries::delivery::DeliveryError::{HostNotAllowed, TlsFailed};
use otpmint::domain::deliveries::delivery::TryOutcome::{Accepted, Refused};
use otpmint::domain::network::{OutboundRule, PortRule};
use otpmint::domain::tenants::smtp::Security;

use crate::delivery::support::{
    Clear, JANE, ManualClock, Patience, Scripted, catcher, catcher_with, clear_routing, plain_catcher,
    routing, routing_by, routing_with, rule, send, sender, sender_to, short,
};

/// Everything that clients said, in clear or otherwise.
fn said(catcher: &MailCatcher) -> String {
    let transcripts = catcher.transcripts().concat();
    transcripts.into_iter().filter(|line| line.starts_with("C:")).collect()
}

fn nothing_was_given_away(catcher: &MailCatcher) {
    let said = said(catcher);
    assert!(!said.contains("AUTH") && !said.contains("MAIL"), "{said}");
    assert_eq!(catcher.received(), 0);
}

#[tokio::test]
async fn without_starttls_nothing_is_sent() {
    let catcher = catcher(vec![Fault::StartTlsNotOffered.always()]).await;
    assert_eq!(send(&routing(&catcher), &sender(&catcher)).await, Refused(TlsFailed));
    nothing_was_given_away(&catcher);
}

#[tokio::test]
async fn a_certificate_that_does_not_prove_the_host_is_refused() {
    for certificate in [CertificateKind::SelfSigned, CertificateKind::WrongHost, CertificateKind::Expired] {
        for (tls, security) in
            [(TlsMode::StartTls, Security::StartTls), (TlsMode::Implicit, Security::Implicit)]
        {
            let catcher = catcher_with(Options { tls, certificate, ..Options::default() }).await;
            let sender = sender_to(1, catcher.address().port(), security);
            let outcome = send(&routing(&catcher), &sender).await;
            assert_eq!(outcome, Refused(TlsFailed), "{certificate:?} {tls:?}");
            nothing_was_given_away(&catcher);
        }
    }
}

#[tokio::test]
async fn an_authority_that_the_operator_did_not_name_is_not_trusted() {
    let catcher = catcher(Vec::new()).await;
    let clock = ManualClock::at_noon();
    let routing = routing_by(Patience::default(), rule(Clear::Nobody), Trust::system(), clock);
    assert_eq!(send(&routing, &sender(&catcher)).await, Refused(TlsFailed));
    nothing_was_given_away(&catcher);
}

#[tokio::test]
async fn replies_injected_behind_starttls_are_not_believed() {
    for injection in [Injection::EhloReply, Injection::WholeSession] {
        let catcher = catcher(vec![Fault::StartTlsInjection(injection).always()]).await;
        let outcome = send(&routing_with(&catcher, short()), &sender(&catcher)).await;
        assert_eq!(outcome, Refused(TlsFailed), "{injection:?}");
        nothing_was_given_away(&catcher);
    }
}

#[tokio::test]
async fn what_is_no_tls_is_refused() {
    let catcher = catcher(vec![Fault::StartTlsGarbage.always()]).await;
    assert_eq!(send(&routing_with(&catcher, short()), &sender(&catcher)).await, Refused(TlsFailed));
    // Neither is a server that speaks in clear where TLS is expected from the first byte.
    let catcher = plain_catcher(Vec::new()).await;
    let sender = sender_to(1, catcher.address().port(), Security::Implicit);
    assert_eq!(send(&routing_with(&catcher, short()), &sender).await, Refused(TlsFailed));
}

#[tokio::test]
async fn a_forged_offer_of_auth_in_clear_gets_no_password() {
    let server = Scripted::start(&[&[
        ("", "220 hello\r\n"),
        ("\r\n", "250-hello\r\n250-AUTH PLAIN LOGIN\r\n250 PIPELINING\r\n"),
    ]])
    .await;
    let catcher = catcher(Vec::new()).await;
    let sender = sender_to(1, server.port, Security::StartTls);
    assert_eq!(send(&routing_with(&catcher, short()), &sender).await, Refused(TlsFailed));
    assert!(server.said()[0].starts_with("EHLO ") && server.said()[0].lines().count() == 1);
}

#[tokio::test]
async fn a_private_host_that_the_operator_did_not_allow_is_not_connected_to() {
    let catcher = catcher(Vec::new()).await;
    let trust = || Trust::with_authorities(catcher.ca_pem().as_bytes()).unwrap();
    let port = catcher.address().port();
    for rule in [
        OutboundRule::new(&[], &[], PortRule::Any).unwrap(),
        OutboundRule::new(&["localhost".to_owned()], &[], PortRule::Only(vec![25])).unwrap(),
    ] {
        let routing = routing_by(Patience::default(), rule, trust(), ManualClock::at_noon());
        let sender = sender_to(1, port, Security::StartTls);
        assert_eq!(send(&routing, &sender).await, Refused(HostNotAllowed));
    }
    assert_eq!(catcher.connections(), 0);
}

#[tokio::test]
async fn where_the_operator_allows_clear_sessions_the_mail_goes_without_a_login() {
    let catcher = plain_catcher(Vec::new()).await;
    let sender = sender_to(1, catcher.address().port(), Security::StartTls);
    assert_eq!(send(&clear_routing(short()), &sender).await, Accepted);
    let mail = catcher.wait_for(JANE).await.unwrap();
    assert_eq!((mail.session.transport, &mail.session.username), (Transport::Clear, &None));
    assert!(!said(&catcher).contains("AUTH"));
}

#[tokio::test]
async fn where_clear_sessions_are_allowed_tls_is_used_if_it_is_offered_and_sound() {
    for (certificate, transport) in
        [(CertificateKind::Trusted, Transport::Tls), (CertificateKind::SelfSigned, Transport::Clear)]
    {
        let faults = vec![Fault::StartTlsNotOffered.after(1)];
        let options = Options { certificate, faults, ..Options::default() };
        let catcher = MailCatcher::start(options, || SystemTime::UNIX_EPOCH).await.unwrap();
        let trust = Trust::with_authorities(catcher.ca_pem().as_bytes()).unwrap();
        let routing = routing_by(short(), rule(Clear::Localhost), trust, ManualClock::at_noon());
        assert_eq!(send(&routing, &sender(&catcher)).await, Accepted);
        assert_eq!(catcher.wait_for(JANE).await.unwrap().session.transport, transport);
        assert!(!said(&catcher).contains("AUTH"));
    }
}
