//! Fields of bodies and paths, parsed.

use std::collections::BTreeMap;

use crate::domain::address::Address;
use crate::domain::challenges::details::BoundFields;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::challenges::vars::Vars;
use crate::domain::locale::Locale;

use super::error::V1Error;

/// A recipient.
pub(super) fn recipient(text: &str) -> Result<Address, V1Error> {
    Address::parse(text).map_err(|error| V1Error::field("/to", error.to_string()))
}

/// Texts for templates.
pub(super) fn vars(entries: BTreeMap<String, String>) -> Result<Vars, V1Error> {
    Vars::new(entries).map_err(|error| V1Error::field("/vars", error.to_string()))
}

/// A language, if one is told.
pub(super) fn locale(tag: Option<&str>) -> Result<Option<Locale>, V1Error> {
    let wrong = || V1Error::field("/locale", "a language tag such as de, pt-BR or zh-Hant");
    tag.map(|tag| Locale::parse(tag).ok_or_else(wrong)).transpose()
}

/// What a code is for, `verification` if not told.
pub(super) fn purpose(word: Option<&str>) -> Result<Purpose, V1Error> {
    let Some(word) = word else { return Ok(Purpose::VERIFICATION) };
    Purpose::parse(word).ok_or_else(|| {
        V1Error::field("/purpose", "1 to 32 lower-case letters, digits and underscores, a letter first")
    })
}

/// What verification has to repeat.
pub(super) fn bound(fields: BTreeMap<String, String>) -> Result<BoundFields, V1Error> {
    BoundFields::new(fields).map_err(|error| V1Error::field("/bind", error.to_string()))
}
