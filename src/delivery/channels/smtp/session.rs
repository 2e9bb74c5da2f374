//! Sessions that are ready to send, one message after the other (RFC 5321 §3.3).

use super::extensions::Extensions;
use super::failure::{Cause, Phase, SmtpFailure};
use super::limits::Deadline;
use super::mail_object::MailObject;
use super::reply::Reply;
use super::wire::Wire;

/// A session with a server: greeted, encrypted and logged in as the account requires.
pub(super) struct SmtpSession {
    wire: Wire,
    extensions: Extensions,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    /// Between messages.
    Ready,
    /// A message was refused before its content. RSET is sent before the next message, not
    /// immediately, so that nobody waits for it to learn of the refusal.
    Refused,
    /// Within a message, or broken: unusable from now on.
    Spoiled,
}

/// The result of sending the envelope.
struct Envelope {
    verdict: Result<(), SmtpFailure>,
    data: Reply,
}

impl SmtpSession {
    /// Creates a session over a wire on which everything before the first message is done.
    pub(super) fn new(wire: Wire, extensions: Extensions) -> Self {
        Self { wire, extensions, state: State::Ready }
    }

    /// Sends one message. Returns the server's reply if it accepted the message.
    pub(super) async fn send(
        &mut self,
        mail: &MailObject,
        deadline: &Deadline<'_>,
    ) -> Result<Reply, SmtpFailure> {
        if self.extensions.size.is_some_and(|most| mail.content.len() > most) {
            return Err(Cause::TooLarge.at(Phase::Sender));
        }
        if std::mem::replace(&mut self.state, State::Spoiled) == State::Refused {
            self.reset(deadline).await?;
        }
        let envelope = if self.extensions.pipelining {
            self.envelope_at_once(mail, deadline).await?
        } else {
            self.envelope_in_steps(mail, deadline).await?
        };
        self.check(envelope)?;
        let answer = deadline.step(Phase::Content, self.wire.command(&mail.content)).await?;
        self.state = State::Ready;
        if answer.code == 250 { Ok(answer) } else { Err(Cause::Answered(answer).at(Phase::Content)) }
    }

    async fn reset(&mut self, deadline: &Deadline<'_>) -> Result<(), SmtpFailure> {
        let reply = deadline.step(Phase::Reset, self.wire.command(b"RSET\r\n")).await?;
        if reply.code == 250 { Ok(()) } else { Err(Cause::Answered(reply).at(Phase::Reset)) }
    }

    /// Returns whether another message can be sent, as far as is known without asking the server.
    pub(super) fn is_ready(&mut self) -> bool {
        self.state != State::Spoiled && self.wire.is_quiet()
    }

    /// Sends QUIT, without waiting for the reply.
    pub(super) async fn quit(mut self) {
        // The connection closes either way.
        let _ = self.wire.send(b"QUIT\r\n").await;
    }

    /// Sends MAIL, RCPT and DATA in one segment (RFC 2920): one round trip instead of three.
    async fn envelope_at_once(
        &mut self,
        mail: &MailObject,
        deadline: &Deadline<'_>,
    ) -> Result<Envelope, SmtpFailure> {
        let commands = format!("{}{}DATA\r\n", mail_line(mail), rcpt_line(mail));
        deadline.step(Phase::Sender, self.wire.send(commands.as_bytes())).await?;
        let sender = self.verdict(Phase::Sender, deadline).await;
        let recipient = match &sender {
            Err(failure) if failure.ends_session() => Ok(()),
            _ => self.verdict(Phase::Recipient, deadline).await,
        };
        // The first refusal is the reason; later ones are its consequences.
        let verdict = match sender.and(recipient) {
            Err(failure) if failure.ends_session() => return Err(failure),
            verdict => verdict,
        };
        match deadline.step(Phase::Data, self.wire.reply()).await {
            Ok(data) => Ok(Envelope { verdict, data }),
            Err(failure) => Err(verdict.err().unwrap_or(failure)),
        }
    }

    async fn verdict(&mut self, phase: Phase, deadline: &Deadline<'_>) -> Result<(), SmtpFailure> {
        accepted(deadline.step(phase, self.wire.reply()).await?, phase)
    }

    async fn envelope_in_steps(
        &mut self,
        mail: &MailObject,
        deadline: &Deadline<'_>,
    ) -> Result<Envelope, SmtpFailure> {
        for (phase, line) in [(Phase::Sender, mail_line(mail)), (Phase::Recipient, rcpt_line(mail))] {
            let reply = deadline.step(phase, self.wire.command(line.as_bytes())).await?;
            if let Err(refusal) = accepted(reply, phase) {
                if !refusal.ends_session() {
                    self.state = State::Refused;
                }
                return Err(refusal);
            }
        }
        let data = deadline.step(Phase::Data, self.wire.command(b"DATA\r\n")).await?;
        Ok(Envelope { verdict: Ok(()), data })
    }

    /// Returns an error unless the message may follow. A server that refused the recipient but
    /// still accepts DATA waits for a content that must not be sent, so that session is unusable.
    fn check(&mut self, envelope: Envelope) -> Result<(), SmtpFailure> {
        let Envelope { verdict, data } = envelope;
        let asked = data.code == 354;
        let failure = Cause::Answered(data).at(Phase::Data);
        if !asked && !failure.ends_session() {
            self.state = State::Refused;
        }
        verdict?;
        if asked { Ok(()) } else { Err(failure) }
    }
}

fn accepted(reply: Reply, phase: Phase) -> Result<(), SmtpFailure> {
    // 251 and 252: accepted for forwarding, or unverified (RFC 5321 §3.4, §3.5.3).
    match (phase, reply.code) {
        (_, 250) | (Phase::Recipient, 251 | 252) => Ok(()),
        _ => Err(Cause::Answered(reply).at(phase)),
    }
}

fn mail_line(mail: &MailObject) -> String {
    format!("MAIL FROM:<{}>\r\n", mail.from)
}

fn rcpt_line(mail: &MailObject) -> String {
    format!("RCPT TO:<{}>\r\n", mail.to)
}
