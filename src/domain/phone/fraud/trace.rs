//! Traces: what a challenge keeps of its number for the rules, until it ends.

use crate::domain::phone::country::Country;
use crate::domain::phone::number::PhoneNumber;
use crate::domain::secret::TrailKey;

/// What is known of a number, and of the end user who asks for a code to it, without either.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Trace {
    /// The country.
    pub country: Country,
    /// The last four digits, which mean little without the others.
    pub last: u16,
    /// The keyed hash of the other digits.
    pub prefix: TrailKey,
    /// The keyed hash of the end user's network, if the end user is known.
    pub end_user: Option<TrailKey>,
    /// The range that the number belongs to, as it is shown: without its last six digits.
    pub range: String,
    /// Whether the tenant vouches for the number: nothing that ranges and countries do concerns it.
    pub is_safe: bool,
}

/// The digits that are hidden where a range is shown.
const HIDDEN: usize = 6;

/// The bit of the flags that says that the end user is known.
const END_USER: u8 = 1;
/// The bit of the flags that says that the number is safe.
const SAFE: u8 = 2;

/// The bytes before the range, without an end user.
const HEAD: usize = 3 + 2 + 16 + 1;

/// Returns the range of a number as it is shown, such as `+4915123…`: without its last six digits.
pub fn range_of(number: &PhoneNumber) -> String {
    let digits = number.as_str();
    format!("{}…", digits.get(..digits.len().saturating_sub(HIDDEN)).unwrap_or_default())
}

impl Trace {
    /// Encodes the trace for a column.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEAD + 16 + self.range.len());
        bytes.extend(self.country.mark());
        bytes.extend(self.last.to_be_bytes());
        bytes.extend(self.prefix.0);
        let flag = |is_set: bool, flag: u8| if is_set { flag } else { 0 };
        bytes.push(flag(self.end_user.is_some(), END_USER) | flag(self.is_safe, SAFE));
        bytes.extend(self.end_user.iter().flat_map(|key| key.0));
        bytes.extend(self.range.as_bytes());
        bytes
    }

    /// Decodes a column; `None` for what no version of this program wrote.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (country, rest) = bytes.split_first_chunk()?;
        let (last, rest) = rest.split_first_chunk()?;
        let (prefix, rest) = rest.split_first_chunk()?;
        let (flags, rest) = rest.split_first()?;
        let (end_user, range) = match flags & END_USER {
            0 => (None, rest),
            _ => {
                let (key, range) = rest.split_first_chunk()?;
                (Some(TrailKey(*key)), range)
            }
        };
        Some(Self {
            country: Country::of_mark(*country),
            last: u16::from_be_bytes(*last),
            prefix: TrailKey(*prefix),
            end_user,
            range: str::from_utf8(range).ok()?.to_owned(),
            is_safe: flags & SAFE != 0,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_reads_back_and_shows_no_number() {
        let number = PhoneNumber::parse("+4915123456789", None).unwrap();
        let trace = Trace {
            country: number.country(),
            last: number.last_four(),
            prefix: TrailKey([7; 16]),
            end_user: None,
            range: range_of(&number),
            is_safe: false,
        };
        assert_eq!((trace.last, trace.range.as_str()), (6789, "+4915123…"));
        assert_eq!(number.prefix(), "491512345");
        let safe = Trace { is_safe: true, ..trace.clone() };
        let of_somebody = |trace: &Trace| Trace { end_user: Some(TrailKey([9; 16])), ..trace.clone() };
        for trace in [of_somebody(&trace), of_somebody(&safe), safe, trace] {
            assert_eq!(Trace::from_bytes(&trace.to_bytes()), Some(trace));
        }
        assert_eq!(Trace::from_bytes(&[1; 10]), None);
    }
}
