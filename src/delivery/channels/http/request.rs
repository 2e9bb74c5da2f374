//! Requests to providers.

use std::borrow::Cow;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use zeroize::Zeroizing;

/// A request. Everything but the method may hold a secret or a code, so `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct ProviderRequest {
    /// The URL.
    pub url: Zeroizing<String>,
    /// The headers, without the type of the body.
    pub headers: Vec<(Cow<'static, str>, Zeroizing<String>)>,
    /// The body of a POST; a GET has none.
    pub body: Option<RequestBody>,
}

/// The body of a request.
#[derive(Clone, PartialEq, Eq)]
pub struct RequestBody {
    /// The media type.
    pub media_type: &'static str,
    /// The text.
    pub text: Zeroizing<String>,
}

impl ProviderRequest {
    /// Creates a GET.
    pub(super) fn get(url: impl Into<String>) -> Self {
        Self { url: Zeroizing::new(url.into()), headers: Vec::new(), body: None }
    }

    /// Creates a POST of a form.
    pub(super) fn form<'a>(
        url: impl Into<String>,
        fields: impl IntoIterator<Item = (&'a str, Cow<'a, str>)>,
    ) -> Self {
        let text = Zeroizing::new(encoded(fields));
        Self {
            body: Some(RequestBody { media_type: "application/x-www-form-urlencoded", text }),
            ..Self::get(url)
        }
    }

    /// Creates a POST of JSON.
    pub(super) fn json(url: impl Into<String>, value: &Value) -> Self {
        let text = Zeroizing::new(value.to_string());
        Self { body: Some(RequestBody { media_type: "application/json", text }), ..Self::get(url) }
    }

    /// Adds a header.
    pub(super) fn with(mut self, name: impl Into<Cow<'static, str>>, value: String) -> Self {
        self.headers.push((name.into(), Zeroizing::new(value)));
        self
    }

    /// Adds a login with user name and password (RFC 7617).
    pub(super) fn with_basic(self, user: &str, secret: &SecretString) -> Self {
        let pair = Zeroizing::new(format!("{user}:{}", secret.expose_secret()));
        self.with("authorization", format!("Basic {}", STANDARD.encode(pair.as_bytes())))
    }

    /// Adds a token (RFC 6750).
    pub(super) fn with_bearer(self, secret: &SecretString) -> Self {
        self.with("authorization", format!("Bearer {}", secret.expose_secret()))
    }
}

/// Encodes fields as a form or a query.
pub(super) fn encoded<'a>(fields: impl IntoIterator<Item = (&'a str, Cow<'a, str>)>) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

impl fmt::Debug for ProviderRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.body.is_some() { "ProviderRequest(POST)" } else { "ProviderRequest(GET)" })
    }
}
