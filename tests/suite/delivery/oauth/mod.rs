//! Logins with OAuth: a token endpoint, a mail server that takes its tokens, and what is kept of both.

mod assertions;
mod dovecot;
mod forms;
pub mod logins;
mod refused;
mod renewal;
mod rotation;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use mail_catcher::{MailCatcher, Options};
use otpmint::delivery::net::Trust;
use otpmint::delivery::net::http::HttpClient;
use otpmint::delivery::oauth::{TokenClient, Tokens};
use otpmint::delivery::{Routing, Sender};
use otpmint::domain::deliveries::delivery::TryOutcome;
use otpmint::domain::deliveries::report::TryResult;
use otpmint::domain::outbound_url::OutboundUrl;
use otpmint::domain::tenants::oauth::{LoginId, OAuthGrant, OAuthLogin};
use otpmint::domain::tenants::route::{Route, Transport};
use otpmint::domain::tenants::smtp::{Security, SmtpLogin};
use secrecy::SecretString;

use crate::delivery::support::{
    Clear, JANE, ManualClock, Patience, message, route, routing_over, rule, sender_with,
};
use crate::issuer::Issuer;
use logins::MemoryLogins;

const BOTH: &str = "XOAUTH2 OAUTHBEARER";
const CLIENT_SECRET: &str = "s3cret-of-the-app";
const REFRESH_TOKEN: &str = "first-refresh-token";

/// A mail server, a token endpoint and a sender whose login they share.
struct Lab {
    issuer: Issuer,
    catcher: MailCatcher,
    clock: Arc<ManualClock>,
    logins: Arc<MemoryLogins>,
    routing: Arc<Routing>,
    sender: Arc<Sender>,
}

fn app() -> OAuthGrant {
    let (client_id, client_secret) = ("app-id".to_owned(), SecretString::from(CLIENT_SECRET));
    OAuthGrant::ClientCredentials { client_id, client_secret }
}

fn consent() -> OAuthGrant {
    OAuthGrant::RefreshToken {
        client_id: "app-id".to_owned(),
        client_secret: Some(SecretString::from(CLIENT_SECRET)),
        refresh_token: SecretString::from(REFRESH_TOKEN),
    }
}

impl Lab {
    async fn with(grant: OAuthGrant, mechanisms: &'static str) -> Self {
        let issuer = Issuer::start(mechanisms).await;
        let options = Options { tokens: Some(issuer.tokens.clone()), ..Options::default() };
        let catcher = MailCatcher::start(options, || SystemTime::UNIX_EPOCH).await.unwrap();
        let (clock, logins) = (ManualClock::at_noon(), Arc::new(MemoryLogins::default()));
        let sender = sender_with(1, vec![with_login(&issuer, &catcher, grant)]);
        let routing = Self::routing(&issuer, &catcher, &clock, &logins);
        Self { issuer, catcher, clock, logins, routing, sender }
    }

    /// Routing as in a process that has just started.
    fn routing(
        issuer: &Issuer,
        catcher: &MailCatcher,
        clock: &Arc<ManualClock>,
        logins: &Arc<MemoryLogins>,
    ) -> Arc<Routing> {
        let trust = |pem: &str| Trust::with_authorities(pem.as_bytes()).unwrap();
        let http = HttpClient::new(rule(Clear::Nobody), trust(&issuer.ca_pem));
        // Long enough for a handshake on a busy machine.
        let client = TokenClient::with_patience(http, Duration::from_secs(5));
        let tokens = Tokens::new(client, Arc::clone(logins) as _, Arc::clone(clock) as _);
        let mail = (rule(Clear::Nobody), trust(catcher.ca_pem()));
        // Each message opens a session of its own, so that each needs a token.
        let mut patience = Patience::default();
        patience.smtp.kept = 0;
        Arc::new(routing_over(patience, mail, tokens, Arc::clone(clock)))
    }

    fn restart(&mut self) {
        self.routing = Self::routing(&self.issuer, &self.catcher, &self.clock, &self.logins);
    }

    async fn send(&self) -> TryOutcome {
        self.try_send().await.outcome
    }

    async fn try_send(&self) -> TryResult {
        let mut message = message(JANE);
        message.created_at = otpmint::domain::time::Clock::now(self.clock.as_ref());
        message.expires_at = message.created_at + Duration::from_secs(600);
        self.routing.send(&self.sender, &message).await
    }

    fn asked(&self) -> usize {
        self.issuer.asked().len()
    }
}

/// The route to the catcher with a login of the issuer.
fn with_login(issuer: &Issuer, catcher: &MailCatcher, grant: OAuthGrant) -> Route {
    let mut route = route(2, catcher.address().port(), Security::StartTls);
    let Transport::Smtp(smtp) = &mut route.transport else { unreachable!("a mail server") };
    let token_url = OutboundUrl::kept(&issuer.url).unwrap();
    smtp.login = SmtpLogin::OAuth(OAuthLogin { id: LoginId(7), token_url, scope: "mail".to_owned(), grant });
    route
}
