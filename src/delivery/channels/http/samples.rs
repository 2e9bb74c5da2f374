//! What the tests of providers share.

use std::time::Duration;

use super::answer::Answer;
use super::message::{ProviderMessage, Said};
use super::request::ProviderRequest;
use crate::domain::time::Timestamp;

/// A text that breaks out of whatever it is carelessly put into.
pub(super) const NASTY: &str =
    "\"}],'); </Say>&to=+1555\r\nTo: x\n{{1}} {account} %0a %s \\ \u{0} \u{1f600} 123456";

pub(super) fn message(said: Said<'_>) -> ProviderMessage<'_> {
    ProviderMessage {
        to: "+4915112345678",
        said,
        code: "123456",
        locale: None,
        id: "m1",
        left: Duration::from_secs(299),
        expires_at: Timestamp::parse("2026-11-22T20:05:00.000Z").unwrap(),
        callback_url: Some("https://otp.example.com/callbacks/x"),
    }
}

pub(super) fn answer(status: u16, body: &str) -> Answer<'_> {
    Answer { status, retry_after: None, body: body.as_bytes() }
}

impl ProviderRequest {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn text(&self) -> &str {
        self.body.as_ref().map_or("", |body| &body.text)
    }

    pub(super) fn fields(&self) -> Vec<(String, String)> {
        form_urlencoded::parse(self.text().as_bytes()).into_owned().collect()
    }

    pub(super) fn field(&self, name: &str) -> Option<String> {
        self.fields().into_iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    pub(super) fn value(&self) -> serde_json::Value {
        serde_json::from_str(self.text()).unwrap()
    }
}
