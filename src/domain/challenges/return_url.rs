//! Return URLs: where a hosted page sends its visitor afterwards.

use serde::{Deserialize, Serialize};
use url::Url;

use crate::domain::challenges::asking::Asking;
use crate::domain::challenges::code::Alphabet;
use crate::domain::web_origin::WebOrigin;

/// The maximum length of a URL, in bytes.
pub const MAX_URL: usize = 2_000;

/// The prefix of each parameter that is added to a URL.
const OURS: &str = "otpmint_";

/// The URL of a page of an app, in the form in which a browser writes it, so that equal texts are
/// equal URLs.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ReturnUrl(String);

/// The error for a text that is not a valid return URL.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error(
    "a return URL is https:// with a host and a path, as a browser writes it, such as \
     https://app.example/login/done, of at most {MAX_URL} bytes, without user name, fragment and parameters \
     that begin with otpmint_; http:// only for localhost"
)]
pub struct InvalidReturnUrl;

impl ReturnUrl {
    /// Parses the URL of a page. Plain http is accepted for localhost only.
    pub fn parse(text: &str) -> Result<Self, InvalidReturnUrl> {
        let url = Url::parse(text).map_err(|_| InvalidReturnUrl)?;
        let is_plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
        let is_canonical = text.len() <= MAX_URL && url.as_str() == text;
        let is_free = !url.query_pairs().any(|(name, _)| name.starts_with(OURS));
        let is_web = WebOrigin::parse(&url.origin().ascii_serialization()).is_ok();
        let is_valid = is_plain && is_canonical && is_free && is_web;
        is_valid.then(|| Self(text.to_owned())).ok_or(InvalidReturnUrl)
    }

    /// Returns the URL as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the URL with a result code added, which the app exchanges for the result.
    pub fn with_result(&self, result: &str) -> String {
        self.with("otpmint_result", result)
    }

    /// Returns the URL with the final status of a challenge that can no longer be answered. Anybody
    /// can write this parameter: it is for choosing words and proves nothing.
    pub fn with_status(&self, status: &str) -> String {
        self.with("otpmint_status", status)
    }

    fn with(&self, name: &str, value: &str) -> String {
        let separator = if self.0.contains('?') { '&' } else { '?' };
        let added = form_urlencoded::Serializer::new(String::new()).append_pair(name, value).finish();
        format!("{}{separator}{added}", self.0)
    }
}

impl TryFrom<String> for ReturnUrl {
    type Error = InvalidReturnUrl;

    fn try_from(text: String) -> Result<Self, InvalidReturnUrl> {
        Self::parse(&text)
    }
}

impl From<ReturnUrl> for String {
    fn from(url: ReturnUrl) -> Self {
        url.0
    }
}

/// The settings that a challenge keeps for its hosted page.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Hosting {
    /// Where the visitor is sent afterwards; `None` if the page is for frames only, or nothing follows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub return_url: Option<ReturnUrl>,
    /// Whether pages of the tenant's allowed origins may show the page in a frame.
    #[serde(default)]
    pub embed: bool,
    /// The alphabet of the code, so that a phone shows a matching keyboard.
    pub alphabet: Alphabet,
    /// What the page asks its visitor for, if the challenge has no recipient.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asks: Option<Asking>,
    /// Whether the tenant vouches for the device on which the page is opened.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub trusted: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_an_app_is_taken_as_a_browser_writes_it() {
        for text in [
            "https://app.example/",
            "https://app.example/login/done",
            "https://app.example:8443/done?step=2&next=%2Fhome",
            "http://localhost:3000/callback",
            "http://127.0.0.1:3000/",
        ] {
            assert_eq!(ReturnUrl::parse(text).map(String::from).as_deref(), Ok(text));
        }
    }

    #[test]
    fn whatever_could_lead_elsewhere_or_be_read_in_two_ways_is_refused() {
        let long = format!("https://app.example/{}", "a".repeat(MAX_URL));
        for text in [
            "",
            "/done",
            "//app.example/done",
            "https://app.example",
            "https://App.example/",
            "https://app.example:443/",
            "https://app.example/a/../b",
            "https://app.example/done#top",
            "https://user@app.example/",
            "https://user:pw@app.example/",
            "https://app.example\\@other.example/",
            "https://app.example/ ",
            "https://app.example/\n",
            "https://app.example/a;script-src *",
            "https://app.example/?otpmint_result=x",
            "https://app.example/?%6ftpmint_result=x",
            "http://app.example/",
            "javascript:alert(1)",
            "data:text/html,x",
            "myapp://done",
            &long,
        ] {
            assert_eq!(ReturnUrl::parse(text), Err(InvalidReturnUrl), "{text}");
        }
    }

    #[test]
    fn what_is_added_stands_behind_what_is_there() {
        let with = |text| ReturnUrl::parse(text).unwrap().with_result("otpr_1");
        assert_eq!(with("https://app.example/done"), "https://app.example/done?otpmint_result=otpr_1");
        assert_eq!(with("https://app.example/?a=1"), "https://app.example/?a=1&otpmint_result=otpr_1");
        let ended = ReturnUrl::parse("https://app.example/").unwrap().with_status("expired");
        assert_eq!(ended, "https://app.example/?otpmint_status=expired");
    }
}
