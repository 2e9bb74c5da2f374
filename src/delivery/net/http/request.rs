//! Requests.

use std::fmt;

use hyper::body::Bytes;
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};

use crate::domain::outbound_url::OutboundUrl;

/// Headers that belong to the connection, not to the caller.
const OWN: [HeaderName; 9] = [
    header::HOST,
    header::CONNECTION,
    header::CONTENT_LENGTH,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
    header::TE,
    header::TRAILER,
    header::EXPECT,
    header::PROXY_AUTHORIZATION,
];

/// A request. Its `Debug` shows neither headers nor body nor path, because each may hold a secret.
pub struct HttpRequest {
    pub(super) method: Method,
    pub(super) url: OutboundUrl,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// The method of a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Method {
    /// GET.
    Get,
    /// POST.
    Post,
}

/// The error for a header that cannot be sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not a header that may be set")]
pub struct InvalidHeader;

impl HttpRequest {
    /// Creates a GET without headers.
    pub fn get(url: OutboundUrl) -> Self {
        Self { method: Method::Get, url, headers: HeaderMap::new(), body: Bytes::new() }
    }

    /// Creates a POST of `body`, which is of this media type.
    pub fn post(url: OutboundUrl, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        let content_type = (header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        Self { method: Method::Post, url, headers: HeaderMap::from_iter([content_type]), body: body.into() }
    }

    /// Adds a header. Refuses a name or a value that HTTP does not allow, and the headers that
    /// frame the message or belong to the connection.
    pub fn with_header(mut self, name: &str, value: &str) -> Result<Self, InvalidHeader> {
        let name = HeaderName::try_from(name).map_err(|_| InvalidHeader)?;
        let mut value = HeaderValue::try_from(value).map_err(|_| InvalidHeader)?;
        if OWN.contains(&name) {
            return Err(InvalidHeader);
        }
        value.set_sensitive(true);
        self.headers.insert(name, value);
        Ok(self)
    }
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HttpRequest({:?} {:?}, {} bytes)", self.method, self.url, self.body.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> HttpRequest {
        HttpRequest::get(OutboundUrl::kept("https://example.com/in?key=secret").unwrap())
    }

    #[test]
    fn headers_that_frame_the_message_and_line_breaks_are_refused() {
        for (name, value) in [
            ("Content-Length", "0"),
            ("transfer-encoding", "chunked"),
            ("Host", "other.example"),
            ("X-Key", "a\r\nX-Other: b"),
            ("X Key", "a"),
            ("", "a"),
        ] {
            assert_eq!(request().with_header(name, value).err(), Some(InvalidHeader), "{name}");
        }
    }

    #[test]
    fn nothing_secret_is_shown() {
        let request = request().with_header("Authorization", "Bearer secret").unwrap();
        assert!(!format!("{request:?} {:?}", request.headers).contains("secret"));
    }
}
