//! SMTP login (RFC 4954), over TLS only.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::ExposeSecret as _;
use zeroize::Zeroizing;

use super::extensions::Extensions;
use super::failure::Cause;
use super::wire::Wire;
use crate::delivery::net::tls::Encrypted;
use crate::domain::tenants::smtp::SmtpProfile;

/// Logs in with PLAIN, or with LOGIN if the server offers nothing else. Because it requires the
/// proof of encryption, the password is never sent over a plaintext connection.
pub(super) async fn login(
    wire: &mut Wire,
    _encrypted: Encrypted,
    extensions: &Extensions,
    profile: &SmtpProfile,
) -> Result<(), Cause> {
    let password = profile.password.expose_secret();
    // NUL separates the parts of PLAIN, so neither part may contain one.
    if profile.username.contains('\0') || password.contains('\0') {
        return Err(Cause::NoLogin);
    }
    if extensions.plain {
        let secret = Zeroizing::new(format!("\0{}\0{password}", profile.username));
        return expect(wire, 235, &line("AUTH PLAIN ", &secret)).await;
    }
    if !extensions.login {
        return Err(Cause::NoLogin);
    }
    expect(wire, 334, b"AUTH LOGIN\r\n").await?;
    expect(wire, 334, &line("", &profile.username)).await?;
    expect(wire, 235, &line("", password)).await
}

fn line(command: &str, secret: &str) -> Zeroizing<Vec<u8>> {
    // Reserve everything at once: growing would leave copies behind that nobody erases.
    let mut line = Zeroizing::new(String::with_capacity(command.len() + secret.len() * 4 / 3 + 8));
    line.push_str(command);
    STANDARD.encode_string(secret, &mut line);
    line.push_str("\r\n");
    Zeroizing::new(std::mem::take(&mut *line).into_bytes())
}

async fn expect(wire: &mut Wire, code: u16, bytes: &[u8]) -> Result<(), Cause> {
    let reply = wire.command(bytes).await?;
    if reply.code == code { Ok(()) } else { Err(Cause::Answered(reply)) }
}
