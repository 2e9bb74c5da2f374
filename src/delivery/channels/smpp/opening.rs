//! Opening a session: connecting, TLS, the login.

use tokio::time::{Instant, timeout_at};

use super::failure::{Cause, Phase, SmppFailure};
use super::limits::SmppLimits;
use super::login::SmppLogin;
use super::pdu::{Command, InvalidPdu, Pdu};
use super::requests::{self, Role};
use super::status::Status;
use super::wire::{Stream, Wire};
use crate::delivery::net::dial::dial;
use crate::delivery::net::tls::Trust;
use crate::domain::network::OutboundRule;
use crate::domain::tenants::transports::smpp::SmppSecurity;

/// The sequence number of the login; the session continues with the next one.
pub(super) const FIRST_SEQUENCE: u32 = 1;

/// What is needed to open sessions.
pub(super) struct Opener {
    pub(super) limits: SmppLimits,
    pub(super) rule: OutboundRule,
    pub(super) trust: Trust,
}

impl Opener {
    /// Opens a session and logs in, before `end`.
    pub(super) async fn open(
        &self,
        login: &SmppLogin,
        role: Role,
        end: Instant,
    ) -> Result<Wire, SmppFailure> {
        let settings = &login.settings;
        if settings.tls == SmppSecurity::None && !self.rule.allows_plaintext(&settings.host) {
            return Err(Cause::PlaintextNotAllowed.at(Phase::Tls));
        }
        let limit = |span| end.min(Instant::now() + span);
        let dialing = dial(&self.rule, &settings.host, settings.port, self.limits.connect);
        let tcp = step(Phase::Connect, limit(self.limits.connect), dialing).await?;
        let stream: Box<dyn Stream> = match settings.tls {
            SmppSecurity::None => Box::new(tcp),
            SmppSecurity::Implicit => {
                let securing = self.trust.secure(tcp, &settings.host);
                Box::new(step(Phase::Tls, limit(self.limits.step), securing).await?.0)
            }
        };
        let binding = bind(Wire::new(stream), login, role);
        step(Phase::Bind, limit(self.limits.step), binding).await
    }
}

/// Runs one step until `end`.
async fn step<T, E: Into<Cause>>(
    phase: Phase,
    end: Instant,
    step: impl Future<Output = Result<T, E>>,
) -> Result<T, SmppFailure> {
    match timeout_at(end, step).await {
        Ok(result) => result.map_err(|cause| cause.into().at(phase)),
        Err(_) => Err(Cause::TimedOut.at(phase)),
    }
}

/// Logs in, and answers what the centre asks meanwhile.
async fn bind(mut wire: Wire, login: &SmppLogin, role: Role) -> Result<Wire, Cause> {
    let command = role.command();
    let request = Pdu::request(command, FIRST_SEQUENCE, requests::bind(login));
    wire.outgoing.write(&request.encode()).await?;
    loop {
        let pdu = wire.incoming.next().await?;
        match pdu.command {
            answer if answer == command.answer() || answer == Command::GENERIC_NACK => {
                return match pdu.status {
                    0 if answer == command.answer() => Ok(wire),
                    0 => Err(Cause::Malformed(InvalidPdu::Answer)),
                    status => Err(Cause::Answered(Status(status))),
                };
            }
            Command::ENQUIRE_LINK => wire.outgoing.write(&Pdu::answer_to(&pdu, 0, &[]).encode()).await?,
            Command::OUTBIND | Command::ALERT_NOTIFICATION => {}
            _ => return Err(Cause::Malformed(InvalidPdu::Answer)),
        }
    }
}
