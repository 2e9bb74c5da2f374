// SPDX-License-Identifier: MIT

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::problems::Refused;
use crate::types::Fields;

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Kind {
    Text,
    Number,
    Boolean,
    Fields,
    Object,
}

use Kind::{Boolean, Fields as Texts, Number, Object, Text};

/// The fields that a body may have.
pub(super) type Shape = &'static [(&'static str, Kind)];

pub(super) const MINT: Shape = &[
    ("to", Text),
    ("ask", Text),
    ("channel", Text),
    ("purpose", Text),
    ("locale", Text),
    ("ttl", Number),
    ("code", Object),
    ("metadata", Texts),
    ("nonce", Text),
    ("vars", Texts),
    ("origin", Text),
    ("app_hash", Text),
    ("bind", Texts),
    ("return_url", Text),
    ("embed", Boolean),
    ("limits", Texts),
    ("end_user_ip", Text),
    ("trusted", Boolean),
];
pub(super) const VERIFY: Shape =
    &[("code", Text), ("bind", Texts), ("end_user_ip", Text), ("trusted", Boolean)];
pub(super) const VERIFY_BY_RECIPIENT: Shape = &[
    ("to", Text),
    ("purpose", Text),
    ("code", Text),
    ("bind", Texts),
    ("end_user_ip", Text),
    ("trusted", Boolean),
];
pub(super) const RESEND: Shape = &[("channel", Text)];
pub(super) const FACTOR: Shape = &[
    ("identity", Text),
    ("issuer", Text),
    ("account", Text),
    ("algorithm", Text),
    ("digits", Number),
    ("period", Number),
    ("secret", Text),
    ("uri", Text),
    ("confirmed", Boolean),
    ("return_url", Text),
    ("locale", Text),
];
pub(super) const CONFIRM: Shape = &[("code", Text)];
pub(super) const CHECK: Shape = &[("code", Text), ("purpose", Text), ("nonce", Text)];
pub(super) const RELAY: Shape = &[
    ("to", Text),
    ("code", Text),
    ("channel", Text),
    ("purpose", Text),
    ("locale", Text),
    ("expires_in", Number),
    ("link", Text),
    ("vars", Texts),
    ("metadata", Texts),
    ("limits", Texts),
    ("end_user_ip", Text),
];

/// A body, of which every field is known and of its kind.
pub(super) struct Body(Map<String, Value>);

impl Body {
    pub fn parse(body: Option<&[u8]>, shape: Shape, required: &[&str]) -> Result<Self, Refused> {
        let body = body.filter(|body| !body.is_empty()).unwrap_or(b"{}");
        let all: BTreeMap<String, Value> =
            serde_json::from_slice(body).map_err(|_| Refused::of("invalid_json"))?;
        for (name, value) in &all {
            let Some((_, kind)) = shape.iter().find(|(known, _)| known == name) else {
                return Err(Refused::field(&format!("/{name}"), &format!("unknown field `{name}`")));
            };
            // An optional field may be null, except those that are objects of texts.
            if !kind.fits(value) && (!value.is_null() || *kind == Kind::Fields) {
                return Err(Refused::field(&format!("/{name}"), "it is of another type"));
            }
        }
        match required.iter().find(|name| !all.get(**name).is_some_and(Value::is_string)) {
            Some(name) => Err(Refused::field(&format!("/{name}"), &format!("missing field `{name}`"))),
            None => Ok(Self(all.into_iter().collect())),
        }
    }

    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    pub fn fields(&self, name: &str) -> Fields {
        let members = self.0.get(name).and_then(Value::as_object).into_iter().flatten();
        members.filter_map(|(name, text)| Some((name.clone(), text.as_str()?.to_owned()))).collect()
    }

    pub fn value(&self, name: &str) -> &Value {
        self.0.get(name).unwrap_or(&Value::Null)
    }
}

impl Kind {
    fn fits(self, value: &Value) -> bool {
        match self {
            Text => value.is_string(),
            Number => value.is_number(),
            Boolean => value.is_boolean(),
            Object => value.is_object(),
            Texts => value.as_object().is_some_and(|all| all.values().all(Value::is_string)),
        }
    }
}

/// What was typed, without what stands between.
pub(super) fn plain(typed: &str) -> String {
    let is_between =
        |c: &char| c.is_whitespace() || matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{200b}'..='\u{200d}');
    typed.chars().filter(|c| !is_between(c)).flat_map(char::to_uppercase).collect()
}
