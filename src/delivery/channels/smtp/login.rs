//! SMTP login (RFC 4954), over TLS only.

use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::auth_line::line;
use super::extensions::Extensions;
use super::failure::Cause;
use super::token_login::token_login;
use super::wire::Wire;
use crate::delivery::net::tls::Encrypted;
use crate::domain::tenants::smtp::SmtpProfile;

/// What proves a login.
pub(super) enum Proof<'a> {
    /// Nothing, where no login is needed.
    None,
    Password(&'a SecretString),
    Token(&'a SecretString),
}

/// Logs in. Because it requires the proof of encryption, no secret is ever sent over a plaintext
/// connection.
pub(super) async fn login(
    wire: &mut Wire,
    _encrypted: Encrypted,
    extensions: &Extensions,
    profile: &SmtpProfile,
    proof: &Proof<'_>,
) -> Result<(), Cause> {
    match proof {
        Proof::None => Err(Cause::NoLogin),
        Proof::Password(password) => {
            password_login(wire, extensions, &profile.username, password.expose_secret()).await
        }
        Proof::Token(token) => token_login(wire, extensions, profile, token.expose_secret()).await,
    }
}

/// Logs in with PLAIN, or with LOGIN if the server offers nothing else.
async fn password_login(
    wire: &mut Wire,
    extensions: &Extensions,
    username: &str,
    password: &str,
) -> Result<(), Cause> {
    // NUL separates the parts of PLAIN, so neither part may contain one.
    if username.contains('\0') || password.contains('\0') {
        return Err(Cause::NoLogin);
    }
    if extensions.plain {
        let secret = Zeroizing::new(format!("\0{username}\0{password}"));
        return expect(wire, 235, &line("AUTH PLAIN ", &secret)).await;
    }
    if !extensions.login {
        return Err(Cause::NoLogin);
    }
    expect(wire, 334, b"AUTH LOGIN\r\n").await?;
    expect(wire, 334, &line("", username)).await?;
    expect(wire, 235, &line("", password)).await
}

async fn expect(wire: &mut Wire, code: u16, bytes: &[u8]) -> Result<(), Cause> {
    let reply = wire.command(bytes).await?;
    if reply.code == code { Ok(()) } else { Err(Cause::Answered(reply)) }
}
