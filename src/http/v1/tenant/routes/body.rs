//! The bodies of requests about routes.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use secrecy::SecretString;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use crate::domain::address::Address;
use crate::domain::tenants::invalid_route::InvalidRoute;
use crate::domain::tenants::route_draft::RouteDraft;

use crate::http::shared::bodies::json;
use crate::http::shared::bodies::mail_account::{AccountBody, AccountTls};
use crate::http::shared::bodies::oauth::OAuthBody;
use crate::http::shared::bodies::object;
use crate::http::shared::bodies::provider_route::ProviderRoute;
use crate::http::shared::bodies::route_transport::RouteTransport;
use crate::http::shared::description::schemas::one_of;
use crate::http::shared::problems::rejection::Rejection;
use crate::http::v1::body::{self, Extracting};
use crate::http::v1::error::V1Error;

/// A new route, or the new state of an existing one: the transport decides about the shape.
pub(crate) enum RouteBody {
    Smtp(SmtpRouteBody),
    Provider(ProviderRoute),
}

/// The one field that every shape has.
#[derive(Deserialize)]
struct Tag {
    transport: RouteTransport,
}

/// A route through a mail server.
#[derive(Deserialize, ToSchema)]
#[schema(as = SmtpRouteRequest)]
#[serde(deny_unknown_fields)]
pub(crate) struct SmtpRouteBody {
    /// `smtp`
    #[serde(rename = "transport")]
    #[schema(schema_with = smtp_word)]
    _transport: RouteTransport,
    /// The place in the order in which routes are tried, from 0. Without it a new route is the last one, and an
    /// existing one keeps its place.
    #[schema(maximum = 255, example = 0)]
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
    /// A login with an access token; absent for a password.
    #[serde(default, deserialize_with = "object::optional")]
    oauth: Option<OAuthBody>,
    /// The address that mails come from.
    #[schema(format = "email", min_length = 3, max_length = 254, example = "app@example.com")]
    from: String,
}

fn smtp_word() -> RefOr<Schema> {
    one_of("What the route sends through.", ["smtp"])
}

/// A route in the body of a request.
pub(crate) struct RouteJson(pub(crate) RouteBody);

impl FromRequest for RouteJson {
    type Error = V1Error;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let reading = body::read(request, payload);
        Box::pin(async move { Ok(Self(RouteBody::parse(&reading.await?)?)) })
    }
}

/// The test of a route.
#[derive(Deserialize, ToSchema)]
#[schema(as = RouteTestRequest)]
#[serde(deny_unknown_fields)]
pub(crate) struct RouteTestBody {
    /// The recipient of a test message, which is sent after all other steps have succeeded. Without it none is
    /// sent. A mail address for a mail server, a phone number for every other route.
    #[schema(min_length = 3, max_length = 254, example = "me@example.com")]
    to: Option<String>,
}

impl RouteBody {
    /// Parses a body by the shape of its transport.
    fn parse(bytes: &[u8]) -> Result<Self, Rejection> {
        let Tag { transport } = json::parse(bytes)?;
        Ok(match transport {
            RouteTransport::Smtp => Self::Smtp(json::parse(bytes)?),
            provider => Self::Provider(ProviderRoute::parse(provider, bytes)?),
        })
    }

    /// Returns the place in the order, if one was given.
    pub(crate) fn position(&self) -> Option<usize> {
        let position = match self {
            Self::Smtp(route) => route.position,
            Self::Provider(route) => route.position,
        };
        position.map(usize::from)
    }

    /// Returns the draft, which names no existing route.
    pub(crate) fn draft(self) -> Result<RouteDraft, Rejection> {
        match self {
            Self::Smtp(route) => {
                let SmtpRouteBody { name, host, port, tls, username, password, oauth, from, .. } = route;
                AccountBody { id: None, name, host, port, tls, username, password, oauth, from }.draft("")
            }
            Self::Provider(route) => route.draft(),
        }
    }
}

/// Reads a route that is written as in `POST /v1/tenant/routes`. Also returns its place in the order, if it
/// names one.
pub fn read_route(json: &[u8]) -> Result<(RouteDraft, Option<usize>), InvalidRoute> {
    let read = RouteBody::parse(json).and_then(|body| {
        let position = body.position();
        Ok((body.draft()?, position))
    });
    read.map_err(|rejection| {
        let (pointer, problem) = rejection.first();
        InvalidRoute::new(pointer.to_owned(), problem.to_owned())
    })
}

impl RouteTestBody {
    pub(crate) fn recipient(&self) -> Result<Option<Address>, Rejection> {
        let parse = |to: &str| Address::parse(to).map_err(|error| Rejection::field("/to", error.to_string()));
        self.to.as_deref().map(parse).transpose()
    }
}
