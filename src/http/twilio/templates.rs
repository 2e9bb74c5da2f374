//! Templates, to read: those for messages of one kind and purpose are one, with a translation for each language.

use std::collections::BTreeMap;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use crate::domain::locale::Locale;
use crate::domain::sid::SidKind;
use crate::domain::tenants::template::{Medium, StoredTemplate};
use crate::http::state::AppState;
use crate::service::{AuthenticatedTenant, Refusal};

use super::basic::Manager;
use super::error::TwilioResult;
use super::form::Form;
use super::list;

/// `GET /v2/Templates`: the templates of the tenant.
pub(super) async fn list(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
) -> TwilioResult {
    let wished = Form::parse(request.query_string().as_bytes()).take("FriendlyName")?;
    let mut all = read(&state, &tenant).await?;
    if let Some(wished) = wished {
        all.retain(|template| template["friendly_name"] == wished.as_str());
    }
    Ok(HttpResponse::Ok().json(list::filtered(&state, &request, ("templates", &["FriendlyName"]), all)?))
}

async fn read(state: &AppState, tenant: &AuthenticatedTenant) -> Result<Vec<Value>, Refusal> {
    let templates = &state.services.templates;
    let mut groups = BTreeMap::<(String, Medium), Vec<StoredTemplate>>::new();
    for listed in templates.list(tenant).await?.0 {
        let group = (listed.name.purpose.as_str().to_owned(), listed.name.medium);
        match templates.find(tenant, listed.name).await {
            Ok(found) => groups.entry(group).or_default().push(found),
            // It was deleted meanwhile.
            Err(Refusal::UnknownTemplate) => {}
            Err(refusal) => return Err(refusal),
        }
    }
    let account = state.services.sids.account(tenant.id());
    let object = |((purpose, medium), stored): ((String, Medium), Vec<StoredTemplate>)| {
        let channel = match medium {
            Medium::Mail => "email",
            Medium::Text => "sms",
            Medium::Voice => "call",
        };
        let names = [purpose.as_str(), medium.as_str()];
        let translations: BTreeMap<&str, Value> =
            stored.iter().map(|template| (template.name.locale.as_str(), translation(template))).collect();
        json!({
            "sid": state.services.sids.named(SidKind::Template, tenant.handle(), &names),
            "account_sid": account,
            "friendly_name": format!("{purpose} {channel}"),
            "channels": [channel],
            "translations": translations,
        })
    };
    Ok(groups.into_iter().map(object).collect())
}

fn translation(template: &StoredTemplate) -> Value {
    json!({
        "is_default_translation": template.name.locale == Locale::ENGLISH,
        "status": "approved",
        "locale": template.name.locale.as_str(),
        "text": template.source.text(),
        "date_created": template.updated_at,
        "date_updated": template.updated_at,
    })
}
