//! The shapes of single values in settings.

use crate::domain::tenants::invalid_route::InvalidRoute;

/// The longest text in a description, in bytes.
pub(super) const MAX_TEXT: usize = 200;
/// The maximum number of entries of a list in a description.
pub(super) const MAX_ENTRIES: usize = 100;

/// Returns whether a text may be in a description.
pub(super) fn is_short_text(text: &str) -> bool {
    (1..=MAX_TEXT).contains(&text.len()) && !text.contains(char::is_control)
}

/// Returns whether a text is an identifier as Twilio gives them: two letters and 32 hexadecimal digits.
pub(super) fn is_sid(text: &str, prefix: &str) -> bool {
    let rest = text.strip_prefix(prefix).unwrap_or_default();
    rest.len() == 32 && rest.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

/// Returns whether a text is a number with plus and country code (E.164): at most 15 digits.
pub(super) fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or_default();
    (7..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0')
}

/// Returns whether a text consists of 1 to `most` characters that mean nothing in a URL or a header.
pub(super) fn is_plain(text: &str, most: usize) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~@".contains(&b);
    (1..=most).contains(&text.len()) && text.bytes().all(plain) && !text.bytes().all(|b| b == b'.')
}

/// Returns an error for `field`, unless `is_fine`.
pub(super) fn need(is_fine: bool, field: &'static str, problem: &'static str) -> Result<(), InvalidRoute> {
    if is_fine { Ok(()) } else { Err(InvalidRoute::new(field, problem)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_with_another_shape_are_refused() {
        assert!(is_sid("AC0123456789abcdef0123456789abcdef", "AC"));
        for bad in ["", "AC", "AC0123456789ABCDEF0123456789abcdef", "SK0123456789abcdef0123456789abcdef"] {
            assert!(!is_sid(bad, "AC"), "{bad}");
        }
        assert!(is_number("+4915112345678"));
        for bad in ["4915112345678", "+0491511234567", "+49 151", "+1234567890123456", "+123456", "+12a34567"]
        {
            assert!(!is_number(bad), "{bad}");
        }
        assert!(is_plain("acme_1.x@y", 20));
        for bad in ["", "a b", "a/b", "a%b", "a?b", "a\nb", "a:b", "..", "ä", "toolongtoolongtoolong"] {
            assert!(!is_plain(bad, 20), "{bad}");
        }
    }
}
