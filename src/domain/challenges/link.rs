//! Links that messages carry beside their code.

use std::fmt;

use url::Url;

use super::return_url::MAX_URL;

/// The address of a page that does the same as entering the code. It may carry a secret, so it is in no log and has
/// no readable `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Link(String);

impl Link {
    /// Parses an absolute address with `https` or `http` and without a user name. It is kept as a browser writes it,
    /// so that it has no character with a meaning in a mail.
    pub fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text).ok()?;
        let is_web = matches!(url.scheme(), "https" | "http") && url.has_host();
        let is_plain = url.username().is_empty() && url.password().is_none();
        let is_one_word = url.as_str().bytes().all(|byte| byte.is_ascii_graphic());
        let is_short = text.len() <= MAX_URL && url.as_str().len() <= MAX_URL;
        (is_web && is_plain && is_one_word && is_short).then(|| Self(url.into()))
    }

    /// Returns the address, to put it into a message.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Link(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_an_address_of_the_web_and_one_word() {
        for (text, kept) in [
            ("https://app.example/a?b=c#d", "https://app.example/a?b=c#d"),
            ("http://localhost:9999/verify", "http://localhost:9999/verify"),
            ("HTTPS://App.Example", "https://app.example/"),
            ("https://app.example/\"><b> ü\r\n", "https://app.example/%22%3E%3Cb%3E%20%C3%BC"),
        ] {
            assert_eq!(Link::parse(text).unwrap().as_str(), kept, "{text:?}");
        }
        let long = format!("https://app.example/{}", "a".repeat(MAX_URL));
        for bad in [
            "",
            "app.example/a",
            "/a",
            "javascript:alert(1)",
            "data:text/html,x",
            "ftp://app.example/",
            "mailto:jane@example.com",
            "https://",
            "https://trusted.example@evil.example/",
            "https://:secret@app.example/",
            &long,
        ] {
            assert_eq!(Link::parse(bad), None, "{bad:?}");
        }
        assert_eq!(format!("{:?}", Link::parse("https://app.example/secret")), "Some(Link(…))");
    }
}
