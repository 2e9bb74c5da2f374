//! Lengths, parts and octets of text messages (3GPP TS 23.038, TS 23.040 §9.2.3.24.1).

use super::alphabet::{GsmCode, gsm_code};

/// How a text message is coded.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum SmsEncoding {
    /// The 7-bit alphabet: every character is in it.
    Gsm7,
    /// UCS-2, in fact UTF-16.
    Ucs2,
}

impl SmsEncoding {
    /// Returns the coding of `text`.
    pub fn of(text: &str) -> Self {
        let is_gsm = text.chars().all(|c| gsm_code(c).is_some());
        if is_gsm { Self::Gsm7 } else { Self::Ucs2 }
    }

    /// Returns the word used in JSON and output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gsm7 => "gsm7",
            Self::Ucs2 => "ucs2",
        }
    }

    /// Returns how many units a message of one part has at most.
    pub const fn one_part(self) -> usize {
        match self {
            Self::Gsm7 => 160,
            Self::Ucs2 => 70,
        }
    }

    /// Returns how many units each of several parts has at most; the rest is their numbering.
    pub const fn each_of_several(self) -> usize {
        match self {
            Self::Gsm7 => 153,
            Self::Ucs2 => 67,
        }
    }

    /// Returns the `data_coding` of SMPP 3.4 §5.2.19: the default alphabet of the message centre,
    /// or UCS-2.
    pub const fn data_coding(self) -> u8 {
        match self {
            Self::Gsm7 => 0x00,
            Self::Ucs2 => 0x08,
        }
    }

    /// Returns the units of `c`: septets, or code units of UTF-16.
    fn units(self, c: char) -> usize {
        match self {
            Self::Gsm7 => gsm_code(c).map_or(0, GsmCode::septets),
            Self::Ucs2 => c.len_utf16(),
        }
    }
}

/// The length of a text message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SmsLength {
    /// How it is coded.
    pub encoding: SmsEncoding,
    /// Its length in septets or code units.
    pub units: usize,
    /// How many parts it is sent in. Each is paid for, and arrives by itself.
    pub parts: usize,
}

/// Measures `text` as it is, without simplifying it.
pub fn measure(text: &str) -> SmsLength {
    let encoding = SmsEncoding::of(text);
    let units = text.chars().map(|c| encoding.units(c)).sum();
    let parts = if units <= encoding.one_part() { 1 } else { several(text, encoding) };
    SmsLength { encoding, units, parts }
}

/// Counts the parts of a text that does not fit into one. A character of two units is not split.
fn several(text: &str, encoding: SmsEncoding) -> usize {
    let room = encoding.each_of_several();
    let (parts, _) = text.chars().map(|c| encoding.units(c)).fold((1, 0), |(parts, filled), units| {
        if filled + units > room { (parts + 1, units) } else { (parts, filled + units) }
    });
    parts
}

/// A text as a message centre takes it. It may contain a code, so there is no `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct EncodedSms {
    /// How it is coded.
    pub encoding: SmsEncoding,
    /// One septet in each octet, unpacked, or UTF-16 in network order.
    pub octets: Vec<u8>,
}

/// Encodes `text` for SMPP.
pub fn encode(text: &str) -> EncodedSms {
    let codes: Option<Vec<GsmCode>> = text.chars().map(gsm_code).collect();
    match codes {
        Some(codes) => {
            let mut octets = Vec::with_capacity(codes.len());
            for code in codes {
                match code {
                    GsmCode::Basic(septet) => octets.push(septet),
                    GsmCode::Extended(septet) => octets.extend([GsmCode::ESCAPE, septet]),
                }
            }
            EncodedSms { encoding: SmsEncoding::Gsm7, octets }
        }
        None => {
            let octets = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
            EncodedSms { encoding: SmsEncoding::Ucs2, octets }
        }
    }
}
