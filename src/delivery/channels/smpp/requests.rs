//! The bodies of our requests: the bind (§4.1) and the message (§4.4.1).

use std::time::Duration;

use secrecy::ExposeSecret as _;
use zeroize::Zeroizing;

use super::fields::put_text;
use super::login::SmppLogin;
use super::pdu::Command;
use super::text::CodedText;
use crate::domain::tenants::transports::smpp::BindMode;

/// The version of the protocol (§5.2.4).
const VERSION: u8 = 0x34;
/// The type of an international number, and the numbering plan of telephones (§5.2.5, §5.2.6).
const INTERNATIONAL: u8 = 1;
const ISDN: u8 = 1;
/// The types of a short code of one network and of a name.
const NETWORK_SPECIFIC: u8 = 3;
const ALPHANUMERIC: u8 = 5;
/// The numbering plan of what is no number.
const NO_PLAN: u8 = 0;
/// Asks for a receipt from the message centre, whatever becomes of the message, and for nothing else (§5.2.17).
const RECEIPT: u8 = 1;
/// The longest validity that is asked for. The code has long expired.
const MAX_VALIDITY: u64 = 27 * 86_400;

/// What a session is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Role {
    /// Messages out, receipts in.
    Transceiver,
    /// Messages out.
    Transmitter,
    /// Receipts in.
    Receiver,
}

impl Role {
    /// Returns the roles of the sessions of an account: that of the messages, and that of the receipts if it
    /// is another one.
    pub(super) const fn of(mode: BindMode) -> (Self, Option<Self>) {
        match mode {
            BindMode::Transceiver => (Self::Transceiver, None),
            BindMode::Separate => (Self::Transmitter, Some(Self::Receiver)),
        }
    }

    /// Returns the request.
    pub(super) const fn command(self) -> Command {
        match self {
            Self::Transceiver => Command::BIND_TRANSCEIVER,
            Self::Transmitter => Command::BIND_TRANSMITTER,
            Self::Receiver => Command::BIND_RECEIVER,
        }
    }
}

/// Returns the body of a bind: the login.
pub(super) fn bind(login: &SmppLogin) -> Zeroizing<Vec<u8>> {
    let mut body = Zeroizing::new(Vec::with_capacity(128));
    put_text(&mut body, &login.settings.system_id);
    put_text(&mut body, login.password.expose_secret());
    put_text(&mut body, &login.settings.system_type);
    // The version; type and plan of the numbers that are served, and their range, all unknown.
    body.extend([VERSION, 0, 0, 0]);
    body
}

/// A message to one number. The code is in it, so there is no `Debug`.
pub(super) struct Submission {
    digits: String,
    body: Zeroizing<Vec<u8>>,
}

impl Submission {
    /// Creates a message from `sender` to a number, given as digits with the country code, which no network
    /// delivers after `left`.
    pub(super) fn new(sender: &str, digits: &str, text: &CodedText, left: Duration) -> Self {
        let mut body = Zeroizing::new(Vec::with_capacity(64 + text.octets.len()));
        put_text(&mut body, "");
        put_source(&mut body, sender);
        body.extend([INTERNATIONAL, ISDN]);
        put_text(&mut body, digits);
        // The class of the message, all of it unset; the protocol; the priority.
        body.extend([0, 0, 0]);
        put_text(&mut body, "");
        put_text(&mut body, &validity(left));
        // The receipt; no replacement; the coding; no message of the centre's own.
        body.extend([RECEIPT, 0, text.coding, 0]);
        let octets = text.octets.get(..254).unwrap_or(&text.octets);
        body.push(u8::try_from(octets.len()).unwrap_or(0));
        body.extend_from_slice(octets);
        Self { digits: digits.to_owned(), body }
    }

    /// Returns the digits of the number.
    pub(super) fn digits(&self) -> &str {
        &self.digits
    }

    /// Returns the body.
    pub(super) fn body(&self) -> Zeroizing<Vec<u8>> {
        self.body.clone()
    }
}

/// Appends a sender: a number with plus, a short code or a name.
fn put_source(body: &mut Vec<u8>, sender: &str) {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let (kind, plan, address) = match sender.strip_prefix('+') {
        Some(number) => (INTERNATIONAL, ISDN, number),
        None if is_digits(sender) => (NETWORK_SPECIFIC, NO_PLAN, sender),
        None => (ALPHANUMERIC, NO_PLAN, sender),
    };
    body.extend([kind, plan]);
    put_text(body, address);
}

/// Returns a span as the protocol writes it (§7.1.1): `YYMMDDhhmmsstnnp`, relative.
fn validity(left: Duration) -> String {
    let seconds = left.as_secs().clamp(1, MAX_VALIDITY);
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    format!("0000{days:02}{hours:02}{minutes:02}{:02}000R", seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_written_as_the_protocol_wants_it() {
        for (seconds, written) in [
            (600, "000000001000000R"),
            (1, "000000000001000R"),
            (0, "000000000001000R"),
            (86_400 + 3_600 + 61, "000001010101000R"),
            (u64::MAX, "000027000000000R"),
        ] {
            assert_eq!(validity(Duration::from_secs(seconds)), written, "{seconds}");
            assert_eq!(written.len(), 16);
        }
    }

    #[test]
    fn a_message_has_each_field_in_its_place() {
        let text = CodedText { coding: 8, octets: Zeroizing::new(vec![0x04, 0x36]) };
        let body = |sender| Submission::new(sender, "4915123456789", &text, Duration::from_secs(600)).body();
        let rest = b"\x01\x014915123456789\0\0\0\0\x00000000001000000R\0\x01\0\x08\0\x02\x046";
        for (sender, source) in [
            ("Acme", &b"\0\x05\0Acme\0"[..]),
            ("+15550100", b"\0\x01\x0115550100\0"),
            ("12345", b"\0\x03\x0012345\0"),
        ] {
            assert_eq!(body(sender)[..], [source, rest].concat(), "{sender}");
        }
    }
}
