//! The values of the names in a template.

use std::borrow::Cow;
use std::time::Duration;

use crate::domain::address::Address;
use crate::domain::challenges::link::Link;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::challenges::vars::Vars;
use crate::domain::locale::Locale;

use super::cleaning::presentable;
use super::tree::Name;

/// The values of one message.
pub(in crate::delivery::content) struct Values<'a> {
    /// The tenant's name, made presentable for the medium.
    pub(in crate::delivery::content) app: &'a str,
    /// The code, as the medium says it.
    pub(in crate::delivery::content) code: &'a str,
    pub(in crate::delivery::content) lifetime: Duration,
    pub(in crate::delivery::content) locale: &'a Locale,
    pub(in crate::delivery::content) purpose: &'a Purpose,
    pub(in crate::delivery::content) to: &'a Address,
    /// The sentence that says how long the code is valid.
    pub(in crate::delivery::content) validity: Cow<'static, str>,
    pub(in crate::delivery::content) vars: &'a Vars,
    pub(in crate::delivery::content) link: Option<&'a Link>,
}

impl<'a> Values<'a> {
    /// Returns the value of a name: one line, without direction overrides; empty if there is none.
    pub(super) fn get(&self, name: &Name) -> Cow<'a, str> {
        match name {
            Name::Code => Cow::Borrowed(self.code),
            Name::App => Cow::Borrowed(self.app),
            Name::Minutes => counted(self.lifetime.as_secs() / 60),
            Name::Seconds => counted(self.lifetime.as_secs()),
            Name::Lifetime => self.validity.clone(),
            Name::Purpose => Cow::Borrowed(self.purpose.as_str()),
            Name::Locale => Cow::Borrowed(self.locale.as_str()),
            Name::To => Cow::Owned(presentable(self.to.as_str())),
            Name::Link => Cow::Borrowed(self.link.map_or("", Link::as_str)),
            Name::Var(name) => Cow::Owned(presentable(self.vars.get(name))),
        }
    }

    /// Returns whether a name has a value.
    pub(super) fn has(&self, name: &Name) -> bool {
        !self.get(name).is_empty()
    }
}

/// Formats a number; zero becomes empty, so that a template can test whether a whole minute is left.
fn counted(count: u64) -> Cow<'static, str> {
    if count == 0 { Cow::Borrowed("") } else { Cow::Owned(count.to_string()) }
}
