//! Logins with an access token: XOAUTH2, and OAUTHBEARER (RFC 7628).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::command::Mechanism;
use crate::fault::Stage;
use crate::options::AccessTokens;
use crate::session::{Ended, Session};
use crate::wire::Line;

impl Session {
    /// Answers AUTH with a token. A refused one gets a challenge with the reason first.
    pub(crate) async fn token_auth(
        &mut self,
        mechanism: Mechanism,
        initial: Option<String>,
        tokens: &AccessTokens,
    ) -> Result<(), Ended> {
        let (name, dismissal, status) = match mechanism {
            Mechanism::XOAuth2 => ("XOAUTH2", "", "401"),
            Mechanism::OAuthBearer => ("OAUTHBEARER", "AQ==", "invalid_token"),
            _ => return self.reply(504, "5.5.4 unknown mechanism").await,
        };
        if !tokens.mechanisms.split(' ').any(|offered| offered == name) {
            return self.reply(504, "5.5.4 unknown mechanism").await;
        }
        if self.gate(Stage::Auth).await?.is_answered() {
            return Ok(());
        }
        let Some((username, token)) = initial.as_deref().and_then(|response| read(mechanism, response))
        else {
            return self.reply(501, "5.5.2 cannot decode the response").await;
        };
        if tokens.admit(&token) {
            self.username = Some(username);
            return self.reply(235, "2.7.0 authentication succeeded").await;
        }
        let reason = format!("{{\"status\":\"{status}\",\"schemes\":\"bearer\",\"scope\":\"mail\"}}");
        self.reply(334, &STANDARD.encode(reason)).await?;
        match self.wire.line().await? {
            Line::Text(line) if line == dismissal => {
                self.reply(535, "5.7.8 username and token not accepted").await
            }
            _ => self.reply(500, "5.5.2 not what the mechanism demands").await,
        }
    }
}

/// Returns the user and the token of a response.
fn read(mechanism: Mechanism, response: &str) -> Option<(String, String)> {
    let text = String::from_utf8(STANDARD.decode(response).ok()?).ok()?;
    let mut fields = text.strip_suffix("\x01\x01")?.split('\x01');
    let first = fields.next()?;
    let user = match mechanism {
        Mechanism::XOAuth2 => first.strip_prefix("user=")?.to_owned(),
        _ => first.strip_prefix("n,a=")?.strip_suffix(',')?.replace("=2C", ",").replace("=3D", "="),
    };
    let token = fields.find_map(|field| field.strip_prefix("auth=Bearer "))?;
    Some((user, token.to_owned()))
}
