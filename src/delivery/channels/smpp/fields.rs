//! The fields of bodies: texts that end with a zero, single octets, and optional parameters (§3.1, §3.2.4).

use super::pdu::InvalidPdu;

/// Appends a text and its end. A zero within it, which the settings do not let in, would be taken for the end.
pub(super) fn put_text(body: &mut Vec<u8>, text: &str) {
    body.extend(text.bytes().filter(|octet| *octet != 0));
    body.push(0);
}

/// The rest of a body.
pub(super) struct Fields<'a>(&'a [u8]);

/// An optional parameter (TLV).
pub(super) struct Parameter<'a> {
    pub(super) tag: u16,
    pub(super) value: &'a [u8],
}

impl<'a> Fields<'a> {
    /// Begins at the start of a body.
    pub(super) fn of(body: &'a [u8]) -> Self {
        Self(body)
    }

    /// Reads a text without its end.
    pub(super) fn text(&mut self) -> Result<&'a [u8], InvalidPdu> {
        let end = self.0.iter().position(|octet| *octet == 0).ok_or(InvalidPdu::Body)?;
        let text = self.octets(end)?;
        self.octets(1)?;
        Ok(text)
    }

    /// Reads an octet.
    pub(super) fn octet(&mut self) -> Result<u8, InvalidPdu> {
        self.octets(1)?.first().copied().ok_or(InvalidPdu::Body)
    }

    /// Reads this many octets.
    pub(super) fn octets(&mut self, count: usize) -> Result<&'a [u8], InvalidPdu> {
        let (octets, rest) = self.0.split_at_checked(count).ok_or(InvalidPdu::Body)?;
        self.0 = rest;
        Ok(octets)
    }

    /// Reads an optional parameter; `None` at the end of the body.
    pub(super) fn parameter(&mut self) -> Result<Option<Parameter<'a>>, InvalidPdu> {
        if self.0.is_empty() {
            return Ok(None);
        }
        let tag = self.number()?;
        let length = self.number()?;
        Ok(Some(Parameter { tag, value: self.octets(length.into())? }))
    }

    fn number(&mut self) -> Result<u16, InvalidPdu> {
        let octets = self.octets(2)?;
        octets.try_into().map(u16::from_be_bytes).map_err(|_| InvalidPdu::Body)
    }
}
