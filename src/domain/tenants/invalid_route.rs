//! The error for routes that are refused.

use std::borrow::Cow;

/// The error for a route that is refused: the field that is wrong, and what to change.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{problem}")]
pub struct InvalidRoute {
    /// The field, as a path within the route: `port`, `settings/from`.
    pub field: Cow<'static, str>,
    /// What is expected.
    pub problem: Cow<'static, str>,
}

impl InvalidRoute {
    /// The id names no route of the tenant, or one that is already in the list.
    pub const ID: Self =
        Self::fixed("id", "the id of one of the present accounts, once; leave it out for a new account");
    /// A new mail account has no password.
    pub const NO_PASSWORD: Self = Self::fixed("password", "a new account needs its password");
    /// The server or the login has changed, but the password was not given again. Without this
    /// rule, somebody who may change routes could have a password that they do not know sent to a
    /// server of their own.
    pub const PASSWORD_AGAIN: Self =
        Self::fixed("password", "the password is needed again when host, port, tls or username change");
    /// An existing route keeps its transport.
    pub const TRANSPORT: Self =
        Self::fixed("transport", "that of the existing route; add a new route for another one");
    /// Tenants may not use this port.
    pub const PORT: Self =
        Self::fixed("port", "this port is not allowed here; the operator can add it to outbound.allow_ports");
    /// Tenants may not use this port of a message centre.
    pub const SMPP_PORT: Self =
        Self::fixed("port", "this port is not allowed here; the operator can add it to outbound.smpp_ports");
    /// Tenants may not use this message centre without TLS.
    pub const SMPP_TLS: Self = Self::fixed(
        "tls",
        "implicit: without TLS the password and every code can be read on the way; the operator can add the host \
         to outbound.plaintext_hosts",
    );
    /// This server is not `otpmint dev`, so it has no inbox.
    pub const LOG: Self = Self::fixed(
        "transport",
        "log is for `otpmint dev` alone: this server reaches phones through twilio, whatsapp_cloud, telegram_gateway, \
         http or smpp",
    );
    /// Tenants may not use this address.
    pub const HOST: Self =
        Self::fixed("host", "a private or local address; the operator can add it to outbound.allow_hosts");

    const fn fixed(field: &'static str, problem: &'static str) -> Self {
        Self { field: Cow::Borrowed(field), problem: Cow::Borrowed(problem) }
    }

    /// Creates the error for a field.
    pub fn new(field: impl Into<Cow<'static, str>>, problem: impl Into<Cow<'static, str>>) -> Self {
        Self { field: field.into(), problem: problem.into() }
    }

    /// Returns the same error for a field within `place`.
    pub fn within(self, place: &str) -> Self {
        Self { field: format!("{place}/{}", self.field).into(), ..self }
    }

    /// Returns the same error for another field.
    pub fn moved(self, field: &'static str) -> Self {
        Self { field: Cow::Borrowed(field), ..self }
    }
}
