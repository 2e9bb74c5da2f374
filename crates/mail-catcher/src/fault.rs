//! Faults: what goes wrong, where, and on which connections.

use std::time::Duration;

/// A step of a session (RFC 5321 §3), where a fault can strike.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// The greeting.
    Banner,
    /// EHLO or HELO.
    Ehlo,
    /// STARTTLS, before its reply.
    StartTls,
    /// The TLS handshake, of either kind; only closing, resetting and stalling apply.
    Handshake,
    /// AUTH.
    Auth,
    /// MAIL.
    Mail,
    /// RCPT.
    Rcpt,
    /// DATA, before its 354.
    Data,
    /// The content, once its first bytes have arrived.
    Content,
    /// The end of the content. If the connection is lost here, the server has the mail, which the client
    /// cannot know.
    EndOfData,
    /// QUIT.
    Quit,
}

impl Stage {
    /// The code of a reply that lets the session continue.
    pub(crate) const fn success(self) -> u16 {
        match self {
            Self::Banner | Self::StartTls | Self::Handshake => 220,
            Self::Auth => 235,
            Self::Data => 354,
            Self::Quit => 221,
            Self::Ehlo | Self::Mail | Self::Rcpt | Self::Content | Self::EndOfData => 250,
        }
    }
}

/// Plaintext bytes sent in the same segment as the 220 to STARTTLS, as an attacker on the path could. A
/// client that keeps them reads them as if they had come through TLS.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Injection {
    /// The reply to the next EHLO.
    EhloReply,
    /// Every reply up to the acceptance of a mail.
    WholeSession,
}

/// Something that goes wrong.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fault {
    /// Replies with this code and does nothing; after 421, or instead of the banner, closes.
    Reply(Stage, u16),
    /// Closes the connection.
    Close(Stage),
    /// Resets the connection (TCP RST).
    Reset(Stage),
    /// Never replies, and keeps the connection open.
    Stall(Stage),
    /// Waits before it continues.
    Delay(Stage, Duration),
    /// Sends one byte per interval.
    Drip(Duration),
    /// Sends reply lines without end.
    EndlessLines(Stage),
    /// Replies with one line of this many bytes that reports success, and does nothing.
    HugeLine(Stage, usize),
    /// Sends this many further lines in the reply to EHLO.
    ManyExtensions(usize),
    /// Does not offer STARTTLS, and accepts AUTH and MAIL in clear, as an eavesdropper would.
    StartTlsNotOffered,
    /// Replies 220 to STARTTLS, then sends something other than TLS.
    StartTlsGarbage,
    /// Sends more than the 220 to STARTTLS in the same segment.
    StartTlsInjection(Injection),
    /// Does not offer AUTH.
    AuthNotOffered,
    /// Offers only a mechanism that no client supports.
    AuthUnknownMechanism,
    /// Offers only AUTH LOGIN, and accepts no other.
    AuthLoginOnly,
    /// Refuses every login: 535.
    AuthRefused,
    /// Cannot check logins at the moment: 454.
    AuthTemporary,
    /// Refuses each recipient with 450 this many times.
    Greylist(u32),
    /// Refuses recipients with this prefix, with this code.
    RecipientRefused(String, u16),
    /// Announces and enforces this maximum size of a mail in bytes.
    SizeLimit(usize),
    /// Sends `ABC` instead of each reply code.
    WordCodes,
    /// Ends each reply line with bytes that are not UTF-8.
    BinaryText,
}

impl Fault {
    /// On every connection.
    pub fn always(self) -> ScriptedFault {
        ScriptedFault { fault: self, when: When::Always }
    }

    /// On the first `count` connections.
    pub fn first(self, count: u64) -> ScriptedFault {
        ScriptedFault { fault: self, when: When::First(count) }
    }

    /// On every connection but the first `count`.
    pub fn after(self, count: u64) -> ScriptedFault {
        ScriptedFault { fault: self, when: When::After(count) }
    }
}

/// On which connections a fault strikes, counted from when the faults were set.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum When {
    /// On all.
    Always,
    /// On the first, up to this number.
    First(u64),
    /// On all after this number.
    After(u64),
}

/// A fault, and on which connections it strikes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ScriptedFault {
    /// What goes wrong.
    pub fault: Fault,
    /// On which connections.
    pub when: When,
}

impl ScriptedFault {
    /// Whether connection number `connection`, from 1, is struck.
    pub(crate) fn strikes(&self, connection: u64) -> bool {
        match self.when {
            When::Always => true,
            When::First(count) => connection <= count,
            When::After(count) => connection > count,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_strike_the_connections_they_name() {
        let struck = |scripted: ScriptedFault| (1..=4).map(|n| scripted.strikes(n)).collect::<Vec<_>>();
        assert_eq!(struck(Fault::WordCodes.always()), [true; 4]);
        assert_eq!(struck(Fault::WordCodes.first(1)), [true, false, false, false]);
        assert_eq!(struck(Fault::WordCodes.after(3)), [false, false, false, true]);
    }
}
