//! Responses.

use std::fmt;

use hyper::body::Bytes;
use hyper::header::HeaderMap;

/// A response. Its `Debug` shows the status alone, because the rest may hold a secret.
pub struct HttpResponse {
    /// The status code.
    pub status: u16,
    pub(super) headers: HeaderMap,
    /// The body, as it was sent; empty if it was to be ignored.
    pub body: Bytes,
}

impl HttpResponse {
    /// Returns whether the status is 2xx.
    pub fn is_success(&self) -> bool {
        matches!(self.status, 200..=299)
    }

    /// Returns the first header of this name, if it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

impl fmt::Debug for HttpResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HttpResponse({}, {} bytes)", self.status, self.body.len())
    }
}
