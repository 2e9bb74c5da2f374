//! Gateways by description: the request.

use std::borrow::Cow;

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use super::message::{ProviderMessage, Said, Unfit};
use super::request::{ProviderRequest, encoded};
use crate::domain::sms::first_beyond_gsm;
use crate::domain::tenants::transports::gateway::{
    Constant, Gateway, GatewayAuth, GatewayBody, GatewayValidity, ValidityUnit,
};
use crate::domain::tenants::transports::gateway_method::GatewayMethod;
use crate::domain::tenants::transports::http::HttpSettings;
use crate::domain::tenants::transports::json_tree;

/// A field with its value.
type Field<'a> = (&'a str, Value);

pub(super) fn request(
    settings: &HttpSettings,
    secret: &SecretString,
    message: &ProviderMessage<'_>,
) -> Result<ProviderRequest, Unfit> {
    let Said::Text(text) = message.said else { return Err(Unfit::Medium) };
    let gateway = settings.described().map_err(|_| Unfit::Settings)?;
    let mut fields = fields(&gateway, settings, (message, text))?;
    fields.extend(gateway.constants.iter().map(|(name, value)| (name.as_str(), constant(value))));
    let account = settings.account.as_deref().unwrap_or_default();
    if let GatewayAuth::Field { secret: name, account: user } = &gateway.auth {
        fields.push((name, json!(secret.expose_secret())));
        fields.extend(user.iter().map(|name| (name.as_str(), json!(account))));
    }
    let request = match gateway.place() {
        GatewayBody::Json => ProviderRequest::json(gateway.url.as_str(), &tree(fields)?),
        GatewayBody::Form => ProviderRequest::form(gateway.url.as_str(), texts(&fields)),
        GatewayBody::Query => queried(&gateway, &fields),
    };
    let headers = gateway.headers.iter();
    let request = headers.fold(request, |request, (name, value)| request.with(name.clone(), value.clone()));
    Ok(match &gateway.auth {
        GatewayAuth::None | GatewayAuth::Field { .. } => request,
        GatewayAuth::Basic => request.with_basic(account, secret),
        GatewayAuth::Bearer => request.with_bearer(secret),
        GatewayAuth::Header { name, prefix } => {
            request.with(name.clone(), format!("{prefix}{}", secret.expose_secret()))
        }
    })
}

/// Returns the fields of a message.
fn fields<'a>(
    gateway: &'a Gateway,
    settings: &HttpSettings,
    (message, text): (&ProviderMessage<'_>, &str),
) -> Result<Vec<Field<'a>>, Unfit> {
    let names = &gateway.fields;
    let to = if gateway.strip_plus { message.digits() } else { message.to };
    let mut fields = vec![(names.to.as_str(), json!(to))];
    let from = settings.from.as_ref().map(|from| from.of(message.digits()));
    let from = from.map(|from| if gateway.strip_plus { from.trim_start_matches('+') } else { from });
    let callback = message.callback_url.map(|address| gateway.reports.address(address));
    let optional = [
        (&names.text, Some(text)),
        (&names.code, Some(message.code)),
        (&names.from, from),
        (&names.id, Some(message.id)),
        (&names.callback, callback.as_deref()),
    ];
    for (name, value) in optional {
        fields.extend(name.as_deref().zip(value).map(|(name, value)| (name, json!(value))));
    }
    if let Some(alphabet) = &gateway.alphabet {
        let value = first_beyond_gsm(text).map_or(&alphabet.gsm, |_| &alphabet.unicode);
        fields.push((&alphabet.field, json!(value)));
    }
    if let Some(validity) = &gateway.validity {
        fields.push((&validity.field, lifetime(validity, message)?));
    }
    Ok(fields)
}

/// Returns the rest of the code's life in the unit of the gateway.
fn lifetime(validity: &GatewayValidity, message: &ProviderMessage<'_>) -> Result<Value, Unfit> {
    let seconds = message.seconds_left(validity.least.into(), validity.most.into())?;
    match validity.unit {
        ValidityUnit::Seconds => Ok(json!(seconds)),
        ValidityUnit::Milliseconds => Ok(json!(seconds * 1_000)),
        ValidityUnit::Minutes if seconds < 60 => Err(Unfit::TooLate),
        ValidityUnit::Minutes => Ok(json!(seconds / 60)),
        ValidityUnit::Time => Ok(json!(message.expires_at.to_string())),
    }
}

fn constant(value: &Constant) -> Value {
    match value {
        Constant::Text(text) => json!(text),
        Constant::Number(number) => json!(number),
        Constant::Flag(flag) => json!(flag),
    }
}

fn tree(fields: Vec<Field<'_>>) -> Result<Value, Unfit> {
    let mut body = Value::Null;
    for (pointer, value) in fields {
        json_tree::put(&mut body, pointer, value).map_err(|_| Unfit::Settings)?;
    }
    Ok(body)
}

fn texts<'a>(fields: &'a [Field<'a>]) -> impl Iterator<Item = (&'a str, Cow<'a, str>)> {
    fields.iter().map(|(name, value)| {
        let text = value.as_str().map_or_else(|| Cow::Owned(value.to_string()), Cow::Borrowed);
        (*name, text)
    })
}

/// Puts the fields into the query, behind what the URL already has.
fn queried(gateway: &Gateway, fields: &[Field<'_>]) -> ProviderRequest {
    let joint = if gateway.url.contains('?') { '&' } else { '?' };
    let url = format!("{}{joint}{}", gateway.url, encoded(texts(fields)));
    match gateway.method {
        GatewayMethod::Get => ProviderRequest::get(url),
        GatewayMethod::Post => ProviderRequest::form(url, []),
    }
}

#[cfg(test)]
mod tests;
