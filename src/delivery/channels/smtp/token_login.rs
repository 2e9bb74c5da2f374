//! Logins with an access token: XOAUTH2, and OAUTHBEARER (RFC 7628).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::auth_line::line;
use super::extensions::Extensions;
use super::failure::Cause;
use super::reply::Reply;
use super::wire::Wire;
use crate::domain::tenants::smtp::SmtpProfile;

/// The maximum length of a line with AUTH, in octets (RFC 4954 §4).
const MAX_LINE: usize = 12_288;

/// A mechanism for access tokens.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Mechanism {
    XOAuth2,
    OAuthBearer,
}

impl Mechanism {
    /// Returns the one to use: Google and Microsoft list XOAUTH2 first.
    fn offered(extensions: &Extensions) -> Option<Self> {
        match (extensions.xoauth2, extensions.oauthbearer) {
            (true, _) => Some(Self::XOAuth2),
            (false, true) => Some(Self::OAuthBearer),
            (false, false) => None,
        }
    }

    /// Returns the line that begins the login. `^A` separates the parts, so none may contain one.
    fn line(self, profile: &SmtpProfile, token: &str) -> Option<Zeroizing<Vec<u8>>> {
        let SmtpProfile { host, port, username, .. } = profile;
        if username.contains('\x01') || token.contains('\x01') {
            return None;
        }
        let line = match self {
            Self::XOAuth2 => {
                let secret = Zeroizing::new(format!("user={username}\x01auth=Bearer {token}\x01\x01"));
                line("AUTH XOAUTH2 ", &secret)
            }
            Self::OAuthBearer => {
                // The user is a saslname (RFC 5801 §4), in which these two characters are written out.
                let user = username.replace('=', "=3D").replace(',', "=2C");
                let secret = Zeroizing::new(format!(
                    "n,a={user},\x01host={host}\x01port={port}\x01auth=Bearer {token}\x01\x01"
                ));
                line("AUTH OAUTHBEARER ", &secret)
            }
        };
        (line.len() <= MAX_LINE).then_some(line)
    }

    /// Returns the line with which the client takes note of an error, after which the server ends
    /// the login. A client that leaves at once never learns the reason.
    fn dismissal(self) -> &'static [u8] {
        match self {
            Self::XOAuth2 => b"\r\n",
            Self::OAuthBearer => b"AQ==\r\n",
        }
    }
}

/// Logs in with an access token.
pub(super) async fn token_login(
    wire: &mut Wire,
    extensions: &Extensions,
    profile: &SmtpProfile,
    token: &str,
) -> Result<(), Cause> {
    let mechanism = Mechanism::offered(extensions).ok_or(Cause::NoTokenLogin)?;
    let line = mechanism.line(profile, token).ok_or(Cause::NoTokenLogin)?;
    let reply = wire.command(&line).await?;
    match reply.code {
        235 => Ok(()),
        334 => {
            let word = word(&reply);
            let reply = wire.command(mechanism.dismissal()).await?;
            Err(Cause::TokenRefused { reply, word })
        }
        _ => Err(Cause::TokenRefused { reply, word: None }),
    }
}

/// The error that a server sends in a challenge (RFC 7628 §3.2.2).
#[derive(Deserialize)]
struct Challenge {
    status: String,
}

/// Returns the reason as a word of ours: never the server's own text.
fn word(reply: &Reply) -> Option<&'static str> {
    let text = reply.lines.first()?;
    let json = STANDARD.decode(text.trim()).ok()?;
    let challenge: Challenge = serde_json::from_slice(&json).ok()?;
    Some(match challenge.status.as_str() {
        "400" | "401" | "invalid_token" => "token_invalid",
        "403" | "insufficient_scope" => "token_scope_insufficient",
        _ => "token_refused",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(username: &str) -> SmtpProfile {
        let mut profile = SmtpProfile::from_compat("smtp.example.com", 587, "a@example.com", "x").unwrap();
        profile.username = username.to_owned();
        profile
    }

    fn decoded(line: &[u8]) -> String {
        let text = std::str::from_utf8(line).unwrap().trim_end();
        String::from_utf8(STANDARD.decode(text.rsplit(' ').next().unwrap()).unwrap()).unwrap()
    }

    #[test]
    fn lines_are_as_the_mechanisms_write_them() {
        let line = Mechanism::XOAuth2
            .line(&profile("someuser@example.com"), "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg");
        let example = b"AUTH XOAUTH2 dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52YjNSbGNrQmhkSFJoZG1semRHRXVZMjl0Q2cBAQ==\r\n";
        assert_eq!(line.unwrap().as_slice(), example);
        let line = Mechanism::OAuthBearer.line(&profile("a=b,c@example.com"), "t0ken").unwrap();
        assert_eq!(
            decoded(&line),
            "n,a=a=3Db=2Cc@example.com,\x01host=smtp.example.com\x01port=587\x01auth=Bearer t0ken\x01\x01"
        );
    }

    #[test]
    fn what_does_not_fit_into_its_field_or_its_line_is_not_sent() {
        let xoauth2 = Mechanism::XOAuth2;
        assert!(xoauth2.line(&profile("a\x01auth=Bearer other"), "t").is_none());
        assert!(xoauth2.line(&profile("a"), "t\x01").is_none());
        assert!(xoauth2.line(&profile(&"u".repeat(320)), &"t".repeat(8 * 1_024)).is_some());
        assert!(xoauth2.line(&profile("a"), &"t".repeat(12_000)).is_none());
    }

    #[test]
    fn a_reason_is_kept_as_a_word() {
        let word = |json: &str| word(&Reply { code: 334, lines: vec![STANDARD.encode(json)] });
        let google = r#"{"status":"401","schemes":"bearer","scope":"https://mail.google.com/"}"#;
        assert_eq!(word(google), Some("token_invalid"));
        assert_eq!(word(r#"{"status":"insufficient_scope"}"#), Some("token_scope_insufficient"));
        assert_eq!(word(r#"{"status":"<script>"}"#), Some("token_refused"));
        assert_eq!((word(""), word("[]"), word(r#"{"status":7}"#)), (None, None, None));
    }
}
