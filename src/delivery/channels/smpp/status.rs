//! The `command_status` of answers (§5.1.3), and what each means.

use crate::domain::deliveries::delivery::DeliveryError;

/// A status other than 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Status(pub(super) u32);

/// What a status means for a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Meaning {
    /// The account sends too fast: it has to pause.
    Throttled,
    /// The centre has trouble of its own.
    Trouble,
    /// The centre no longer takes the session for one that is logged in.
    NotBound,
    /// The account, or how we send over it, is at fault: another one may send the message.
    Account(DeliveryError),
    /// The recipient or the message is at fault.
    Final(DeliveryError),
}

/// What a status means for a login.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum BindMeaning {
    /// The login is wrong.
    Wrong,
    /// The login cannot be used at present.
    Later(DeliveryError),
    /// The centre does not take such a login.
    Unsuitable,
}

impl Status {
    /// The sender exceeds the rate of its account.
    pub(super) const THROTTLED: Self = Self(0x58);

    /// Returns what the status means in the answer to a message.
    pub(super) const fn of_message(self) -> Meaning {
        match self.0 {
            // RTHROTTLED, RMSGQFUL
            0x58 | 0x14 => Meaning::Throttled,
            // RINVBNDSTS
            0x04 => Meaning::NotBound,
            // RINVMSGLEN
            0x01 => Meaning::Final(DeliveryError::MessageRefused),
            // RINVDSTADR
            0x0b => Meaning::Final(DeliveryError::RecipientRefused),
            // RINVSRCADR, RINVSRCTON, RINVSRCNPI
            0x0a | 0x48 | 0x49 => Meaning::Account(DeliveryError::SenderRefused),
            // RINVPASWD, RINVSYSID
            0x0e | 0x0f => Meaning::Account(DeliveryError::AuthenticationFailed),
            // RINVCMDLEN, RINVCMDID, RINVPRTFLG, RINVREGDLVFLG, RINVSERTYP, RINVESMCLASS, RINVDSTTON,
            // RINVDSTNPI, RINVSCHED, RINVEXPIRY, RINVDFTMSGID and those of optional parameters
            0x02 | 0x03 | 0x06 | 0x07 | 0x15 | 0x43 | 0x50 | 0x51 | 0x61..=0x63 | 0xc0..=0xc4 => {
                Meaning::Account(DeliveryError::ProtocolViolated)
            }
            // What a centre defines for itself: no credit, not registered, filtered
            0x400..=0x4ff => Meaning::Account(DeliveryError::MessageRefused),
            // RSYSERR, RSUBMITFAIL, RUNKNOWNERR and everything else
            _ => Meaning::Trouble,
        }
    }

    /// Returns what the status means in the answer to a login.
    pub(super) const fn of_bind(self) -> BindMeaning {
        match self.0 {
            // RINVPASWD, RINVSYSID, RINVSYSTYP
            0x0e | 0x0f | 0x53 => BindMeaning::Wrong,
            // RBINDFAIL is said of a wrong password as well as of too many sessions.
            0x0d => BindMeaning::Later(DeliveryError::AuthenticationFailed),
            // RINVCMDLEN, RINVCMDID
            0x02 | 0x03 => BindMeaning::Unsuitable,
            // RALYBND and everything else
            _ => BindMeaning::Later(DeliveryError::ServerUnavailable),
        }
    }

    /// Returns the word for a status that says more than the class of the failure.
    pub(super) const fn word(self) -> Option<&'static str> {
        match self.0 {
            0x58 => Some("throttled"),
            0x14 => Some("queue_full"),
            0x05 => Some("already_bound"),
            0x0b => Some("number_unknown"),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_blames_the_account_the_recipient_or_the_centre() {
        use DeliveryError as E;
        for (status, meaning) in [
            (0x58, Meaning::Throttled),
            (0x14, Meaning::Throttled),
            (0x0b, Meaning::Final(E::RecipientRefused)),
            (0x01, Meaning::Final(E::MessageRefused)),
            (0x0a, Meaning::Account(E::SenderRefused)),
            (0x62, Meaning::Account(E::ProtocolViolated)),
            (0x45, Meaning::Trouble),
            (0x08, Meaning::Trouble),
            (0xff, Meaning::Trouble),
            (0x401, Meaning::Account(E::MessageRefused)),
            (0x04, Meaning::NotBound),
        ] {
            assert_eq!(Status(status).of_message(), meaning, "{status:#x}");
        }
        assert_eq!(Status(0x0e).of_bind(), BindMeaning::Wrong);
        assert_eq!(Status(0x0f).of_bind(), BindMeaning::Wrong);
        assert_eq!(Status(0x05).of_bind(), BindMeaning::Later(E::ServerUnavailable));
        assert_eq!(Status(0x58).of_bind(), BindMeaning::Later(E::ServerUnavailable));
    }
}
