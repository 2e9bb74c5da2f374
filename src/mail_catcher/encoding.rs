//! The encodings of mail (RFC 2045 §6.7–6.8, RFC 2047), decoded tolerantly.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Decodes base64, white space ignored; what is no base64 comes back as it is.
pub(super) fn decode_base64(encoded: &[u8]) -> Vec<u8> {
    let compact: Vec<u8> = encoded.iter().copied().filter(|b| !b.is_ascii_whitespace()).collect();
    BASE64.decode(&compact).unwrap_or_else(|_| encoded.to_vec())
}

/// Decodes quoted-printable; an escape that is none stays as it is.
pub(super) fn decode_quoted_printable(encoded: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(encoded.len());
    let mut rest = encoded;
    while let [first, after @ ..] = rest {
        rest = match (first, after) {
            (b'=', [b'\r', b'\n', more @ ..] | [b'\n', more @ ..]) => more,
            (b'=', [high, low, more @ ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                decoded.push(nibble(*high) << 4 | nibble(*low));
                more
            }
            _ => {
                decoded.push(*first);
                after
            }
        };
    }
    decoded
}

fn nibble(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        _ => (digit | 0x20) - b'a' + 10,
    }
}

/// Decodes the encoded words of a header value, `=?UTF-8?B?…?=`; white space between two of them
/// is no part of the text (RFC 2047 §6.2).
pub(super) fn decode_words(value: &str) -> String {
    let (mut decoded, mut rest, mut after_word) = (String::new(), value, false);
    while let Some(start) = rest.find("=?") {
        let Some((word, end)) = decode_word(&rest[start..]) else {
            decoded.push_str(&rest[..start + 2]);
            rest = &rest[start + 2..];
            after_word = false;
            continue;
        };
        let between = &rest[..start];
        if !(after_word && between.trim().is_empty()) {
            decoded.push_str(between);
        }
        decoded.push_str(&word);
        rest = &rest[start + end..];
        after_word = true;
    }
    decoded.push_str(rest);
    decoded
}

/// The encoded word at the start of `text`, and how long it is.
fn decode_word(text: &str) -> Option<(String, usize)> {
    let mut pieces = text.strip_prefix("=?")?.splitn(3, '?');
    let (charset, encoding, after) = (pieces.next()?, pieces.next()?, pieces.next()?);
    let (encoded, _) = after.split_once("?=")?;
    let bytes = match encoding {
        "B" | "b" => decode_base64(encoded.as_bytes()),
        "Q" | "q" => decode_quoted_printable(encoded.replace('_', " ").as_bytes()),
        _ => return None,
    };
    let length = 2 + charset.len() + 1 + encoding.len() + 1 + encoded.len() + 2;
    Some((String::from_utf8_lossy(&bytes).into_owned(), length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_printable_is_decoded_and_the_odd_left() {
        for (encoded, decoded) in [
            ("a=3Db=\r\nc=\nd", "a=bcd"),
            ("=C3=A4", "ä"),
            ("=c3=a4", "ä"),
            ("100=", "100="),
            ("=zz=4", "=zz=4"),
        ] {
            assert_eq!(String::from_utf8_lossy(&decode_quoted_printable(encoded.as_bytes())), decoded);
        }
    }

    #[test]
    fn base64_is_decoded_with_and_without_padding() {
        for encoded in ["aGk=", "aGk", "aG\r\nk=\r\n"] {
            assert_eq!(decode_base64(encoded.as_bytes()), b"hi");
        }
        assert_eq!(decode_base64(b"not base64!"), b"not base64!");
    }

    #[test]
    fn encoded_words_are_decoded_in_place() {
        for (value, decoded) in [
            ("plain", "plain"),
            ("=?UTF-8?B?R3LDvG4=?=", "Grün"),
            ("a =?utf-8?q?b=C3=BC_c?= d", "a bü c d"),
            ("=?utf-8?Q?one?= =?utf-8?Q?two?=", "onetwo"),
            ("1 =? 2 =?x?y", "1 =? 2 =?x?y"),
            ("=?utf-8?X?no?=", "=?utf-8?X?no?="),
        ] {
            assert_eq!(decode_words(value), decoded);
        }
    }
}
