//! Logins (RFC 4954, RFC 4616).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::command::Mechanism;
use crate::fault::{Fault, Stage};
use crate::session::{Ended, Session};
use crate::wire::Line;

/// What the client sent in place of a login.
struct NotALogin;

impl Session {
    /// Answers AUTH.
    pub(crate) async fn auth(&mut self, mechanism: Mechanism, initial: Option<String>) -> Result<(), Ended> {
        if !self.takes_mail_here() {
            return self.reply(538, "5.7.11 encryption required for the requested mechanism").await;
        }
        if self.username.is_some() || self.from.is_some() {
            return self.reply(503, "5.5.1 not now").await;
        }
        if let Some(tokens) = self.shared.options.tokens.clone() {
            return self.token_auth(mechanism, initial, &tokens).await;
        }
        let other = mechanism == Mechanism::Plain && self.has_fault(&Fault::AuthLoginOnly);
        let known = matches!(mechanism, Mechanism::Plain | Mechanism::Login);
        if other || !known || self.has_fault(&Fault::AuthUnknownMechanism) {
            return self.reply(504, "5.5.4 unknown mechanism").await;
        }
        let login = match mechanism {
            Mechanism::Plain => self.read_plain(initial).await?,
            _ => self.read_login(initial).await?,
        };
        if self.gate(Stage::Auth).await?.is_answered() {
            return Ok(());
        }
        let Ok((username, password)) = login else {
            return self.reply(501, "5.5.2 cannot decode the response").await;
        };
        self.decide(username, &password).await
    }

    async fn decide(&mut self, username: String, password: &str) -> Result<(), Ended> {
        if self.has_fault(&Fault::AuthTemporary) {
            return self.reply(454, "4.7.0 temporary authentication failure").await;
        }
        let credentials = self.shared.options.credentials.as_ref();
        let admitted = credentials.is_none_or(|credentials| credentials.admit(&username, password));
        if !admitted || self.has_fault(&Fault::AuthRefused) {
            return self.reply(535, "5.7.8 authentication credentials invalid").await;
        }
        self.username = Some(username);
        self.reply(235, "2.7.0 authentication succeeded").await
    }

    async fn read_plain(
        &mut self,
        initial: Option<String>,
    ) -> Result<Result<(String, String), NotALogin>, Ended> {
        let response = match initial {
            Some(response) => response,
            None => self.challenge("").await?,
        };
        let Some(message) = decoded(&response) else { return Ok(Err(NotALogin)) };
        let mut fields = message.split('\0').skip(1);
        Ok(match (fields.next(), fields.next(), fields.next()) {
            (Some(username), Some(password), None) => Ok((username.to_owned(), password.to_owned())),
            _ => Err(NotALogin),
        })
    }

    async fn read_login(
        &mut self,
        initial: Option<String>,
    ) -> Result<Result<(String, String), NotALogin>, Ended> {
        let username = match initial {
            Some(response) => response,
            None => self.challenge("VXNlcm5hbWU6").await?,
        };
        let password = self.challenge("UGFzc3dvcmQ6").await?;
        Ok(decoded(&username).zip(decoded(&password)).ok_or(NotALogin))
    }

    /// Sends a 334 and reads the response, which no transcript gets to see.
    async fn challenge(&mut self, text: &str) -> Result<String, Ended> {
        self.reply(334, text).await?;
        let response = match self.wire.line().await? {
            Line::Text(response) => response,
            Line::TooLong => String::new(),
        };
        self.transcript.client("(secret)");
        Ok(response)
    }
}

fn decoded(response: &str) -> Option<String> {
    String::from_utf8(STANDARD.decode(response.trim()).ok()?).ok()
}
