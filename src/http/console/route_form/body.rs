//! The body of the API that a form of a route stands for.

use serde_json::{Value, json};

use crate::domain::tenants::transports::provider::ProviderSettings;

use crate::http::console::fields::{self, Empty};
use crate::http::console::form_fields::FormFields;
use crate::http::console::values::word;
use crate::http::shared::problems::rejection::Rejection;

use super::form::RouteForm;

/// Returns a route as its form shows it.
pub(crate) fn shown(settings: &ProviderSettings) -> Value {
    json!({ "settings": settings })
}

/// Reads a form into the body of `POST /v1/tenant/routes`. What `present` has and the form does not show stays.
pub(crate) fn body(
    form: &RouteForm,
    typed: &FormFields,
    present: Option<&ProviderSettings>,
) -> Result<Value, Rejection> {
    let mut body = present.map_or_else(|| json!({ "settings": {} }), shown);
    body["transport"] = json!(form.transport.as_str());
    body["name"] = word(typed.text("name"));
    fields::set(&mut body, "/settings/preset", form.preset.map(Value::from));
    fields::read(form.fields, typed, &mut body, Empty::Absent)?;
    let channels: Vec<_> = typed.all("channels").collect();
    fields::set(&mut body, "/channels", (!channels.is_empty()).then(|| json!(channels)));
    // It is there even if nothing is set.
    if body["settings"].is_null() {
        body["settings"] = json!({});
    }
    Ok(body)
}
