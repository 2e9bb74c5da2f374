//! `POST /console/search`: the one field that finds a person, a challenge or a tenant. What was typed may be an address,
//! so it is never in the address of a page.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::domain::address::Address;
use crate::domain::deliveries::search::RecipientFilter;
use crate::service::{MOST_TENANTS, Refusal};

use crate::http::shared::client::ClientIp;
use crate::http::state::AppState;

use super::form::Form;
use super::found::Found;
use super::layout::Layout;
use super::page;
use super::power::Looking;
use super::redirect::see_other;
use super::report_scope::TENANTS;
use super::session::{AnOperator, refused};

/// The field of the layout.
const ASKED: &str = "q";

/// The most challenges of a tenant that are shown.
pub(crate) const SHOWN: usize = 20;

#[derive(Template)]
#[template(path = "console/recipient.html")]
struct RecipientPage {
    layout: Layout,
    /// What was typed, for the forms of the page.
    recipient: String,
    masked: String,
    tenants: Vec<Knows>,
    most_tenants: usize,
}

/// A tenant that knows the recipient.
struct Knows {
    handle: String,
    name: String,
    found: Found,
}

fn base(tenant: &Knows) -> String {
    format!("{TENANTS}/{}", tenant.handle)
}

/// Leads to what was meant: a challenge by its key, a tenant by its handle or name, or the page of a recipient.
pub(crate) async fn search(
    state: Data<AppState>,
    request: HttpRequest,
    person: Looking<AnOperator>,
    form: Looking<Form>,
) -> HttpResponse {
    let asked = form.text(ASKED).trim();
    match state.services.reports.tenant_meant(asked).await {
        Ok(Some(tenant)) => return see_other(&format!("{TENANTS}/{tenant}")),
        Ok(None) => {}
        Err(refusal) => return refused(&refusal),
    }
    if state.services.reports.challenge_id(asked).is_some() {
        return see_other(&format!("/console/deliveries/{asked}"));
    }
    if let Ok(to) = Address::parse(asked) {
        return match recipient(&state, &request, &person, &to, asked).await {
            Ok(page) => page::page(StatusCode::OK, &page),
            Err(refusal) => refused(&refusal),
        };
    }
    if asked.contains('@') || asked.starts_with('+') {
        let title = "This is not a complete mail address or phone number.";
        let layout = Layout::of(&person.signed, title, "");
        return page::said(StatusCode::UNPROCESSABLE_ENTITY, layout);
    }
    let query: String = form_urlencoded::byte_serialize(asked.as_bytes()).collect();
    see_other(&format!("{TENANTS}?q={query}"))
}

async fn recipient(
    state: &AppState,
    request: &HttpRequest,
    person: &AnOperator,
    to: &Address,
    typed: &str,
) -> Result<RecipientPage, Refusal> {
    let (reports, filter) =
        (&state.services.reports, RecipientFilter { limit: SHOWN, ..RecipientFilter::default() });
    let found = reports.recipient_everywhere(&person.operator, to, &filter, ClientIp::of(request)).await?;
    let tenants = found.iter().map(|(tenant, report)| Knows {
        handle: tenant.handle.to_string(),
        name: tenant.name.clone(),
        found: Found::of(&state.services, report),
    });
    Ok(RecipientPage {
        layout: Layout::of(&person.signed, "Recipient", ""),
        recipient: typed.to_owned(),
        masked: to.masked(),
        tenants: tenants.collect(),
        most_tenants: MOST_TENANTS,
    })
}
