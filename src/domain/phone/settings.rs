//! What a tenant says about phone numbers.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::country::{Country, InvalidCountry};
use super::fraud::settings::FraudSettings;

/// The word for all countries.
const EVERY: &str = "*";

/// A tenant's settings for phone numbers.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct PhoneSettings {
    /// The country whose national numbers are understood.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<Country>,
    /// The countries that codes may be sent to. None, until the tenant lists them, because whoever can
    /// make a form send messages can make them go where they cost the most.
    #[serde(skip_serializing_if = "Countries::is_empty")]
    pub countries: Countries,
    /// The tenant's own settings for the rules against toll fraud.
    #[serde(skip_serializing_if = "FraudSettings::is_empty")]
    pub rules: FraudSettings,
}

/// A set of countries; the word `*` stands for all.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
pub enum Countries {
    /// Every country, and the numbers of none.
    All,
    /// These.
    Only(BTreeSet<Country>),
}

impl PhoneSettings {
    /// Returns whether nothing is set.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Countries {
    /// Returns whether codes may be sent there.
    pub fn contains(&self, country: Country) -> bool {
        match self {
            Self::All => true,
            Self::Only(some) => some.contains(&country),
        }
    }

    /// Returns whether there is none.
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Only(some) if some.is_empty())
    }

    /// Parses a list of countries, or the one word `*`.
    pub fn parse<S: AsRef<str>>(words: &[S]) -> Result<Self, InvalidCountry> {
        match words {
            [every] if every.as_ref() == EVERY => Ok(Self::All),
            some => {
                let parsed = some.iter().map(|word| Country::parse(word.as_ref()).ok_or(InvalidCountry));
                Ok(Self::Only(parsed.collect::<Result<_, _>>()?))
            }
        }
    }
}

impl Default for Countries {
    fn default() -> Self {
        Self::Only(BTreeSet::new())
    }
}

impl TryFrom<Vec<String>> for Countries {
    type Error = InvalidCountry;

    fn try_from(words: Vec<String>) -> Result<Self, InvalidCountry> {
        Self::parse(&words)
    }
}

impl From<Countries> for Vec<String> {
    fn from(countries: Countries) -> Self {
        match countries {
            Countries::All => vec![EVERY.to_owned()],
            Countries::Only(some) => some.into_iter().map(String::from).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_country_is_allowed_until_it_is_listed() {
        let germany = Country::parse("DE").unwrap();
        assert!(!PhoneSettings::default().countries.contains(germany));
        assert!(Countries::parse(&["AT", "DE"]).unwrap().contains(germany));
        assert!(!Countries::parse(&["AT"]).unwrap().contains(germany));
        assert!(Countries::parse(&["*"]).unwrap().contains(germany));
        assert_eq!(Countries::parse(&["*", "DE"]), Err(InvalidCountry));
    }

    #[test]
    fn settings_are_written_and_read_as_lists_of_words() {
        let read = |json: &str| serde_json::from_str::<PhoneSettings>(json);
        let settings = read(r#"{"region":"DE","countries":["AT","DE"]}"#).unwrap();
        assert_eq!(serde_json::to_string(&settings).unwrap(), r#"{"region":"DE","countries":["AT","DE"]}"#);
        assert_eq!(read("{}").unwrap(), PhoneSettings::default());
        assert!(read(r#"{"countries":["Germany"]}"#).is_err());
        assert_eq!(serde_json::to_string(&PhoneSettings::default()).unwrap(), "{}");
    }
}
