//! Callbacks: requests by which providers report what became of messages.

use std::fmt;

use crate::domain::deliveries::provider_report::Fate;
use crate::domain::tenants::route::RouteHandle;

/// The address to which a provider reports about one message. Whoever knows it can report, so `Debug`
/// hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct CallbackAddress {
    /// The address of all callbacks, without the slash at its end.
    base: String,
    /// Names the message, and cannot be guessed.
    token: String,
}

/// A callback as it arrived.
#[derive(Clone, Copy)]
pub struct Callback<'a> {
    /// Its method.
    pub method: CallbackMethod,
    /// Its address, query included, as the provider was told it.
    pub url: &'a str,
    /// Its headers; names in lower case.
    pub headers: &'a [(String, String)],
    /// Its body.
    pub body: &'a [u8],
}

/// The method of a callback.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CallbackMethod {
    /// `GET`.
    Get,
    /// `POST`.
    Post,
}

/// What a callback says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CallbackReading {
    /// Reports about messages; none if all that it says is no news.
    Reports(Vec<ReadReport>),
    /// It only asks whether this server is the right one: if the token is that of the address, it gets
    /// this answer.
    Handshake {
        /// The token that the owner of the route has given to the provider.
        token: String,
        /// What the provider expects to be repeated.
        answer: String,
    },
    /// It does not come from the provider, or cannot be understood.
    Refused,
}

/// A report about one message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReadReport {
    /// The provider's identifier of the message; `None` if the address of the callback names it.
    pub id: Option<String>,
    /// What became of it.
    pub fate: Fate,
    /// The provider's number for the reason, if it gives one.
    pub code: Option<u32>,
}

impl CallbackAddress {
    /// Creates the address below `base` of the message that `token` names.
    pub fn new(base: String, token: String) -> Self {
        Self { base, token }
    }

    /// Returns the address for the provider of this route.
    pub fn for_route(&self, route: &RouteHandle) -> String {
        format!("{}/{route}/{}", self.base, self.token)
    }
}

impl<'a> Callback<'a> {
    /// Returns the query, without its question mark.
    pub fn query(&self) -> &'a str {
        self.url.split_once('?').map_or("", |(_, query)| query)
    }

    /// Returns the callback without its query.
    pub fn without_query(self) -> Self {
        Self { url: self.url.split_once('?').map_or(self.url, |(url, _)| url), ..self }
    }

    /// Returns the only value of a header; `None` if it is absent or there are several.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.iter().filter(|(known, _)| known == name);
        let (_, value) = values.next()?;
        values.next().is_none().then_some(value)
    }
}

impl fmt::Debug for CallbackAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CallbackAddress(…)")
    }
}
