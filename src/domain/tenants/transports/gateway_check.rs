//! The check of a gateway's description.

use std::collections::HashSet;

use serde_json::Value;

use super::gateway::{Gateway, GatewayAuth, GatewayBody};
use super::gateway_method::GatewayMethod;
use super::json_tree;
use super::words::{MAX_ENTRIES, MAX_TEXT, is_short_text};
use crate::domain::tenants::invalid_route::InvalidRoute;

/// Headers that the connection or the secret sets.
const TAKEN: [&str; 11] = [
    "host",
    "connection",
    "content-length",
    "content-type",
    "transfer-encoding",
    "upgrade",
    "te",
    "trailer",
    "expect",
    "cookie",
    "proxy-authorization",
];

impl Gateway {
    /// Checks the description, except for the URL.
    pub(super) fn check(&self) -> Result<(), InvalidRoute> {
        if self.method == GatewayMethod::Get && self.body == GatewayBody::Form {
            return Err(InvalidRoute::new("body", "a GET has no form: query"));
        }
        if self.fields.text.is_none() && self.fields.code.is_none() {
            return Err(InvalidRoute::new("fields/text", "the field of the text, or fields.code"));
        }
        self.check_names()?;
        self.check_headers()?;
        self.check_answers()?;
        self.reports.check()?;
        if self.reports.query.is_some() && self.fields.callback.is_none() {
            return Err(InvalidRoute::new("reports/query", "belongs to `fields.callback`, which is missing"));
        }
        let Some(validity) = &self.validity else { return Ok(()) };
        match (1..=validity.most).contains(&validity.least) {
            true => Ok(()),
            false => Err(InvalidRoute::new("validity/least", "1 or more seconds, and at most `most`")),
        }
    }

    /// Returns the name of each field, with where it stands in the description.
    fn names(&self) -> Vec<(String, &str)> {
        let mut names: Vec<(String, &str)> =
            self.fields.all().map(|(word, name)| (word.to_owned(), name.as_str())).collect();
        names.extend(self.constants.keys().map(|name| ("constants".to_owned(), name.as_str())));
        names.extend(self.validity.iter().map(|part| ("validity/field".to_owned(), part.field.as_str())));
        names.extend(self.alphabet.iter().map(|part| ("alphabet/field".to_owned(), part.field.as_str())));
        if let GatewayAuth::Field { secret, account } = &self.auth {
            names.push(("auth/secret".to_owned(), secret));
            names.extend(account.iter().map(|name| ("auth/account".to_owned(), name.as_str())));
        }
        names
    }

    /// Checks that every field has a place of its own.
    fn check_names(&self) -> Result<(), InvalidRoute> {
        let (mut body, mut used) = (Value::Null, HashSet::new());
        if self.constants.len() > MAX_ENTRIES {
            return Err(InvalidRoute::new("constants", "at most 100 fields"));
        }
        for (field, name) in self.names() {
            let (is_fine, problem) = match self.place() {
                GatewayBody::Json => (
                    json_tree::put(&mut body, name, Value::Bool(true)).is_ok(),
                    "a JSON pointer such as /message/to, to a place that no other field has",
                ),
                GatewayBody::Form | GatewayBody::Query => (
                    is_short_text(name) && used.insert(name),
                    "the name of a field, which no other field has",
                ),
            };
            if !is_fine {
                return Err(InvalidRoute::new(field, problem));
            }
        }
        Ok(())
    }

    fn check_headers(&self) -> Result<(), InvalidRoute> {
        if self.headers.len() > MAX_ENTRIES {
            return Err(InvalidRoute::new("headers", "at most 100 headers"));
        }
        for (name, value) in &self.headers {
            let is_secret = name.eq_ignore_ascii_case("authorization");
            if !is_header_name(name) || is_secret || !is_header_value(value) {
                let problem = "a header that is not set anyway, with a value of printable characters; secrets go \
                               into `secret`, with `auth`";
                return Err(InvalidRoute::new("headers", problem));
            }
        }
        match &self.auth {
            GatewayAuth::Header { name, .. } if !is_header_name(name) => {
                Err(InvalidRoute::new("auth/name", "the name of a header that is not set anyway"))
            }
            GatewayAuth::Header { name, .. }
                if self.headers.keys().any(|known| known.eq_ignore_ascii_case(name)) =>
            {
                Err(InvalidRoute::new("auth/name", "a header that is not in `headers`"))
            }
            GatewayAuth::Header { prefix, .. } if !is_header_value(prefix) => {
                Err(InvalidRoute::new("auth/prefix", "printable characters"))
            }
            _ => Ok(()),
        }
    }

    /// Checks that an acceptance can be recognised.
    fn check_answers(&self) -> Result<(), InvalidRoute> {
        let success = &self.success;
        if success.status.iter().any(|status| !(200..=299).contains(status)) {
            return Err(InvalidRoute::new("success/status", "numbers from 200 to 299"));
        }
        if success.pointer.is_none() && success.contains.is_empty() {
            let problem = "say what the answer has only if the message was accepted: `pointer` or `contains`";
            return Err(InvalidRoute::new("success", problem));
        }
        if success.pointer.is_none() && !success.equals.is_empty() {
            return Err(InvalidRoute::new("success/equals", "belongs to `pointer`, which is missing"));
        }
        let pointers = [
            ("success/pointer", &success.pointer),
            ("id", &self.id),
            ("errors/pointer", &self.errors.pointer),
        ];
        for (field, pointer) in pointers {
            if pointer.as_ref().is_some_and(|pointer| !pointer.starts_with('/') || !is_short_text(pointer)) {
                return Err(InvalidRoute::new(field, "a JSON pointer such as /messages/0/status"));
            }
        }
        let errors = &self.errors;
        if errors.pointer.is_none() && errors.other.is_some() {
            return Err(InvalidRoute::new("errors/other", "belongs to `pointer`, which is missing"));
        }
        let lists = [
            ("success/equals", &success.equals),
            ("success/contains", &success.contains),
            ("errors/retry", &errors.retry),
            ("errors/next", &errors.next),
            ("errors/refuse", &errors.refuse),
        ];
        for (field, list) in lists {
            if list.len() > MAX_ENTRIES || !list.iter().all(|text| is_short_text(text)) {
                return Err(InvalidRoute::new(field, "at most 100 texts of 1 to 200 bytes"));
            }
        }
        Ok(())
    }
}

/// Returns whether a text is the name of a header (RFC 9110 §5.6.2) that may be set.
fn is_header_name(text: &str) -> bool {
    let token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    is_short_text(text) && text.bytes().all(token) && !TAKEN.contains(&text.to_ascii_lowercase().as_str())
}

fn is_header_value(text: &str) -> bool {
    text.len() <= MAX_TEXT && text.bytes().all(|b| (b' '..=b'~').contains(&b))
}
