//! Details that a tenant attaches to a challenge: for its own use, or to be repeated at verification.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::challenges::asking::Asking;
use crate::domain::challenges::receipt::Nonce;
use crate::domain::challenges::return_url::Hosting;
use crate::domain::locale::Locale;

/// The maximum number of entries of metadata or bound fields.
pub const MAX_ENTRIES: usize = 20;
/// The maximum length of a name, in bytes.
pub const MAX_ENTRY_NAME: usize = 40;
/// The maximum length of a value, in bytes.
pub const MAX_VALUE: usize = 500;

/// A nonce, metadata, a language and page settings. They are returned with the challenge and in its
/// receipt, and stored in clear: they are the tenant's own words and no place for secrets.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct Details {
    /// The tenant's own identifier for this challenge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    nonce: Option<Nonce>,
    /// The tenant's own key-value pairs.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    metadata: BTreeMap<String, String>,
    /// The language of the messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    locale: Option<Locale>,
    /// The tenant's language, if the challenge was given none of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    default_locale: Option<Locale>,
    /// The settings of the hosted page, if the challenge has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hosting: Option<Hosting>,
}

/// The error for details that are refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum InvalidDetails {
    /// The nonce is empty, too long or has other characters.
    #[error("may have 1 to 200 visible ASCII characters")]
    Nonce,
    /// There are too many entries, or one is too long.
    #[error(
        "may have {MAX_ENTRIES} entries, with names of 1 to {MAX_ENTRY_NAME} bytes and values of {MAX_VALUE}"
    )]
    Entries,
}

impl Details {
    /// Creates details from a nonce and metadata, checking their bounds.
    pub fn new(nonce: Option<String>, metadata: BTreeMap<String, String>) -> Result<Self, InvalidDetails> {
        let nonce = nonce.map(|text| Nonce::parse(&text).ok_or(InvalidDetails::Nonce)).transpose()?;
        check(&metadata)?;
        Ok(Self { nonce, metadata, ..Self::default() })
    }

    /// Sets the language of the messages.
    #[must_use]
    pub fn in_language(self, locale: Option<Locale>) -> Self {
        Self { locale, ..self }
    }

    /// Sets the language for a challenge that was given none of its own.
    #[must_use]
    pub fn by_default_in(self, locale: Option<&Locale>) -> Self {
        let default_locale = locale.filter(|_| self.locale.is_none()).cloned();
        Self { default_locale, ..self }
    }

    /// Adds a hosted page where the code can be typed.
    #[must_use]
    pub fn hosted(self, hosting: Option<Hosting>) -> Self {
        Self { hosting, ..self }
    }

    /// Returns the settings of the hosted page; `None` for a challenge without a page.
    pub fn hosting(&self) -> Option<&Hosting> {
        self.hosting.as_ref()
    }

    /// Returns what the page asks its visitor for, if it asks for the recipient.
    pub fn asks(&self) -> Option<Asking> {
        self.hosting.as_ref().and_then(|hosting| hosting.asks)
    }

    /// Returns the language of the messages: the challenge's own, or the tenant's. `None` for English.
    pub fn locale(&self) -> Option<&Locale> {
        self.locale.as_ref().or(self.default_locale.as_ref())
    }

    /// Returns the language that the challenge was given.
    pub fn own_locale(&self) -> Option<&Locale> {
        self.locale.as_ref()
    }

    /// Returns the tenant's language, if the challenge was given none of its own.
    pub fn default_locale(&self) -> Option<&Locale> {
        self.default_locale.as_ref()
    }

    /// Returns the tenant's nonce.
    pub fn nonce(&self) -> Option<&Nonce> {
        self.nonce.as_ref()
    }

    /// Returns the tenant's metadata.
    pub fn metadata(&self) -> &BTreeMap<String, String> {
        &self.metadata
    }

    /// Returns whether nothing is attached.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Fields, such as an amount and a payee, that a verification must repeat exactly. They are never
/// stored: they go into the code's hash, so that a code minted for one transaction is wrong for
/// every other.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct BoundFields(BTreeMap<String, String>);

impl BoundFields {
    /// Creates bound fields, checking their bounds.
    pub fn new(fields: BTreeMap<String, String>) -> Result<Self, InvalidDetails> {
        check(&fields)?;
        Ok(Self(fields))
    }

    /// Iterates over names and values, ordered by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Returns whether nothing is bound.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn check(entries: &BTreeMap<String, String>) -> Result<(), InvalidDetails> {
    let fits = |(name, value): (&String, &String)| {
        (1..=MAX_ENTRY_NAME).contains(&name.len()) && value.len() <= MAX_VALUE
    };
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
