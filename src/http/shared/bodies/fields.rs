//! Parsers for fields of bodies and paths.

use std::collections::BTreeMap;

use crate::domain::address::Address;
use crate::domain::challenges::details::BoundFields;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::challenges::vars::Vars;
use crate::domain::locale::Locale;
use crate::domain::phone::country::Country;

use crate::http::shared::problems::rejection::Rejection;

/// The error for a text that is not a recipient.
pub(crate) const NO_RECIPIENT: &str = "not a mail address that can receive a code";

/// A recipient: a mail address or a phone number, which may be a national one of `region`.
pub(crate) fn recipient(text: &str, region: Option<Country>) -> Result<Address, Rejection> {
    Address::parse_in(region, text).map_err(|error| Rejection::field("/to", error.to_string()))
}

/// A recipient of mail.
pub(crate) fn mail_recipient(text: &str) -> Result<Address, Rejection> {
    Address::mail(text).map_err(|error| Rejection::field("/to", error.to_string()))
}

/// The `vars` of a mint.
pub(crate) fn vars(entries: BTreeMap<String, String>) -> Result<Vars, Rejection> {
    Vars::new(entries).map_err(|error| Rejection::field("/vars", error.to_string()))
}

/// An optional language.
pub(crate) fn locale(tag: Option<&str>) -> Result<Option<Locale>, Rejection> {
    let wrong = || Rejection::field("/locale", "a language tag such as de, pt-BR or zh-Hant");
    tag.map(|tag| Locale::parse(tag).ok_or_else(wrong)).transpose()
}

/// A purpose; `verification` if it is absent.
pub(crate) fn purpose(word: Option<&str>) -> Result<Purpose, Rejection> {
    let Some(word) = word else { return Ok(Purpose::VERIFICATION) };
    Purpose::parse(word).ok_or_else(|| {
        Rejection::field("/purpose", "1 to 32 lower-case letters, digits and underscores, a letter first")
    })
}

/// The fields that a verification must repeat.
pub(crate) fn bound(fields: BTreeMap<String, String>) -> Result<BoundFields, Rejection> {
    BoundFields::new(fields).map_err(|error| Rejection::field("/bind", error.to_string()))
}
