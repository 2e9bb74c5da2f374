//! Base URLs: where an API is reached.

use std::fmt;

use serde::{Deserialize, Serialize};
use url::Url;

/// The maximum length of a base URL, in bytes.
const MAX_URL: usize = 500;

/// The beginning of the URLs of an API: scheme, host, port, and a path without a slash at the end.
/// Whether it may be contacted is another question.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BaseUrl(String);

/// The error for a text that is not a base URL.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("expected a URL such as https://api.example.com, without user name, query and fragment")]
pub struct InvalidBaseUrl;

impl BaseUrl {
    /// Parses a URL.
    pub fn parse(text: &str) -> Result<Self, InvalidBaseUrl> {
        let url = Url::parse(text).ok().filter(|_| text.len() <= MAX_URL).ok_or(InvalidBaseUrl)?;
        let is_bare = url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none();
        if !matches!(url.scheme(), "https" | "http") || !url.has_host() || !is_bare {
            return Err(InvalidBaseUrl);
        }
        Ok(Self(url.as_str().trim_end_matches('/').to_owned()))
    }

    /// Returns the URL as text, without a slash at the end.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for BaseUrl {
    type Error = InvalidBaseUrl;

    fn try_from(text: String) -> Result<Self, InvalidBaseUrl> {
        Self::parse(&text)
    }
}

impl From<BaseUrl> for String {
    fn from(url: BaseUrl) -> Self {
        url.0
    }
}

impl fmt::Debug for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_is_a_place_and_nothing_else() {
        for (text, read) in [
            ("https://api.example.com", "https://api.example.com"),
            ("https://API.example.com:8443/sms/", "https://api.example.com:8443/sms"),
            ("http://kannel:13013", "http://kannel:13013"),
        ] {
            assert_eq!(BaseUrl::parse(text).unwrap().as_str(), read);
        }
        let long = format!("https://example.com/{}", "a".repeat(MAX_URL));
        for bad in [
            "",
            "api.example.com",
            "ftp://example.com",
            "https://u:p@example.com",
            "https://example.com/?a=b",
            "https://example.com/#a",
            "https://",
            &long,
        ] {
            assert_eq!(BaseUrl::parse(bad), Err(InvalidBaseUrl), "{bad}");
        }
    }
}
