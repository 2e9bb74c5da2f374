//! The bodies of requests about routes.

use secrecy::SecretString;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::domain::address::Address;
use crate::domain::tenants::route_draft::RouteDraft;

use crate::http::shared::bodies::fields::mail_recipient;
use crate::http::shared::bodies::mail_account::{AccountBody, AccountTls};
use crate::http::shared::problems::rejection::Rejection;

/// A new route, or the new state of an existing one.
#[derive(Deserialize, ToSchema)]
#[schema(as = RouteRequest)]
#[serde(deny_unknown_fields)]
pub(crate) struct RouteBody {
    transport: RouteTransport,
    /// The place in the order in which routes are tried, from 0. Without it a new route is the last one, and an
    /// existing one keeps its place.
    #[schema(maximum = 99, example = 0)]
    position: Option<u8>,
    /// Your name for the route: at most 100 bytes.
    #[schema(max_length = 100, example = "main")]
    name: Option<String>,
    /// A host name or an IP address.
    #[schema(min_length = 1, max_length = 255, example = "smtp.example.com")]
    host: String,
    /// A port that the operator allows: `outbound.allow_ports`.
    #[schema(minimum = 1, maximum = 65535, example = 587)]
    port: u16,
    tls: Option<AccountTls>,
    /// The user name of the login.
    #[schema(min_length = 1, max_length = 320, example = "app@example.com")]
    username: String,
    /// Never returned. An existing route keeps its own without it, as long as host, port, tls and username stay
    /// the same.
    #[schema(value_type = Option<String>, write_only, format = "password", min_length = 1, max_length = 512)]
    password: Option<SecretString>,
    /// The address that mails come from.
    #[schema(format = "email", min_length = 3, max_length = 254, example = "app@example.com")]
    from: String,
}

/// What the route sends through: `smtp` is a mail server. It cannot be changed later.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RouteTransport {
    Smtp,
}

/// The test of a route.
#[derive(Deserialize, ToSchema)]
#[schema(as = RouteTestRequest)]
#[serde(deny_unknown_fields)]
pub(crate) struct RouteTestBody {
    /// The recipient of a test message, which is sent after all other steps have succeeded. Without it none is
    /// sent.
    #[schema(format = "email", min_length = 3, max_length = 254, example = "me@example.com")]
    to: Option<String>,
}

impl RouteBody {
    /// Returns the place in the order, if one was given.
    pub(crate) fn position(&self) -> Option<usize> {
        self.position.map(usize::from)
    }

    /// Returns the draft, which names no existing route.
    pub(crate) fn draft(self) -> Result<RouteDraft, Rejection> {
        let Self { transport, position: _, name, host, port, tls, username, password, from } = self;
        match transport {
            RouteTransport::Smtp => {
                AccountBody { id: None, name, host, port, tls, username, password, from }.draft("")
            }
        }
    }
}

impl RouteTestBody {
    pub(crate) fn recipient(&self) -> Result<Option<Address>, Rejection> {
        self.to.as_deref().map(mail_recipient).transpose()
    }
}
