//! Forms: each parameter once, and none that is not understood.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::http::shared::body;

use super::error::TwilioError;

/// The longest name of a parameter that an error repeats.
const LONGEST_NAME: usize = 60;

/// The parameters of a request, from which a handler takes those that it understands. It has no `Debug`, because one
/// of them may be the code.
pub(super) struct Form {
    parameters: BTreeMap<String, Vec<Zeroizing<String>>>,
}

impl FromRequest for Form {
    type Error = TwilioError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, TwilioError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let reading = body::read(request, payload);
        Box::pin(async move { Ok(Self::parse(&reading.await?)) })
    }
}

impl Form {
    /// Parses a form or a query.
    pub(super) fn parse(text: &[u8]) -> Self {
        let mut parameters = BTreeMap::<String, Vec<_>>::new();
        for (name, value) in form_urlencoded::parse(text) {
            parameters.entry(name.into_owned()).or_default().push(Zeroizing::new(value.into_owned()));
        }
        Self { parameters }
    }

    /// Takes a parameter that may be absent.
    pub(super) fn take(&mut self, name: &str) -> Result<Option<Zeroizing<String>>, TwilioError> {
        let mut values = self.parameters.remove(name).unwrap_or_default();
        let last = values.pop();
        if values.is_empty() { Ok(last) } else { Err(TwilioError::parameter(name, "it was sent twice")) }
    }

    /// Takes all values of a parameter that may be repeated.
    pub(super) fn take_all(&mut self, name: &str) -> Vec<Zeroizing<String>> {
        self.parameters.remove(name).unwrap_or_default()
    }

    /// Takes a parameter that must be there.
    pub(super) fn required(&mut self, name: &str) -> Result<Zeroizing<String>, TwilioError> {
        let value = self.take(name)?.filter(|value| !value.is_empty());
        value.ok_or_else(|| TwilioError::parameter(name, "it is required"))
    }

    /// Takes a parameter and parses it; `wanted` says what it has to be.
    pub(super) fn parsed<T>(
        &mut self,
        name: &str,
        wanted: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, TwilioError> {
        let value = self.take(name)?;
        let parsed = |value: Zeroizing<String>| {
            parse(&value).ok_or_else(|| TwilioError::parameter(name, format_args!("it must be {wanted}")))
        };
        value.map(parsed).transpose()
    }

    /// Takes a truth value.
    pub(super) fn boolean(&mut self, name: &str) -> Result<Option<bool>, TwilioError> {
        self.parsed(name, "true or false", |value| match value.to_ascii_lowercase().as_str() {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        })
    }

    /// Takes an IP address.
    pub(super) fn address(&mut self, name: &str) -> Result<Option<IpAddr>, TwilioError> {
        self.parsed(name, "an IP address", |value| value.parse().ok())
    }

    /// Takes the JSON text of an object.
    pub(super) fn object(&mut self, name: &str) -> Result<BTreeMap<String, Value>, TwilioError> {
        let object =
            self.parsed(name, "the JSON text of an object", |value| serde_json::from_str(value).ok())?;
        Ok(object.unwrap_or_default())
    }

    /// Takes the JSON text of an object whose members are texts, numbers or truth values.
    pub(super) fn texts(&mut self, name: &str) -> Result<BTreeMap<String, String>, TwilioError> {
        texts(self.object(name)?)
            .ok_or_else(|| TwilioError::parameter(name, "its members must be texts or numbers"))
    }

    /// Takes a parameter that this server cannot honour; only these values of it change nothing.
    pub(super) fn without(&mut self, name: &str, neutral: &[&str]) -> Result<(), TwilioError> {
        match self.take(name)? {
            Some(value) if !neutral.iter().any(|neutral| neutral.eq_ignore_ascii_case(&value)) => {
                Err(TwilioError::parameter(name, "this server does not support it"))
            }
            _ => Ok(()),
        }
    }

    /// Ends reading. What nobody took is not understood. It is named only if it can be a name: a body that is no form
    /// is one long name, with a code in it.
    pub(super) fn end(self) -> Result<(), TwilioError> {
        let Some(unknown) = self.parameters.into_keys().next() else { return Ok(()) };
        let is_name = unknown.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'.');
        let name = if is_name && unknown.len() <= LONGEST_NAME { &unknown } else { "…" };
        Err(TwilioError::parameter(name, "this server does not know it"))
    }
}

/// Returns members as texts.
pub(super) fn texts(object: BTreeMap<String, Value>) -> Option<BTreeMap<String, String>> {
    let text = |value: Value| match value {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    };
    object.into_iter().map(|(name, value)| Some((name, text(value)?))).collect()
}
