//! Parameters, from a form or from the query.

use std::collections::BTreeMap;

use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{FromRequest, HttpRequest};
use futures_core::future::LocalBoxFuture;
use percent_encoding::percent_decode;
use zeroize::Zeroizing;

use crate::http::shared::body;

use super::failure::Failure;

const FORM: &str = "application/x-www-form-urlencoded";

/// The parameter that must not stand in an address.
const SECRET: &str = "otp";

/// The parameters of a request; one in the body has priority. Unknown ones are ignored. They may be codes, so they
/// are not printed.
#[derive(Default)]
pub(super) struct Parameters {
    body: BTreeMap<String, Zeroizing<String>>,
    query: BTreeMap<String, Zeroizing<String>>,
}

impl Parameters {
    /// A parameter that is not empty.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        let found = self.body.get(name).or_else(|| self.query.get(name));
        found.map(|value| value.as_str()).filter(|value| !value.is_empty())
    }

    fn parse(query: &str, body: &[u8]) -> Result<Self, Failure> {
        let parsed = Self { body: pairs(body)?, query: pairs(query.as_bytes())? };
        match parsed.query.contains_key(SECRET) {
            // Proxies write addresses into their logs.
            true => {
                Err(Failure::bad("`otp` must be in the body and not in the URL, which is written to logs."))
            }
            false => Ok(parsed),
        }
    }
}

impl FromRequest for Parameters {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let body = body::read(request, payload);
        let request = request.clone();
        Box::pin(async move {
            let body = body.await?;
            if !body.is_empty() && !is_form(&request) {
                return Err(Failure::bad(format!("The body must be {FORM}.")));
            }
            Self::parse(request.query_string(), &body)
        })
    }
}

fn is_form(request: &HttpRequest) -> bool {
    let declared = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = declared.map(|declared| declared.split(';').next().unwrap_or_default().trim());
    essence.is_some_and(|essence| essence.eq_ignore_ascii_case(FORM))
}

fn pairs(text: &[u8]) -> Result<BTreeMap<String, Zeroizing<String>>, Failure> {
    let mut found = BTreeMap::new();
    for pair in text.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
        let (name, value) = match pair.iter().position(|byte| *byte == b'=') {
            Some(at) => (&pair[..at], &pair[at + 1..]),
            None => (pair, &b""[..]),
        };
        let (name, value) = (decoded(name)?, Zeroizing::new(decoded(value)?));
        if found.insert(name.clone(), value).is_some() {
            return Err(Failure::bad("A parameter appears more than once."));
        }
    }
    Ok(found)
}

/// Decodes a name or a value. What is not well-formed is refused, so that nothing is understood that was not meant.
fn decoded(text: &[u8]) -> Result<String, Failure> {
    let is_hex = |at: usize| text.get(at).is_some_and(u8::is_ascii_hexdigit);
    let is_escape = |at: usize| is_hex(at + 1) && is_hex(at + 2);
    let is_well_formed = (0..text.len()).all(|at| text[at] != b'%' || is_escape(at));
    let spaced: Zeroizing<Vec<u8>> =
        Zeroizing::new(text.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect());
    let decoded = percent_decode(&spaced).decode_utf8().ok().filter(|_| is_well_formed);
    let malformed = || Failure::bad("The parameters are not percent-encoded UTF-8.");
    decoded.map(|text| text.into_owned()).ok_or_else(malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(query: &str, body: &str) -> Result<Parameters, String> {
        Parameters::parse(query, body.as_bytes()).map_err(|failure| failure.message)
    }

    #[test]
    fn the_body_comes_before_the_query() {
        let read = parse("to=q%40example.com&ttl=60&ttl2", "to=b%40example.com&name=a+b%2B&empty=").unwrap();
        let texts = ["to", "ttl", "name", "ttl2", "empty", "absent"].map(|name| read.text(name));
        assert_eq!(texts, [Some("b@example.com"), Some("60"), Some("a b+"), None, None, None]);
    }

    #[test]
    fn what_is_not_well_formed_is_refused() {
        for bad in ["a=%zz", "a=%4", "a=%", "%ff=1", "a=%c3%28", "a=1&a=2"] {
            assert!(parse("", bad).is_err() && parse(bad, "").is_err(), "{bad}");
        }
        assert!(parse("", "otp=123456").is_ok() && parse("otp=123456", "").is_err());
        assert!(parse("%6ftp=123456", "").is_err());
    }
}
