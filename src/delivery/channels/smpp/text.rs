//! Texts in the codings of message centres (§5.2.19). A text is one part, or it is not sent.

use zeroize::Zeroizing;

use crate::domain::sms::{SmsEncoding, encode, measure};
use crate::domain::tenants::transports::smpp::DefaultAlphabet;

/// A text, coded. The code is in it, so there is no `Debug`.
pub(super) struct CodedText {
    /// The `data_coding`.
    pub(super) coding: u8,
    /// The octets, at most 160.
    pub(super) octets: Zeroizing<Vec<u8>>,
}

/// Codes a text for a centre with this default alphabet; `None` if it does not fit into one part.
pub(super) fn coded(text: &str, alphabet: DefaultAlphabet) -> Option<CodedText> {
    if measure(text).parts != 1 {
        return None;
    }
    let encoded = encode(text);
    match (encoded.encoding, alphabet) {
        (SmsEncoding::Gsm7, DefaultAlphabet::Latin1) => latin1(text).or_else(|| ucs2(text)),
        (encoding, _) => {
            Some(CodedText { coding: encoding.data_coding(), octets: Zeroizing::new(encoded.octets) })
        }
    }
}

/// Codes a text that the centre will code once more, for the air.
fn latin1(text: &str) -> Option<CodedText> {
    let octets: Option<Vec<u8>> = text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
    let coding = SmsEncoding::Gsm7.data_coding();
    octets.map(|octets| CodedText { coding, octets: Zeroizing::new(octets) })
}

fn ucs2(text: &str) -> Option<CodedText> {
    let octets: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let fits = octets.len() <= 2 * SmsEncoding::Ucs2.one_part();
    fits.then(|| CodedText { coding: SmsEncoding::Ucs2.data_coding(), octets: Zeroizing::new(octets) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn octets(text: &str, alphabet: DefaultAlphabet) -> Option<(u8, Vec<u8>)> {
        coded(text, alphabet).map(|coded| (coded.coding, coded.octets.to_vec()))
    }

    #[test]
    fn the_default_alphabet_decides_how_a_text_without_a_coding_is_written() {
        use DefaultAlphabet::{Gsm, Latin1};
        assert_eq!(octets("é@1", Gsm), Some((0, vec![0x05, 0x00, 0x31])));
        assert_eq!(octets("é@1", Latin1), Some((0, vec![0xe9, 0x40, 0x31])));
        assert_eq!(octets("€", Gsm), Some((0, vec![0x1b, 0x65])));
        assert_eq!(octets("€", Latin1), Some((8, vec![0x20, 0xac])));
        for alphabet in [Gsm, Latin1] {
            assert_eq!(octets("ж", alphabet), Some((8, vec![0x04, 0x36])));
        }
    }

    #[test]
    fn a_text_of_two_parts_is_not_coded() {
        for (text, fits) in [
            ("a".repeat(160), true),
            ("a".repeat(161), false),
            ("ж".repeat(70), true),
            ("ж".repeat(71), false),
            ("€".repeat(80), true),
            ("€".repeat(81), false),
        ] {
            assert_eq!(coded(&text, DefaultAlphabet::Gsm).is_some(), fits, "{} characters", text.len());
        }
        // Only UCS-2 has the sign in the eyes of such a centre.
        assert!(coded(&format!("{}€", "a".repeat(70)), DefaultAlphabet::Latin1).is_none());
    }
}
