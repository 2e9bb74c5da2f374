//! Callbacks of gateways by description.

use secrecy::SecretString;
use serde_json::Value;

use super::reported::reported;
use super::{signed, words};
use crate::domain::deliveries::callback::{Callback, CallbackMethod, CallbackReading};
use crate::domain::deliveries::provider_report::Fate;
use crate::domain::tenants::transports::gateway_method::GatewayMethod;
use crate::domain::tenants::transports::gateway_reports::GatewayReports;
use crate::domain::tenants::transports::http::HttpSettings;
use crate::domain::time::Timestamp;

/// With a key, only what is signed with it is read. Without one, a gateway proves nothing but that it knows
/// the address of the message, which cannot be guessed.
pub(super) fn read(
    settings: &HttpSettings,
    key: Option<&SecretString>,
    callback: Callback<'_>,
    now: Timestamp,
) -> CallbackReading {
    let Ok(gateway) = settings.described() else { return CallbackReading::Refused };
    let reports = &gateway.reports;
    let callback = match (key, reports.signature) {
        (None, _) => Some(callback),
        (Some(key), Some(scheme)) => signed::part(scheme, key, callback, now),
        (Some(_), None) => None,
    };
    let method = reports.method;
    match callback.filter(|callback| method.is_none_or(|method| is_by(method, callback.method))) {
        Some(callback) => match &reports.state {
            Some(state) => reported(found(state, &callback).and_then(|found| fate(reports, &found))),
            None => words::read(&callback),
        },
        None => CallbackReading::Refused,
    }
}

fn is_by(method: GatewayMethod, used: CallbackMethod) -> bool {
    matches!(
        (method, used),
        (GatewayMethod::Get, CallbackMethod::Get) | (GatewayMethod::Post, CallbackMethod::Post)
    )
}

/// Returns the state, from JSON by its pointer, else from the form or the query. Several are none.
fn found(state: &str, callback: &Callback<'_>) -> Option<String> {
    if state.starts_with('/') {
        return match serde_json::from_slice::<Value>(callback.body).ok()?.pointer(state)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
    }
    let parts = [callback.body, callback.query().as_bytes()];
    let fields = parts.into_iter().flat_map(form_urlencoded::parse);
    let mut values = fields.filter(|(name, _)| name == state).map(|(_, value)| value.into_owned());
    values.next().filter(|_| values.next().is_none())
}

/// Returns what a state means; `None` for one on the way.
fn fate(reports: &GatewayReports, state: &str) -> Option<Fate> {
    let is_in = |list: &[String]| list.iter().any(|known| known.eq_ignore_ascii_case(state));
    match (is_in(&reports.delivered), is_in(&reports.failed)) {
        (true, _) => Some(Fate::Delivered),
        (false, true) => Some(Fate::Failed),
        (false, false) => None,
    }
}
