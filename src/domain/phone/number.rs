//! Phone numbers in E.164.

use std::borrow::Cow;
use std::fmt;

use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumber as Parsed, PhoneNumberFormat, PhoneNumberType};

use super::country::Country;

/// The maximum length of a text that is read as a number, in bytes.
const MAX_TEXT: usize = 64;

/// The digits by which the numbers of one range differ. A number has at least seven.
const LAST: usize = 4;

/// A phone number (ITU-T E.164) that is assigned to somebody, as far as the numbering plans tell.
/// `Debug` shows it masked.
#[derive(Clone, PartialEq, Eq)]
pub struct PhoneNumber {
    /// With the plus.
    e164: String,
    calling_code: u16,
    country: Country,
    line: Line,
}

/// The kind of line that a number belongs to, by the numbering plan of its country. A number that
/// was moved from one line to another keeps its kind.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Line {
    /// A mobile phone, or anything that the plan does not tell apart from one.
    Mobile,
    /// A landline.
    Fixed,
    /// A number whose owner forwards it, or of a telephone on the Internet.
    Virtual,
    /// A number that costs its caller more than a call, that several share, or that nobody reads: free
    /// of charge for the caller, of a company, a pager or a mailbox.
    Service,
}

/// The error for a text that is not a number to which a code can be sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum InvalidPhoneNumber {
    /// Something else than digits, a plus and separators.
    #[error("a phone number has digits only: no letters and no extension, as in +49 1512 3456789")]
    Characters,
    /// National, and no region is known.
    #[error("a phone number begins with + and the country's code, as in +49 1512 3456789")]
    National,
    /// The numbering plans do not have it.
    #[error("no such phone number: look at its digits again")]
    Unassigned,
}

impl PhoneNumber {
    /// Parses a number in any common way of writing: international ones everywhere, national ones as
    /// they are dialled in `region`.
    pub fn parse(text: &str, region: Option<Country>) -> Result<Self, InvalidPhoneNumber> {
        if text.len() > MAX_TEXT {
            return Err(InvalidPhoneNumber::Characters);
        }
        let seen: String = text.chars().filter(|c| !is_invisible(*c)).collect();
        let text = seen.trim();
        let text = text.strip_prefix("tel:").unwrap_or(text);
        if !text.chars().all(is_written_in_numbers) {
            return Err(InvalidPhoneNumber::Characters);
        }
        let digits = PHONE_NUMBER_UTIL.normalize_digits_only(text);
        let is_international = text.starts_with(['+', '\u{ff0b}']);
        let national = (!is_international).then(|| region.and_then(|region| Self::dialled(text, region)));
        if let Some(number) = national.flatten() {
            return Ok(number);
        }
        let international = match (is_international, digits.strip_prefix("00")) {
            (true, _) => Cow::Borrowed(text),
            // How most of the world dials a plus.
            (false, Some(rest)) => Cow::Owned(format!("+{rest}")),
            (false, None) if region.is_some() => return Err(InvalidPhoneNumber::Unassigned),
            (false, None) => return Err(InvalidPhoneNumber::National),
        };
        let parsed = PHONE_NUMBER_UTIL.parse(international, None).ok();
        parsed.and_then(|parsed| Self::of(&parsed)).ok_or(InvalidPhoneNumber::Unassigned)
    }

    fn dialled(text: &str, region: Country) -> Option<Self> {
        let parsed = PHONE_NUMBER_UTIL.parse(text, Some(region.region()?)).ok()?;
        Self::of(&parsed)
    }

    fn of(parsed: &Parsed) -> Option<Self> {
        let is_plain = parsed.is_valid() && parsed.extension().is_empty();
        let e164 = parsed.format_as(PhoneNumberFormat::E164);
        // The plus, and at most 15 digits (E.164 §6).
        let is_e164 = (8..=16).contains(&e164.len()) && e164.bytes().skip(1).all(|b| b.is_ascii_digit());
        (is_plain && is_e164).then_some(())?;
        Some(Self {
            e164: e164.into_owned(),
            calling_code: u16::try_from(parsed.country_code).ok()?,
            country: parsed.get_region_code().map_or(Country::WORLD, Country::of),
            line: Line::of(parsed.get_type()),
        })
    }

    /// Returns the number with the plus, as in `+4915123456789`.
    pub fn as_str(&self) -> &str {
        &self.e164
    }

    /// Returns the digits, country code first, without the plus.
    pub fn digits(&self) -> &str {
        self.e164.trim_start_matches('+')
    }

    /// Returns the country that the number belongs to.
    pub fn country(&self) -> Country {
        self.country
    }

    /// Returns the code with which the country is called, such as 49.
    pub fn calling_code(&self) -> u16 {
        self.calling_code
    }

    /// Returns the kind of line.
    pub fn line(&self) -> Line {
        self.line
    }

    /// Returns the digits without the last four, which the numbers of one range share.
    pub fn prefix(&self) -> &str {
        let digits = self.digits();
        digits.get(..digits.len() - LAST).unwrap_or_default()
    }

    /// Returns the last four digits.
    pub fn last_four(&self) -> u16 {
        let last = self.e164.get(self.e164.len() - LAST..);
        last.and_then(|digits| digits.parse().ok()).unwrap_or_default()
    }

    /// Returns the number with all digits masked but the country's code and the last two: `+49 *** ***78`.
    pub fn masked(&self) -> String {
        let last = self.e164.get(self.e164.len() - 2..).unwrap_or_default();
        format!("+{} *** ***{last}", self.calling_code)
    }
}

impl Line {
    fn of(kind: PhoneNumberType) -> Self {
        match kind {
            PhoneNumberType::Mobile | PhoneNumberType::FixedLineOrMobile => Self::Mobile,
            PhoneNumberType::FixedLine => Self::Fixed,
            PhoneNumberType::VoIP | PhoneNumberType::PersonalNumber => Self::Virtual,
            PhoneNumberType::TollFree
            | PhoneNumberType::PremiumRate
            | PhoneNumberType::SharedCost
            | PhoneNumberType::Pager
            | PhoneNumberType::UAN
            | PhoneNumberType::VoiceMail
            | PhoneNumberType::Unknown => Self::Service,
        }
    }
}

/// Returns whether people write this character in phone numbers. Letters are not among them: what
/// they dial depends on the telephone.
fn is_written_in_numbers(c: char) -> bool {
    match c {
        '+' | '(' | ')' | '.' | '/' | '-' => true,
        // The same in full width, and dashes and a minus.
        '\u{ff0b}' | '\u{ff08}' | '\u{ff09}' | '\u{ff0e}' | '\u{ff0d}' => true,
        '\u{2010}'..='\u{2015}' | '\u{2212}' => true,
        c => c.is_numeric() || (c.is_whitespace() && !c.is_control()),
    }
}

/// Returns whether this is a mark of direction or a separator of no width, which copying leaves.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{2066}'..='\u{2069}')
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

#[cfg(test)]
mod oracle_tests;
#[cfg(test)]
mod tests;
