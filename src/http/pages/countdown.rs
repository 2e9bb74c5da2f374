//! Sentences with a value, such as the remaining time.

use std::borrow::Cow;

use fluent_bundle::{FluentArgs, FluentValue};

use crate::domain::time::Timestamp;
use crate::texts::{BuiltIn, MissingText};

/// A sentence around a remaining time.
pub(crate) struct Countdown {
    pub(crate) before: String,
    pub(crate) time: String,
    pub(crate) after: String,
    pub(crate) seconds: u64,
}

impl Countdown {
    /// The time until `end`.
    pub(crate) fn until(
        texts: &'static BuiltIn,
        id: &'static str,
        end: Timestamp,
        now: Timestamp,
    ) -> Result<Self, MissingText> {
        // Rounded up, so that the action is possible when the countdown ends.
        let seconds = end.since(now).as_millis().div_ceil(1000) as u64;
        let time = format!("{}:{:02}", seconds / 60, seconds % 60);
        let whole = with(texts, id, "time", time.as_str())?;
        let (before, after) = whole.split_once(&time).unwrap_or((&whole, ""));
        Ok(Self { before: before.to_owned(), after: after.to_owned(), time, seconds })
    }
}

/// The text with a value.
pub(crate) fn with<'a>(
    texts: &'static BuiltIn,
    id: &'static str,
    name: &'static str,
    value: impl Into<FluentValue<'a>>,
) -> Result<Cow<'static, str>, MissingText> {
    let mut args = FluentArgs::with_capacity(1);
    args.set(name, value);
    texts.text(id, Some(&args))
}
