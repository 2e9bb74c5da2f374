//! HTTP gateways with fields of the operator's choice: those of Keycloak's extensions and of privacyIDEA.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::domain::challenges::purpose::Purpose;

use crate::http::hooks::asked::{Asked, Body};
use crate::http::shared::bodies::fields;
use crate::http::shared::bodies::json;
use crate::http::shared::problems::rejection::Rejection;

#[derive(Deserialize)]
struct Request {
    #[serde(default, deserialize_with = "text")]
    to: Option<String>,
    #[serde(default, deserialize_with = "text")]
    code: Option<String>,
    #[serde(default)]
    purpose: Option<String>,
    #[serde(default)]
    locale: Option<String>,
}

/// A text, or the whole number that privacyIDEA makes of one that consists of digits and does not begin with a zero.
fn text<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    match Value::deserialize(from)? {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text)),
        Value::Number(number) if number.is_u64() => Ok(Some(number.to_string())),
        _ => Err(D::Error::custom("must be a text, or a whole number")),
    }
}

/// Reads JSON, or a form if its type says so.
pub(super) fn read(body: &Body<'_>) -> Result<Vec<Asked>, Rejection> {
    let Request { to, code, purpose, locale } = match is_form(body.content_type) {
        true => form(body.bytes),
        false => json::parse(body.bytes)?,
    };
    let missing = |field: &str| Rejection::field(format!("/{field}"), "is missing");
    let (to, code) = (to.ok_or_else(|| missing("to"))?, code.ok_or_else(|| missing("code"))?);
    let purpose = purpose.map_or(Ok(Purpose::LOGIN), |word| fields::purpose(Some(&word)))?;
    Ok(vec![Asked { locale, ..Asked::of(to, code, purpose) }])
}

fn is_form(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

fn form(bytes: &[u8]) -> Request {
    let mut read = Request { to: None, code: None, purpose: None, locale: None };
    for (name, value) in form_urlencoded::parse(bytes) {
        let field = match &*name {
            "to" => &mut read.to,
            "code" => &mut read.code,
            "purpose" => &mut read.purpose,
            "locale" => &mut read.locale,
            _ => continue,
        };
        *field = Some(value.into_owned());
    }
    read
}
