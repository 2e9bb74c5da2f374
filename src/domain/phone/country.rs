//! Countries, as phone numbers know them.

use std::fmt;
use std::str::FromStr as _;

use rlibphonenumber::{PHONE_NUMBER_UTIL, Region};
use serde::{Deserialize, Serialize};

/// A country that has phone numbers, by its two letters (ISO 3166-1), such as `DE`. Numbers of no
/// country, such as those of satellites, belong to [`Country::WORLD`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Country([u8; 3]);

/// The error for a text that is not the code of a country with phone numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the two capital letters of a country, such as DE or US")]
pub struct InvalidCountry;

impl Country {
    /// The numbers that belong to no country.
    pub const WORLD: Self = Self(*b"001");

    /// Parses two letters.
    pub fn parse(text: &str) -> Option<Self> {
        let letters: [u8; 2] = text.as_bytes().try_into().ok()?;
        if !letters.iter().all(u8::is_ascii_uppercase) {
            return None;
        }
        let country = Self([letters[0], letters[1], b' ']);
        PHONE_NUMBER_UTIL.get_country_code_for_region(country.region()?).map(|_| country)
    }

    /// Returns the three bytes by which the store distinguishes countries.
    pub const fn mark(self) -> [u8; 3] {
        self.0
    }

    /// Returns the same bytes where they are.
    pub const fn as_mark(&self) -> &[u8; 3] {
        &self.0
    }

    /// Returns the country with these bytes, which [`mark`](Self::mark) gave.
    pub const fn of_mark(mark: [u8; 3]) -> Self {
        Self(mark)
    }

    /// Returns the country with this code, [`Country::WORLD`] included.
    pub fn known(code: &str) -> Option<Self> {
        if code == Self::WORLD.as_str() { Some(Self::WORLD) } else { Self::parse(code) }
    }

    /// Returns the code.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).map_or("", |code| code.trim_end_matches(' '))
    }

    pub(super) fn of(region: Region) -> Self {
        match region.as_region_str().as_bytes() {
            [first, second] => Self([*first, *second, b' ']),
            _ => Self::WORLD,
        }
    }

    pub(super) fn region(self) -> Option<Region> {
        Region::from_str(self.as_str()).ok()
    }
}

impl TryFrom<String> for Country {
    type Error = InvalidCountry;

    fn try_from(text: String) -> Result<Self, InvalidCountry> {
        Self::parse(&text).ok_or(InvalidCountry)
    }
}

impl From<Country> for String {
    fn from(country: Country) -> Self {
        country.as_str().to_owned()
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_countries_with_numbers_are_known_and_only_in_capitals() {
        for known in ["DE", "US", "GB", "XK", "AC"] {
            assert_eq!(Country::parse(known).map(|country| country.to_string()).as_deref(), Some(known));
        }
        for unknown in ["", "D", "de", "DEU", "XX", "ZZ", "QQ", "001", "D1", "Ä"] {
            assert_eq!(Country::parse(unknown), None, "{unknown:?}");
        }
    }
}
