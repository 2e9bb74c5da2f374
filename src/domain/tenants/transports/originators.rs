//! Originators: the senders that recipients see, by country.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::words::is_number;
use crate::domain::tenants::invalid_route::InvalidRoute;

/// The word for every number that no prefix matches.
const DEFAULT: &str = "default";
/// The maximum number of prefixes.
const MAX_PREFIXES: usize = 300;
/// The longest name (3GPP TS 23.040 §9.1.2.5).
const MAX_NAME: usize = 11;
/// The longest number (E.164).
const MAX_DIGITS: usize = 15;

/// The sender of messages, or several by the leading digits of the recipient's number. Countries
/// differ in what they let a sender be: a name, a short code, or a number of theirs.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(untagged, expecting = "a sender, or an object of senders by prefix such as {\"default\": \"Acme\"}")]
pub enum Originators {
    /// The same for everybody.
    One(String),
    /// By prefix, with an entry `default`.
    ByPrefix(BTreeMap<String, String>),
}

impl Originators {
    /// Returns the sender for a number, given as digits with the country code: that of the longest
    /// prefix. It is empty only if [`Originators::check`] was ignored.
    pub fn of(&self, digits: &str) -> &str {
        match self {
            Self::One(one) => one,
            Self::ByPrefix(all) => {
                let longest = (1..=digits.len()).rev().find_map(|end| all.get(digits.get(..end)?));
                longest.or_else(|| all.get(DEFAULT)).map_or("", String::as_str)
            }
        }
    }

    /// Returns every sender.
    fn all(&self) -> impl Iterator<Item = &String> {
        let (one, several) = match self {
            Self::One(one) => (Some(one), None),
            Self::ByPrefix(all) => (None, Some(all.values())),
        };
        one.into_iter().chain(several.into_iter().flatten())
    }

    /// Checks that each sender is a number with plus, a short code or a name, and that there is one
    /// for every recipient.
    pub fn check(&self, field: &'static str) -> Result<(), InvalidRoute> {
        self.check_prefixes(field)?;
        let problem = "a sender is a number such as +15550100, a short code of 3 to 8 digits, or a name of at \
                       most 11 letters and digits with at least one letter";
        let is_fine = |sender: &String| is_number(sender) || is_short_code(sender) || is_name(sender);
        if self.all().all(is_fine) { Ok(()) } else { Err(InvalidRoute::new(field, problem)) }
    }

    /// Checks that each sender is a number with plus.
    pub fn check_numbers(&self, field: &'static str) -> Result<(), InvalidRoute> {
        self.check_prefixes(field)?;
        match self.all().all(|sender| is_number(sender)) {
            true => Ok(()),
            false => Err(InvalidRoute::new(field, "a number with plus and country code such as +15550100")),
        }
    }

    fn check_prefixes(&self, field: &'static str) -> Result<(), InvalidRoute> {
        let Self::ByPrefix(all) = self else { return Ok(()) };
        let is_prefix = |key: &String| {
            key == DEFAULT
                || ((1..=MAX_DIGITS).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_digit()))
        };
        if !all.contains_key(DEFAULT) || !all.keys().all(is_prefix) || all.len() > MAX_PREFIXES {
            let problem =
                "the keys are `default`, which is needed, and prefixes in digits without plus such as 1";
            return Err(InvalidRoute::new(field, problem));
        }
        Ok(())
    }
}

fn is_short_code(text: &str) -> bool {
    (3..=8).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

fn is_name(text: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b" -_.&".contains(&b);
    text.len() <= MAX_NAME
        && text.trim() == text
        && text.bytes().all(allowed)
        && text.bytes().any(|b| b.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Originators {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn the_longest_prefix_names_the_sender() {
        let senders = read(r#"{"default":"Acme","1":"+15550100","1242":"AcmeBS","49":"+4930123456"}"#);
        senders.check("from").unwrap();
        for (to, from) in [
            ("15551234567", "+15550100"),
            ("12425551234", "AcmeBS"),
            ("4915112345678", "+4930123456"),
            ("33612345678", "Acme"),
            ("", "Acme"),
        ] {
            assert_eq!(senders.of(to), from, "{to}");
        }
        assert_eq!(read("\"Acme\"").of("49"), "Acme");
    }

    #[test]
    fn senders_that_no_network_takes_are_refused() {
        for fine in ["\"Acme\"", "\"+15550100\"", "\"12345\"", "\"A-B 1\"", r#"{"default":"Acme"}"#] {
            assert!(read(fine).check("from").is_ok(), "{fine}");
        }
        for bad in [
            "\"\"",
            "\"AcmeAcmeAcme\"",
            "\"12\"",
            "\"123456789\"",
            "\" Acme\"",
            "\"Ac\\nme\"",
            "\"Äcme\"",
            "\"A{{1}}\"",
            "{}",
            r#"{"1":"+15550100"}"#,
            r#"{"default":"Acme","+1":"+15550100"}"#,
            r#"{"default":"Acme","de":"Acme"}"#,
        ] {
            assert_eq!(read(bad).check("from").unwrap_err().field, "from", "{bad}");
        }
        assert!(read("\"Acme\"").check_numbers("from").is_err());
        assert!(serde_json::from_str::<Originators>("7").is_err());
    }
}
