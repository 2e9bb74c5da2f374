//! SMTP failures: what went wrong, what it means for the message, and which circuit is at fault.

use std::{fmt, io};

use super::reply::{InvalidReply, Reply};
use super::words;
use crate::delivery::net::error::NetError;
use crate::delivery::net::http::HttpError;
use crate::delivery::oauth::TokenFailure;
use crate::delivery::ports::failure::{Blame, Later, Others, RouteFailure};
use crate::domain::deliveries::delivery::{DeliveryError, TryOutcome};

/// The phase that a session had reached.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Phase {
    /// Getting the access token for the login.
    Token,
    /// Resolving and connecting.
    Connect,
    /// The server's first reply.
    Greeting,
    /// EHLO.
    Hello,
    /// STARTTLS and the TLS handshake.
    Tls,
    /// AUTH.
    Login,
    /// RSET before the next message.
    Reset,
    /// MAIL.
    Sender,
    /// RCPT.
    Recipient,
    /// The DATA command: the message itself has not been sent.
    Data,
    /// The message has been sent, at least in part.
    Content,
}

/// The cause of a failure.
#[derive(Debug)]
pub(super) enum Cause {
    /// The host name has no address.
    HostNotFound(io::Error),
    /// The operator's rule forbids the port or each of the addresses.
    HostNotAllowed,
    /// The connection could not be made, or it broke.
    Broken(io::Error),
    /// A limit or the deadline passed.
    TimedOut,
    /// The TLS handshake failed for a reason other than the network.
    Untrusted(rustls::Error),
    /// The server offers no STARTTLS.
    NoTls,
    /// Plaintext bytes followed the reply to STARTTLS: somebody is trying to inject replies that
    /// would look like the server's in the encrypted session.
    Injected,
    /// The server offers no login mechanism that we support.
    NoLogin,
    /// The server offers no login mechanism for access tokens, or not for one of this length.
    NoTokenLogin,
    /// There is no access token.
    NoToken(TokenFailure),
    /// The server refused the access token; with the reason, if it gave one.
    TokenRefused { reply: Reply, word: Option<&'static str> },
    /// The message exceeds the size that the server announced.
    TooLarge,
    /// The server sent something other than a reply.
    Malformed(InvalidReply),
    /// The server sent a reply before the command.
    Unasked,
    /// The server sent a reply that does not let the session continue.
    Answered(Reply),
}

impl Cause {
    /// Combines the cause with the phase in which it occurred.
    pub(super) fn at(self, phase: Phase) -> SmtpFailure {
        SmtpFailure { phase, cause: self }
    }
}

impl From<io::Error> for Cause {
    fn from(error: io::Error) -> Self {
        Self::Broken(error)
    }
}

impl From<TokenFailure> for Cause {
    fn from(failure: TokenFailure) -> Self {
        Self::NoToken(failure)
    }
}

impl From<NetError> for Cause {
    fn from(error: NetError) -> Self {
        match error {
            NetError::HostNotFound(error) => Self::HostNotFound(error),
            NetError::HostNotAllowed => Self::HostNotAllowed,
            NetError::Broken(error) => Self::Broken(error),
            NetError::TimedOut => Self::TimedOut,
            NetError::Untrusted(error) => Self::Untrusted(error),
        }
    }
}

/// A failed try: the cause, and how far the session had got.
#[derive(Debug)]
pub(super) struct SmtpFailure {
    pub(super) phase: Phase,
    pub(super) cause: Cause,
}

impl SmtpFailure {
    /// Returns what the failure means for the message.
    pub(super) fn outcome(&self) -> TryOutcome {
        match &self.cause {
            Cause::HostNotFound(_) => TryOutcome::Retry(DeliveryError::HostNotFound),
            Cause::HostNotAllowed => TryOutcome::Refused(DeliveryError::HostNotAllowed),
            // After the content this is ambiguous: the server may have accepted the message. A
            // retry with the same Message-ID is the lesser evil.
            Cause::Broken(_) => TryOutcome::Retry(DeliveryError::ConnectionFailed),
            Cause::TimedOut => TryOutcome::Retry(DeliveryError::TimedOut),
            Cause::Untrusted(_) | Cause::NoTls | Cause::Injected => {
                TryOutcome::Refused(DeliveryError::TlsFailed)
            }
            Cause::NoLogin | Cause::NoTokenLogin => TryOutcome::Refused(DeliveryError::AuthenticationFailed),
            Cause::NoToken(failure) => without_token(*failure),
            Cause::TooLarge => TryOutcome::Refused(DeliveryError::MessageRefused),
            Cause::Malformed(_) | Cause::Unasked => TryOutcome::Retry(DeliveryError::ProtocolViolated),
            Cause::Answered(reply) | Cause::TokenRefused { reply, .. } => self.answered(reply.code),
        }
    }

    /// Maps a reply code: RFC 5321 §4.2.1 for the classes, §3.8 for 421, RFC 4954 §6 for login codes.
    fn answered(&self, code: u16) -> TryOutcome {
        match code {
            421 => TryOutcome::Retry(DeliveryError::ServerUnavailable),
            400..=499 => TryOutcome::Retry(self.refusal(DeliveryError::ServerUnavailable)),
            530 | 534 | 535 | 538 => TryOutcome::Refused(DeliveryError::AuthenticationFailed),
            500..=599 => TryOutcome::Refused(self.refusal(DeliveryError::ConnectionFailed)),
            _ => TryOutcome::Retry(DeliveryError::ProtocolViolated),
        }
    }

    fn refusal(&self, of_session: DeliveryError) -> DeliveryError {
        match self.phase {
            Phase::Connect | Phase::Greeting | Phase::Hello | Phase::Reset => of_session,
            Phase::Tls => DeliveryError::TlsFailed,
            Phase::Token | Phase::Login => DeliveryError::AuthenticationFailed,
            Phase::Sender => DeliveryError::SenderRefused,
            Phase::Recipient => DeliveryError::RecipientRefused,
            Phase::Data | Phase::Content => DeliveryError::MessageRefused,
        }
    }

    /// Converts the failure for routing.
    pub(super) fn of_route(&self) -> RouteFailure {
        let (later, class) = match self.outcome() {
            TryOutcome::Retry(class) => (Later::MaySucceed, class),
            TryOutcome::Refused(class) => (Later::FailsAgain, class),
            TryOutcome::Accepted | TryOutcome::NotYet(_) | TryOutcome::Unknown(_) => {
                unreachable!("a failure is none of these")
            }
        };
        let reply = self.reply().and_then(Reply::kept);
        RouteFailure {
            class,
            later,
            others: if self.leaves_it_to_others() { Others::MayTry } else { Others::MayNot },
            blame: self.blame(),
            reply,
            word: self.word().or_else(|| reply.and_then(|reply| reply.status).and_then(words::of)),
            pause: None,
        }
    }

    fn word(&self) -> Option<&'static str> {
        match &self.cause {
            Cause::NoToken(failure) => Some(failure.word()),
            Cause::TokenRefused { word, .. } => *word,
            _ => None,
        }
    }

    /// Returns whether the server refused the access token, which another one might change.
    pub(super) fn refuses_token(&self) -> bool {
        matches!(&self.cause, Cause::TokenRefused { reply, .. } if (500..=599).contains(&reply.code))
    }

    /// Returns whether another server may be tried: this one has certainly not delivered the
    /// message, and its reply does not blame the recipient or the message.
    fn leaves_it_to_others(&self) -> bool {
        match &self.cause {
            Cause::TooLarge => false,
            Cause::Answered(reply) | Cause::TokenRefused { reply, .. } => match reply.code {
                400..=499 | 530 | 534 | 535 | 538 => true,
                500..=599 => self.phase < Phase::Recipient,
                _ => self.phase < Phase::Content,
            },
            // Without a reply after its end, the message may have been accepted.
            _ => self.phase < Phase::Content,
        }
    }

    /// Returns which circuit is at fault.
    fn blame(&self) -> Blame {
        let connection = match &self.cause {
            Cause::NoToken(TokenFailure::Refused(_)) => return Blame::Unclear,
            Cause::NoToken(_) => return Blame::Login,
            _ if self.phase == Phase::Token => return Blame::Login,
            Cause::HostNotFound(_)
            | Cause::Broken(_)
            | Cause::TimedOut
            | Cause::Malformed(_)
            | Cause::Unasked => true,
            Cause::Answered(reply) => reply.code == 421 || self.phase < Phase::Tls,
            _ => false,
        };
        match connection {
            false => Blame::Nobody,
            true if self.phase < Phase::Login => Blame::Server,
            true => Blame::Route,
        }
    }

    /// Returns whether the session cannot continue: the failure is not a mere refusal, but a
    /// broken, silent or confused server, or a 421.
    pub(super) fn ends_session(&self) -> bool {
        match &self.cause {
            Cause::Answered(reply) | Cause::TokenRefused { reply, .. } => {
                reply.code == 421 || !(400..=599).contains(&reply.code)
            }
            _ => true,
        }
    }

    /// Returns whether an idle session failed because the server had already dropped it. Nothing of
    /// the message was sent, so everything can be repeated over a new session.
    pub(super) fn session_was_over(&self) -> bool {
        let over = match &self.cause {
            Cause::Broken(_) | Cause::Unasked => true,
            Cause::Answered(reply) => reply.code == 421 || self.phase == Phase::Reset,
            _ => false,
        };
        over && self.phase < Phase::Content
    }

    /// Returns the reply that caused the failure, if there was one.
    pub(super) fn reply(&self) -> Option<&Reply> {
        match &self.cause {
            Cause::Answered(reply) | Cause::TokenRefused { reply, .. } => Some(reply),
            _ => None,
        }
    }
}

/// Returns what it means for a message that there is no access token.
fn without_token(failure: TokenFailure) -> TryOutcome {
    match failure {
        TokenFailure::Refused(_) | TokenFailure::NotSaved | TokenFailure::Unusable => {
            TryOutcome::Refused(DeliveryError::AuthenticationFailed)
        }
        TokenFailure::Unreachable(HttpError::HostNotAllowed) => {
            TryOutcome::Refused(DeliveryError::HostNotAllowed)
        }
        TokenFailure::Unreachable(_) | TokenFailure::NoToken(_) | TokenFailure::NotKept => {
            TryOutcome::Retry(DeliveryError::AuthenticationFailed)
        }
    }
}

impl fmt::Display for SmtpFailure {
    /// Describes the failure, without anything that the server sent.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.cause {
            Cause::HostNotFound(error) => write!(f, "the host was not found: {error}"),
            Cause::HostNotAllowed => f.write_str("the host or the port is not allowed"),
            Cause::Broken(error) => write!(f, "the connection failed: {error}"),
            Cause::TimedOut => f.write_str("no answer in time"),
            Cause::Untrusted(error) => write!(f, "no trusted TLS session: {error}"),
            Cause::NoTls => f.write_str("STARTTLS is not offered"),
            Cause::Injected => f.write_str("bytes in clear behind the reply to STARTTLS"),
            Cause::NoLogin => f.write_str("neither AUTH PLAIN nor AUTH LOGIN is offered"),
            Cause::NoTokenLogin => f.write_str("neither AUTH XOAUTH2 nor AUTH OAUTHBEARER can be used"),
            Cause::NoToken(failure) => write!(f, "{failure}"),
            Cause::TokenRefused { reply, .. } => write!(f, "the token was answered with {}", reply.code),
            Cause::TooLarge => f.write_str("the message exceeds the announced size"),
            Cause::Malformed(error) => write!(f, "not a reply: {error}"),
            Cause::Unasked => f.write_str("a reply before the command"),
            Cause::Answered(reply) => write!(f, "answered {}", reply.code),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(code: u16, phase: Phase) -> SmtpFailure {
        Cause::Answered(Reply { code, lines: Vec::new() }).at(phase)
    }

    #[test]
    fn a_reply_means_again_or_never_again_by_its_class_and_phase() {
        use DeliveryError as E;
        for (code, phase, outcome) in [
            (421, Phase::Recipient, TryOutcome::Retry(E::ServerUnavailable)),
            (454, Phase::Login, TryOutcome::Retry(E::AuthenticationFailed)),
            (535, Phase::Login, TryOutcome::Refused(E::AuthenticationFailed)),
            (530, Phase::Sender, TryOutcome::Refused(E::AuthenticationFailed)),
            (553, Phase::Sender, TryOutcome::Refused(E::SenderRefused)),
            (450, Phase::Recipient, TryOutcome::Retry(E::RecipientRefused)),
            (550, Phase::Recipient, TryOutcome::Refused(E::RecipientRefused)),
            (452, Phase::Content, TryOutcome::Retry(E::MessageRefused)),
            (554, Phase::Content, TryOutcome::Refused(E::MessageRefused)),
            (554, Phase::Greeting, TryOutcome::Refused(E::ConnectionFailed)),
            (454, Phase::Tls, TryOutcome::Retry(E::TlsFailed)),
            (250, Phase::Data, TryOutcome::Retry(E::ProtocolViolated)),
        ] {
            assert_eq!(answered(code, phase).outcome(), outcome, "{code} in {phase:?}");
        }
    }

    #[test]
    fn others_are_asked_when_it_is_certain_that_this_server_did_not_take_the_message() {
        for (code, phase, others) in [
            (554, Phase::Greeting, true),
            (535, Phase::Login, true),
            (553, Phase::Sender, true),
            (530, Phase::Recipient, true),
            (450, Phase::Recipient, true),
            (550, Phase::Recipient, false),
            (554, Phase::Data, false),
            (452, Phase::Content, true),
            (554, Phase::Content, false),
            (250, Phase::Data, true),
            (299, Phase::Content, false),
        ] {
            assert_eq!(answered(code, phase).leaves_it_to_others(), others, "{code} in {phase:?}");
        }
        assert!(Cause::TimedOut.at(Phase::Data).leaves_it_to_others());
        assert!(!Cause::TimedOut.at(Phase::Content).leaves_it_to_others());
        assert!(!Cause::TooLarge.at(Phase::Sender).leaves_it_to_others());
    }

    #[test]
    fn only_what_comes_before_the_login_is_held_against_everybody() {
        assert_eq!(Cause::TimedOut.at(Phase::Connect).blame(), Blame::Server);
        assert_eq!(Cause::TimedOut.at(Phase::Content).blame(), Blame::Route);
        assert_eq!(answered(421, Phase::Hello).blame(), Blame::Server);
        assert_eq!(answered(421, Phase::Sender).blame(), Blame::Route);
        assert_eq!(answered(535, Phase::Login).blame(), Blame::Nobody);
        assert_eq!(Cause::NoTls.at(Phase::Tls).blame(), Blame::Nobody);
    }

    #[test]
    fn a_session_whose_message_was_begun_is_never_replaced() {
        let broken = || Cause::Broken(io::ErrorKind::ConnectionReset.into());
        assert!(broken().at(Phase::Sender).session_was_over());
        assert!(!broken().at(Phase::Content).session_was_over());
        assert!(!Cause::TimedOut.at(Phase::Sender).session_was_over());
    }
}
