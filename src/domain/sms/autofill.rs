//! What makes a phone offer the code of a text message to the page or the app that asks for it.

use std::fmt;

use crate::domain::web_origin::WebOrigin;

/// The last line of a text message, for programs. A message has one: an origin-bound code must be
/// on the last line, and the hash of an app has its place there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Autofill {
    /// A page of this host: <https://wicg.github.io/sms-one-time-codes/>.
    Page(CodeHost),
    /// A page of the second host, in a frame of a page of the first.
    Framed(CodeHost, CodeHost),
    /// An Android app, by the SMS Retriever API.
    App(AppHash),
}

impl Autofill {
    /// Returns the line for a message with `code`.
    pub fn line(&self, code: &str) -> String {
        match self {
            Self::Page(host) => format!("@{host} #{code}"),
            Self::Framed(page, frame) => format!("@{page} #{code} @{frame}"),
            Self::App(hash) => hash.to_string(),
        }
    }
}

/// The host of a page that asks for codes: a name, in small letters, without scheme and port.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CodeHost(String);

impl CodeHost {
    /// Returns the host of `origin`; `None` for an address, to which no code can be bound.
    pub fn of(origin: &WebOrigin) -> Option<Self> {
        let host = origin.host();
        let is_address = host.starts_with('[') || host.ends_with(|c: char| c.is_ascii_digit());
        (!is_address).then(|| Self(host.to_owned()))
    }

    /// Parses a host as a URL has it.
    pub fn parse(text: &str) -> Option<Self> {
        let origin = WebOrigin::parse(&format!("https://{text}")).ok()?;
        Self::of(&origin).filter(|host| host.0 == text)
    }

    /// Returns the host.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CodeHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The hash by which an Android app recognises its messages. It is computed from the package and
/// the signing certificate, and is no secret.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AppHash(String);

/// The error for a text that is no hash of an app.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the hash of an Android app has {} letters, digits, + and /", AppHash::LENGTH)]
pub struct InvalidAppHash;

impl AppHash {
    /// The length of every hash, in characters.
    pub const LENGTH: usize = 11;

    /// Parses a hash as Google's tools print it.
    pub fn parse(text: &str) -> Result<Self, InvalidAppHash> {
        let is_base64 = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/');
        let is_hash = text.len() == Self::LENGTH && text.bytes().all(is_base64);
        is_hash.then(|| Self(text.to_owned())).ok_or(InvalidAppHash)
    }

    /// Returns the hash.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AppHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_the_form_that_browsers_and_phones_parse() {
        let page = Autofill::Page(CodeHost::parse("app.example").unwrap());
        assert_eq!(page.line("123456"), "@app.example #123456");
        let hosts = ["app.example", "otp.example"].map(|host| CodeHost::parse(host).unwrap());
        let [page, frame] = hosts;
        assert_eq!(Autofill::Framed(page, frame).line("123456"), "@app.example #123456 @otp.example");
        assert_eq!(Autofill::App(AppHash::parse("FA+9qCX9VSu").unwrap()).line("123456"), "FA+9qCX9VSu");
    }

    #[test]
    fn only_a_name_is_a_host_and_only_eleven_characters_are_a_hash() {
        let origin = WebOrigin::parse("https://app.example:8443").unwrap();
        assert_eq!(CodeHost::of(&origin).unwrap().as_str(), "app.example");
        let of_address = |text| CodeHost::of(&WebOrigin::parse(text).unwrap());
        assert_eq!(of_address("https://[2001:db8::1]:444"), None);
        assert_eq!(of_address("https://203.0.113.7"), None);
        for text in [
            "",
            "a b",
            "App.example",
            "app.example:8443",
            "https://app.example",
            "app.example/",
            "@a.example",
            "a.example #1",
            "203.0.113.7",
            "[::1]",
            "a.example\n",
        ] {
            assert_eq!(CodeHost::parse(text), None, "{text:?}");
        }
        for text in ["", "FA+9qCX9VS", "FA+9qCX9VSu=", "FA+9qCX9VSü", "FA+9qCX9VS\n", "FA+9qCX9VS "] {
            assert_eq!(AppHash::parse(text), Err(InvalidAppHash), "{text:?}");
        }
    }
}
