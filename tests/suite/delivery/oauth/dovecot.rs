//! Logins with tokens at a submission service that others wrote, with tokens that others issue.

use std::sync::Arc;
use std::time::SystemTime;

use mail_catcher::{MailCatcher, Options, TlsMode};
use otpmint::delivery::net::Trust;
use otpmint::delivery::net::http::HttpClient;
use otpmint::delivery::oauth::{TokenClient, Tokens};
use otpmint::domain::deliveries::delivery::DeliveryError::AuthenticationFailed;
use otpmint::domain::deliveries::delivery::TryOutcome::{Accepted, Refused};
use otpmint::domain::deliveries::report::TryResult;
use otpmint::domain::outbound_url::OutboundUrl;
use otpmint::domain::tenants::oauth::{LoginId, OAuthGrant, OAuthLogin};
use otpmint::domain::tenants::route::Transport;
use otpmint::domain::tenants::smtp::{Security, SmtpLogin};
use secrecy::SecretString;

use super::logins::MemoryLogins;
use crate::delivery::support::{
    Clear, JANE, ManualClock, Patience, message, route, routing_over, rule, sender_with,
};
use crate::support::dovecot::Dovecot;
use crate::support::lab::need;

/// Sends a mail as this user, who is also the client that asks for the token.
async fn send_as(user: &str, dovecot: &Dovecot) -> TryResult {
    let trust = || Trust::with_authorities(&dovecot.ca_pem()).unwrap();
    let clock = ManualClock::at_noon();
    let client = TokenClient::new(HttpClient::new(rule(Clear::Nobody), trust()));
    let tokens = Tokens::new(client, Arc::new(MemoryLogins::default()), clock.clone());
    let routing = routing_over(Patience::default(), (rule(Clear::Nobody), trust()), tokens, clock);
    let mut route = route(2, dovecot.submission_port(), Security::StartTls);
    let Transport::Smtp(smtp) = &mut route.transport else { unreachable!("a mail server") };
    user.clone_into(&mut smtp.username);
    smtp.login = SmtpLogin::OAuth(OAuthLogin {
        id: LoginId(1),
        token_url: OutboundUrl::kept(&dovecot.token_url()).unwrap(),
        scope: "mail".to_owned(),
        grant: OAuthGrant::ClientCredentials {
            client_id: user.to_owned(),
            client_secret: SecretString::from("s3cret"),
        },
    });
    routing.send(&sender_with(1, vec![route]), &message(JANE)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn dovecot_takes_mails_with_either_mechanism_and_its_reason_for_a_refusal_is_kept() {
    for (mechanisms, used) in
        [("xoauth2 oauthbearer", "XOAUTH2"), ("xoauth2", "XOAUTH2"), ("oauthbearer", "OAUTHBEARER")]
    {
        let options = Options { tls: TlsMode::Plain, ..Options::default() };
        let relay = MailCatcher::start(options, || SystemTime::UNIX_EPOCH).await.unwrap();
        let port = relay.address().port();
        let Some(dovecot) = need(Dovecot::start(mechanisms, port)) else { return };
        let sent = send_as(Dovecot::USER, &dovecot).await;
        assert_eq!(sent.outcome, Accepted, "{mechanisms}: {sent:?} {}", dovecot.log());
        assert_eq!(relay.received(), 1);
        assert!(dovecot.log().contains(&format!("method={used}")), "{}", dovecot.log());
        let refused = send_as("nobody@example.test", &dovecot).await;
        assert_eq!(refused.outcome, Refused(AuthenticationFailed), "{}", dovecot.log());
        assert_eq!(refused.tried.unwrap().word, Some("token_invalid"), "{}", dovecot.log());
        assert_eq!(relay.received(), 1);
    }
}
