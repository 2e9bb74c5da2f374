//! SMPP failures: what went wrong, what it means for the message, and which circuit is at fault.

use std::io;

use super::pdu::InvalidPdu;
use super::status::{BindMeaning, Meaning, Status};
use crate::delivery::net::error::NetError;
use crate::delivery::ports::failure::{Blame, Later, Others, RouteFailure};
use crate::domain::deliveries::delivery::DeliveryError;

/// How far a message or a session had got.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Phase {
    /// Resolving and connecting.
    Connect,
    /// The TLS handshake.
    Tls,
    /// The login.
    Bind,
    /// Waiting for a session, for a place in its window, or for the end of a pause. Nothing of the message
    /// has been sent.
    Waiting,
    /// The message has been sent, at least in part.
    Submitted,
}

/// The cause of a failure.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
pub(super) enum Cause {
    /// The host name has no address.
    #[error("the host was not found: {0}")]
    HostNotFound(io::ErrorKind),
    /// The operator's rule forbids the port or each of the addresses.
    #[error("the host or the port is not allowed")]
    HostNotAllowed,
    /// The operator's rule does not let this host be used without TLS.
    #[error("the host may not be used without TLS")]
    PlaintextNotAllowed,
    /// The connection could not be made, or it broke.
    #[error("the connection failed: {0}")]
    Broken(io::ErrorKind),
    /// The centre took leave, or we did.
    #[error("the session was ended")]
    Ended,
    /// A limit or the deadline passed.
    #[error("no answer in time")]
    TimedOut,
    /// The TLS handshake failed for a reason other than the network.
    #[error("no trusted TLS session: {0}")]
    Untrusted(rustls::Error),
    /// The centre sent something that is no PDU.
    #[error("not a PDU: {0}")]
    Malformed(#[from] InvalidPdu),
    /// The centre answered with a status other than 0.
    #[error("answered with status {:#x}", .0.0)]
    Answered(Status),
}

/// A failure: the cause, and how far things had got.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
#[error("{cause}")]
pub(super) struct SmppFailure {
    pub(super) phase: Phase,
    pub(super) cause: Cause,
    /// Whether this try found it out.
    pub(super) news: News,
}

/// Whether a failure was found out by the try that it ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum News {
    /// It was.
    Fresh,
    /// An earlier one found it out, and the account is left alone since then.
    Known,
}

impl Cause {
    /// Combines the cause with the phase in which it occurred.
    pub(super) const fn at(self, phase: Phase) -> SmppFailure {
        SmppFailure { phase, cause: self, news: News::Fresh }
    }
}

impl From<io::Error> for Cause {
    fn from(error: io::Error) -> Self {
        Self::Broken(error.kind())
    }
}

impl From<NetError> for Cause {
    fn from(error: NetError) -> Self {
        match error {
            NetError::HostNotFound(error) => Self::HostNotFound(error.kind()),
            NetError::HostNotAllowed => Self::HostNotAllowed,
            NetError::Broken(error) => Self::Broken(error.kind()),
            NetError::TimedOut => Self::TimedOut,
            NetError::Untrusted(error) => Self::Untrusted(error),
        }
    }
}

impl SmppFailure {
    /// Returns the same failure for a later try.
    pub(super) fn known(&self) -> Self {
        Self { news: News::Known, ..self.clone() }
    }

    /// Converts the failure for routing.
    pub(super) fn of_route(&self) -> RouteFailure {
        let (later, class) = self.outcome();
        RouteFailure {
            class,
            later,
            others: if self.leaves_it_to_others() { Others::MayTry } else { Others::MayNot },
            blame: self.blame(),
            reply: None,
            word: self.status().and_then(Status::word),
            pause: None,
        }
    }

    /// Returns whether the message may have been taken: all of it may have arrived, and nothing was answered.
    pub(super) const fn fate_is_unknown(&self) -> bool {
        matches!(self.phase, Phase::Submitted) && !matches!(self.cause, Cause::Answered(_))
    }

    /// Returns whether there was no session to send over any more.
    pub(super) const fn had_no_session(&self) -> bool {
        matches!((self.phase, &self.cause), (Phase::Waiting, Cause::Ended | Cause::Broken(_)))
    }

    /// Returns what the centre answered to the message.
    pub(super) const fn meaning(&self) -> Option<Meaning> {
        match (self.phase, &self.cause) {
            (Phase::Submitted, Cause::Answered(status)) => Some(status.of_message()),
            _ => None,
        }
    }

    /// Returns whether the centre takes the login for wrong. It is not to be hammered with it.
    pub(super) fn is_wrong_login(&self) -> bool {
        self.phase == Phase::Bind && self.outcome().1 == DeliveryError::AuthenticationFailed
    }

    fn outcome(&self) -> (Later, DeliveryError) {
        use Later::{FailsAgain, MaySucceed, OnceMore};
        match &self.cause {
            _ if self.fate_is_unknown() => (OnceMore, self.class_of_silence()),
            _ if self.news == News::Known && self.is_connections() => {
                (MaySucceed, DeliveryError::ServerUnavailable)
            }
            Cause::HostNotFound(_) => (MaySucceed, DeliveryError::HostNotFound),
            Cause::HostNotAllowed => (FailsAgain, DeliveryError::HostNotAllowed),
            Cause::Untrusted(_) | Cause::PlaintextNotAllowed => (FailsAgain, DeliveryError::TlsFailed),
            Cause::Broken(_) | Cause::Ended => (MaySucceed, DeliveryError::ConnectionFailed),
            Cause::TimedOut => (MaySucceed, DeliveryError::TimedOut),
            Cause::Malformed(_) => (MaySucceed, DeliveryError::ProtocolViolated),
            Cause::Answered(status) if self.phase < Phase::Submitted => match status.of_bind() {
                BindMeaning::Wrong => (FailsAgain, DeliveryError::AuthenticationFailed),
                BindMeaning::Later(class) => (MaySucceed, class),
                BindMeaning::Unsuitable => (FailsAgain, DeliveryError::ProtocolViolated),
            },
            Cause::Answered(status) => match status.of_message() {
                Meaning::Throttled | Meaning::Trouble | Meaning::NotBound => {
                    (MaySucceed, DeliveryError::ServerUnavailable)
                }
                Meaning::Account(class) | Meaning::Final(class) => (FailsAgain, class),
            },
        }
    }

    /// Returns why there is no answer to a message.
    const fn class_of_silence(&self) -> DeliveryError {
        match self.cause {
            Cause::TimedOut => DeliveryError::TimedOut,
            Cause::Malformed(_) => DeliveryError::ProtocolViolated,
            _ => DeliveryError::ConnectionFailed,
        }
    }

    /// Returns whether another route may be tried: this one has certainly not taken the message, and its
    /// answer does not blame the recipient or the message.
    const fn leaves_it_to_others(&self) -> bool {
        !self.fate_is_unknown() && !matches!(self.meaning(), Some(Meaning::Final(_)))
    }

    /// Returns whether the failure is one of the connection, not what the centre or the rules say.
    const fn is_connections(&self) -> bool {
        matches!(
            self.cause,
            Cause::HostNotFound(_) | Cause::Broken(_) | Cause::Ended | Cause::TimedOut | Cause::Malformed(_)
        )
    }

    /// Returns which circuit is at fault.
    fn blame(&self) -> Blame {
        match (self.is_connections(), self.news) {
            (true, News::Known) => Blame::Unclear,
            (true, News::Fresh) if self.phase < Phase::Bind => Blame::Server,
            (true, News::Fresh) if self.phase == Phase::Waiting => Blame::Unclear,
            (true, News::Fresh) => Blame::Route,
            (false, _) => Blame::Nobody,
        }
    }

    const fn status(&self) -> Option<Status> {
        match self.cause {
            Cause::Answered(status) => Some(status),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(status: u32, phase: Phase) -> RouteFailure {
        Cause::Answered(Status(status)).at(phase).of_route()
    }

    #[test]
    fn only_a_message_that_was_certainly_not_taken_goes_to_another_account() {
        let others = |failure: SmppFailure| failure.of_route().others;
        assert_eq!(others(Cause::TimedOut.at(Phase::Waiting)), Others::MayTry);
        assert_eq!(others(Cause::Ended.at(Phase::Waiting)), Others::MayTry);
        for cause in [Cause::TimedOut, Cause::Ended, Cause::Broken(io::ErrorKind::ConnectionReset)] {
            let failure = cause.at(Phase::Submitted);
            assert!(failure.fate_is_unknown());
            assert_eq!(failure.of_route().later, Later::OnceMore);
            assert_eq!(others(failure), Others::MayNot);
        }
        for (status, tried) in
            [(0x0b, Others::MayNot), (0x01, Others::MayNot), (0x0a, Others::MayTry), (0x58, Others::MayTry)]
        {
            assert_eq!(answered(status, Phase::Submitted).others, tried, "{status:#x}");
        }
    }

    #[test]
    fn a_wrong_login_is_said_to_be_one_and_is_nobody_elses_trouble() {
        for status in [0x0e, 0x0f] {
            let failure = answered(status, Phase::Bind);
            assert_eq!(failure.class, DeliveryError::AuthenticationFailed);
            assert_eq!((failure.later, failure.blame), (Later::FailsAgain, Blame::Nobody));
            assert_eq!(failure.others, Others::MayTry);
        }
        assert_eq!(answered(0x05, Phase::Bind).class, DeliveryError::ServerUnavailable);
        assert_eq!(answered(0x58, Phase::Submitted).word, Some("throttled"));
    }

    #[test]
    fn what_is_known_already_is_held_against_nobody_once_more() {
        let failure = Cause::TimedOut.at(Phase::Connect);
        assert_eq!(failure.of_route().blame, Blame::Server);
        assert_eq!(failure.known().of_route().blame, Blame::Unclear);
        assert_eq!(Cause::TimedOut.at(Phase::Submitted).of_route().blame, Blame::Route);
    }
}
