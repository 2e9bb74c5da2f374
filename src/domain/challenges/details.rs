//! What a tenant attaches to a challenge: for its own use, or to be repeated at verification.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::challenges::receipt::Nonce;
use crate::domain::challenges::return_url::Hosting;
use crate::domain::locale::Locale;

/// The most entries of metadata or bound fields.
pub const MAX_ENTRIES: usize = 20;
/// The most bytes of a name.
pub const MAX_NAME: usize = 40;
/// The most bytes of a value.
pub const MAX_VALUE: usize = 500;

/// A nonce, metadata and a language, given back with the challenge and in its receipt. Kept in clear: they are
/// the tenant's own words and no place for secrets.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct Details {
    /// The tenant's mark on this very challenge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    nonce: Option<Nonce>,
    /// The tenant's notes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    metadata: BTreeMap<String, String>,
    /// The language of its messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    locale: Option<Locale>,
    /// What its page needs, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hosting: Option<Hosting>,
}

/// Entries that are too many or too long.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum InvalidDetails {
    /// The nonce.
    #[error("may have 1 to 200 visible ASCII characters")]
    Nonce,
    /// The entries.
    #[error("may have {MAX_ENTRIES} entries, with names of 1 to {MAX_NAME} bytes and values of {MAX_VALUE}")]
    Entries,
}

impl Details {
    /// A nonce and metadata within their bounds.
    pub fn new(nonce: Option<String>, metadata: BTreeMap<String, String>) -> Result<Self, InvalidDetails> {
        let nonce = nonce.map(|text| Nonce::parse(&text).ok_or(InvalidDetails::Nonce)).transpose()?;
        check(&metadata)?;
        Ok(Self { nonce, metadata, locale: None, hosting: None })
    }

    /// The same, with messages in this language.
    #[must_use]
    pub fn in_language(self, locale: Option<Locale>) -> Self {
        Self { locale, ..self }
    }

    /// The same, with a page where the code can be typed.
    #[must_use]
    pub fn hosted(self, hosting: Option<Hosting>) -> Self {
        Self { hosting, ..self }
    }

    /// What its page needs; `None` for a challenge without a page.
    pub fn hosting(&self) -> Option<&Hosting> {
        self.hosting.as_ref()
    }

    /// Whether its page asks for the recipient.
    pub fn asks(&self) -> bool {
        self.hosting.as_ref().is_some_and(|hosting| hosting.asks.is_some())
    }

    /// The language of the challenge's messages; `None` for the usual one.
    pub fn locale(&self) -> Option<&Locale> {
        self.locale.as_ref()
    }

    /// The tenant's mark.
    pub fn nonce(&self) -> Option<&Nonce> {
        self.nonce.as_ref()
    }

    /// The tenant's notes.
    pub fn metadata(&self) -> &BTreeMap<String, String> {
        &self.metadata
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Fields, such as an amount and a payee, that verification must repeat to the letter. They are
/// never stored: they go into the code's hash, so that a code minted for one transaction is wrong
/// for every other.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct BoundFields(BTreeMap<String, String>);

impl BoundFields {
    /// Fields within their bounds.
    pub fn new(fields: BTreeMap<String, String>) -> Result<Self, InvalidDetails> {
        check(&fields)?;
        Ok(Self(fields))
    }

    /// Names and values, in order of names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Whether nothing is bound.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn check(entries: &BTreeMap<String, String>) -> Result<(), InvalidDetails> {
    let fits =
        |(name, value): (&String, &String)| (1..=MAX_NAME).contains(&name.len()) && value.len() <= MAX_VALUE;
    match entries.len() <= MAX_ENTRIES && entries.iter().all(fits) {
        true => Ok(()),
        false => Err(InvalidDetails::Entries),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_attached_is_bounded() {
        let entries = |count: usize, size: usize| -> BTreeMap<String, String> {
            (0..count).map(|at| (format!("name{at}"), "v".repeat(size))).collect()
        };
        assert!(Details::new(Some("n".to_owned()), entries(20, 500)).is_ok());
        assert_eq!(Details::new(None, entries(21, 1)), Err(InvalidDetails::Entries));
        assert_eq!(Details::new(None, entries(1, 501)), Err(InvalidDetails::Entries));
        assert_eq!(Details::new(Some(String::new()), entries(0, 0)), Err(InvalidDetails::Nonce));
        assert!(BoundFields::new([("".to_owned(), "x".to_owned())].into()).is_err());
    }
}
