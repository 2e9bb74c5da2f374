//! Opening a session: greeting, EHLO, TLS, login.

use std::net::{IpAddr, SocketAddr};

use tokio::net::TcpStream;

use super::extensions::Extensions;
use super::failure::{Cause, Phase, SmtpFailure};
use super::limits::{Deadline, SmtpSettings};
use super::login::{Proof, login};
use super::session::SmtpSession;
use super::wire::{Stream, Wire};
use crate::delivery::net::dial::dial;
use crate::delivery::net::tls::{Encrypted, Trust};
use crate::domain::network::OutboundRule;
use crate::domain::tenants::smtp::{Security, SmtpProfile};

/// The parts that are needed to open sessions with a server.
pub(super) struct Opening<'a> {
    pub(super) settings: &'a SmtpSettings,
    pub(super) rule: &'a OutboundRule,
    pub(super) trust: &'a Trust,
    pub(super) profile: &'a SmtpProfile,
    pub(super) proof: Proof<'a>,
    pub(super) deadline: &'a Deadline<'a>,
}

/// The continuation of a session that begins in plaintext.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Upgrade {
    /// With TLS and a login, or not at all.
    Required,
    /// With TLS if the server offers it, and without login.
    IfOffered,
    /// In plaintext, and without login.
    Never,
}

impl Opening<'_> {
    /// Opens a session that is ready to send.
    pub(super) async fn open(&self) -> Result<SmtpSession, SmtpFailure> {
        if !self.rule.allows_plaintext(&self.profile.host) {
            return self.open_with(Upgrade::Required).await;
        }
        // The operator does not require TLS here. An untrusted certificate is no reason to fail: no
        // login is sent, and a plaintext session would be no safer.
        match self.open_with(Upgrade::IfOffered).await {
            Err(failure) if failure.phase == Phase::Tls && self.profile.security == Security::StartTls => {
                self.open_with(Upgrade::Never).await
            }
            result => result,
        }
    }

    async fn open_with(&self, upgrade: Upgrade) -> Result<SmtpSession, SmtpFailure> {
        let SmtpProfile { host, port, security, .. } = self.profile;
        let dialing = dial(self.rule, host, *port, self.settings.connect);
        let tcp = self.deadline.step(Phase::Connect, dialing).await?;
        let hello = hello_line(self.settings, &tcp);
        let (wire, extensions, encrypted) = match security {
            Security::Implicit => self.implicit(tcp, &hello).await?,
            Security::StartTls => self.starttls(tcp, &hello, upgrade).await?,
        };
        self.log_in(wire, extensions, encrypted.filter(|_| upgrade == Upgrade::Required)).await
    }

    /// Opens a session with TLS from the first byte (RFC 8314 §3.3).
    async fn implicit(
        &self,
        tcp: TcpStream,
        hello: &str,
    ) -> Result<(Wire, Extensions, Option<Encrypted>), SmtpFailure> {
        let (mut wire, encrypted) = self.secure(tcp).await?;
        self.greeting(&mut wire).await?;
        let extensions = self.hello(&mut wire, hello).await?;
        Ok((wire, extensions, Some(encrypted)))
    }

    /// Opens a session that begins in plaintext (RFC 3207).
    async fn starttls(
        &self,
        tcp: TcpStream,
        hello: &str,
        upgrade: Upgrade,
    ) -> Result<(Wire, Extensions, Option<Encrypted>), SmtpFailure> {
        let mut wire = Wire::new(Stream::Plain(tcp));
        self.greeting(&mut wire).await?;
        let extensions = self.hello(&mut wire, hello).await?;
        match upgrade {
            Upgrade::Required if !extensions.starttls => return Err(Cause::NoTls.at(Phase::Tls)),
            Upgrade::IfOffered if !extensions.starttls => return Ok((wire, extensions, None)),
            Upgrade::Never => return Ok((wire, extensions, None)),
            Upgrade::Required | Upgrade::IfOffered => {}
        }
        let tcp = self.deadline.step(Phase::Tls, ask_for_tls(wire)).await?;
        let (mut wire, encrypted) = self.secure(tcp).await?;
        // Ask again: what was offered in plaintext could have been forged.
        let extensions = self.hello(&mut wire, hello).await?;
        Ok((wire, extensions, Some(encrypted)))
    }

    async fn secure(&self, tcp: TcpStream) -> Result<(Wire, Encrypted), SmtpFailure> {
        let securing = self.trust.secure(tcp, &self.profile.host);
        let (stream, encrypted) = self.deadline.step(Phase::Tls, securing).await?;
        Ok((Wire::new(Stream::Tls(Box::new(stream))), encrypted))
    }

    async fn greeting(&self, wire: &mut Wire) -> Result<(), SmtpFailure> {
        let reply = self.deadline.step(Phase::Greeting, wire.reply()).await?;
        if reply.code == 220 { Ok(()) } else { Err(Cause::Answered(reply).at(Phase::Greeting)) }
    }

    async fn hello(&self, wire: &mut Wire, line: &str) -> Result<Extensions, SmtpFailure> {
        let reply = self.deadline.step(Phase::Hello, wire.command(line.as_bytes())).await?;
        if reply.code == 250 {
            Ok(Extensions::read(&reply))
        } else {
            Err(Cause::Answered(reply).at(Phase::Hello))
        }
    }

    async fn log_in(
        &self,
        mut wire: Wire,
        extensions: Extensions,
        encrypted: Option<Encrypted>,
    ) -> Result<SmtpSession, SmtpFailure> {
        if let Some(encrypted) = encrypted {
            let logging_in = login(&mut wire, encrypted, &extensions, self.profile, &self.proof);
            self.deadline.step(Phase::Login, logging_in).await?;
        }
        Ok(SmtpSession::new(wire, extensions))
    }
}

/// Requests TLS, and returns the bare connection once the server agrees.
async fn ask_for_tls(mut wire: Wire) -> Result<TcpStream, Cause> {
    let reply = wire.command(b"STARTTLS\r\n").await?;
    if reply.code != 220 {
        return Err(Cause::Answered(reply));
    }
    // Whatever follows the reply was sent in plaintext. If it were kept, it would pass for the
    // server's replies to the first commands of the encrypted session.
    if wire.has_unread() {
        return Err(Cause::Injected);
    }
    wire.into_plain().ok_or(Cause::NoTls)
}

/// Returns EHLO with the configured name or an address literal (RFC 5321 §4.1.3).
fn hello_line(settings: &SmtpSettings, tcp: &TcpStream) -> String {
    match (&settings.hello_name, tcp.local_addr().as_ref().map(SocketAddr::ip)) {
        (Some(name), _) => format!("EHLO {name}\r\n"),
        (None, Ok(IpAddr::V6(ip))) => format!("EHLO [IPv6:{ip}]\r\n"),
        (None, Ok(IpAddr::V4(ip))) => format!("EHLO [{ip}]\r\n"),
        (None, Err(_)) => "EHLO [127.0.0.1]\r\n".to_owned(),
    }
}
