//! PDUs: the frames of SMPP 3.4 (§3.2), a header of 16 octets and a body.

use zeroize::Zeroizing;

/// The length of the header, in octets.
pub(super) const HEADER: usize = 16;
/// The longest PDU that is read. The longest parameter is a payload of 64 KiB (§5.3.2.32).
pub(super) const MAX_PDU: usize = 70 * 1024;
/// The highest sequence number (§3.2).
pub(super) const LAST_SEQUENCE: u32 = 0x7fff_ffff;

/// What a PDU is: its `command_id` (§5.1.2.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Command(pub(super) u32);

impl Command {
    pub(super) const GENERIC_NACK: Self = Self(0x8000_0000);
    pub(super) const BIND_RECEIVER: Self = Self(0x01);
    pub(super) const BIND_TRANSMITTER: Self = Self(0x02);
    pub(super) const SUBMIT_SM: Self = Self(0x04);
    pub(super) const DELIVER_SM: Self = Self(0x05);
    pub(super) const UNBIND: Self = Self(0x06);
    pub(super) const BIND_TRANSCEIVER: Self = Self(0x09);
    pub(super) const OUTBIND: Self = Self(0x0b);
    pub(super) const ENQUIRE_LINK: Self = Self(0x15);
    pub(super) const ALERT_NOTIFICATION: Self = Self(0x0102);

    /// Returns the answer to this request.
    pub(super) const fn answer(self) -> Self {
        Self(self.0 | Self::GENERIC_NACK.0)
    }

    /// Returns whether this is an answer.
    pub(super) const fn is_answer(self) -> bool {
        self.0 & Self::GENERIC_NACK.0 != 0
    }
}

/// A PDU. Its body may hold a password or a code, so there is no `Debug`.
pub(super) struct Pdu {
    pub(super) command: Command,
    /// The `command_status`; 0 in requests.
    pub(super) status: u32,
    pub(super) sequence: u32,
    pub(super) body: Zeroizing<Vec<u8>>,
}

/// The error for octets that are no PDU.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub(super) enum InvalidPdu {
    /// The length is less than that of a header, or more than is read.
    #[error("a length of {0} octets")]
    Length(u32),
    /// The body ends too early, or a text in it has no end.
    #[error("a body that ends too early")]
    Body,
    /// An answer to a request that was not made.
    #[error("an answer to another request")]
    Answer,
}

impl Pdu {
    /// Creates a request.
    pub(super) fn request(command: Command, sequence: u32, body: Zeroizing<Vec<u8>>) -> Self {
        Self { command, status: 0, sequence, body }
    }

    /// Creates the answer to a request.
    pub(super) fn answer_to(request: &Self, status: u32, body: &[u8]) -> Self {
        let body = Zeroizing::new(body.to_vec());
        Self { command: request.command.answer(), status, sequence: request.sequence, body }
    }

    /// Returns the octets.
    pub(super) fn encode(&self) -> Zeroizing<Vec<u8>> {
        let length = HEADER + self.body.len();
        let mut octets = Zeroizing::new(Vec::with_capacity(length));
        let length = u32::try_from(length).unwrap_or(u32::MAX);
        for field in [length, self.command.0, self.status, self.sequence] {
            octets.extend(field.to_be_bytes());
        }
        octets.extend_from_slice(&self.body);
        octets
    }

    /// Takes the first PDU off `inbox`; `None` if not all of it has arrived.
    pub(super) fn take(inbox: &mut Vec<u8>) -> Result<Option<Self>, InvalidPdu> {
        let field = |at: usize| inbox.get(at..at + 4)?.try_into().ok().map(u32::from_be_bytes);
        let Some(announced) = field(0) else { return Ok(None) };
        let length = usize::try_from(announced).unwrap_or(usize::MAX);
        if !(HEADER..=MAX_PDU).contains(&length) {
            return Err(InvalidPdu::Length(announced));
        }
        let (Some(command), Some(status), Some(sequence)) = (field(4), field(8), field(12)) else {
            return Ok(None);
        };
        if inbox.len() < length {
            return Ok(None);
        }
        let body = Zeroizing::new(inbox.drain(..length).skip(HEADER).collect());
        Ok(Some(Self { command: Command(command), status, sequence, body }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pdu_is_read_once_it_has_arrived_whole_and_leaves_what_follows() {
        let pdu = Pdu::request(Command::ENQUIRE_LINK, 7, Zeroizing::new(vec![1, 2, 3]));
        let octets = pdu.encode();
        assert_eq!(octets[..], [0, 0, 0, 19, 0, 0, 0, 0x15, 0, 0, 0, 0, 0, 0, 0, 7, 1, 2, 3]);
        for short in 0..octets.len() {
            let mut inbox = octets[..short].to_vec();
            assert!(Pdu::take(&mut inbox).unwrap().is_none(), "{short}");
            assert_eq!(inbox.len(), short);
        }
        let mut inbox = [&octets[..], &[9]].concat();
        let read = Pdu::take(&mut inbox).unwrap().unwrap();
        assert_eq!((read.command, read.sequence, &read.body[..]), (Command::ENQUIRE_LINK, 7, &[1, 2, 3][..]));
        assert_eq!(inbox, [9]);
    }

    #[test]
    fn a_length_that_no_pdu_has_is_refused_at_once() {
        for length in [0, 15, 70 * 1024 + 1, u32::MAX] {
            let refused = Pdu::take(&mut length.to_be_bytes().to_vec()).err();
            assert_eq!(refused, Some(InvalidPdu::Length(length)));
        }
    }
}
