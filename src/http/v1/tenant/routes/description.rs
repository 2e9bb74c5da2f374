//! The description of routes: one shape for each transport.

use std::borrow::Cow;

use serde_json::{Value, json};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::http::shared::description::answers::reference;
use crate::http::shared::description::schemas::part;

use super::body::{RouteBody, SmtpRouteBody};
use super::settings_shapes::{self, PROVIDERS, Provider};

impl PartialSchema for RouteBody {
    fn schema() -> RefOr<Schema> {
        let smtp = ("smtp", SmtpRouteBody::name().into_owned());
        let shapes: Vec<_> = std::iter::once(smtp)
            .chain(PROVIDERS.map(|provider| (provider.word, request(&provider))))
            .collect();
        let mapping = shapes.iter().map(|(word, name)| ((*word).to_owned(), reference(name)["$ref"].clone()));
        part(json!({
            "description": "A new route, or the new state of an existing one: `transport` decides about the shape.",
            "oneOf": shapes.iter().map(|(_, name)| reference(name)).collect::<Vec<_>>(),
            "discriminator": { "propertyName": "transport", "mapping": mapping.collect::<serde_json::Map<_, _>>() },
        }))
    }
}

impl ToSchema for RouteBody {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("RouteRequest")
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((SmtpRouteBody::name().into_owned(), SmtpRouteBody::schema()));
        SmtpRouteBody::schemas(schemas);
        schemas.extend(PROVIDERS.map(|provider| (request(&provider), part(shape(&provider)))));
        settings_shapes::components(schemas);
    }
}

/// The name of the component of a route through this provider.
fn request(provider: &Provider) -> String {
    format!("{}RouteRequest", provider.name)
}

fn shape(provider: &Provider) -> Value {
    let name =
        json!({ "type": ["string", "null"], "description": "Your name for the route.", "maxLength": 100 });
    let position = "The place in the order in which routes are tried, from 0. Without it a new route is the last one, \
                    and an existing one keeps its place.";
    let served = "The channels that it serves; without it, all that the settings have a sender for.";
    let secret = "The token, key or password. Never returned. An existing route keeps its own without it, as long as the \
                  place that it is sent to, and the account, stay the same.";
    let report_key = "What the provider signs its reports with, where that is not the `secret`: then unsigned ones are \
                      refused. Never returned. An existing route keeps its own without it; null removes it.";
    let channels = json!({ "type": "string", "enum": provider.channels });
    let channels =
        json!({ "type": ["array", "null"], "description": served, "items": channels, "minItems": 1 });
    json!({
        "type": "object",
        "title": provider.word,
        "required": ["transport", "settings"],
        "properties": {
            "transport": { "type": "string", "enum": [provider.word] },
            "name": name,
            "position":
                { "type": ["integer", "null"], "description": position, "minimum": 0, "maximum": 255, "format": "int32" },
            "channels": channels,
            "settings": reference(&provider.settings()),
            "secret": sealed(secret),
            "report_key": sealed(report_key),
        },
        "additionalProperties": false,
    })
}

/// A secret, which is only written.
fn sealed(description: &str) -> Value {
    json!({
        "type": ["string", "null"], "description": description, "format": "password", "writeOnly": true,
        "minLength": 1, "maxLength": 2048, "pattern": "^[!-~]*$",
    })
}
