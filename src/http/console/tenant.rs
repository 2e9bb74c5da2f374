//! `/console/tenants/{tenant}`: one tenant, with its own settings and those of the operator.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::{Value, json};

use crate::domain::tenants::tenant::TenantStatus;
use crate::service::{OperatorChange, TenantOverview, TenantProfile};

use crate::http::shared::client::ClientIp;
use crate::http::shared::problems::rejection::Rejection;
use crate::http::state::AppState;

use super::flash::Flash;
use super::form::Form;
use super::layout::Layout;
use super::power::Looking;
use super::redirect::done;
use super::refused::Refused;
use super::session::{AnOperator, Seat, refused};
use super::values::{word, words};
use super::{bodies, page};

#[derive(Template)]
#[template(path = "console/tenant.html")]
struct TenantPage {
    layout: Layout,
    path: String,
    profile: TenantProfile,
    /// Only for operators.
    overview: Option<TenantOverview>,
    /// The limits that can be set for the tenant.
    limits: Vec<LimitRow>,
    origins: String,
    return_urls: String,
}

/// A limit of the tenant.
struct LimitRow {
    name: &'static str,
    /// The tenant's own; may be empty.
    value: String,
    /// The server's; empty where limits are switched off.
    server: String,
}

impl LimitRow {
    /// What the limit is called.
    fn label(&self) -> &str {
        match self.name {
            "mint_per_tenant" => "Codes for the tenant",
            "verify_per_tenant" => "Answers for the tenant",
            "manage_per_tenant" => "Management requests of the tenant",
            "sends_per_recipient" => "Messages to a recipient",
            "failures_per_recipient" => "Wrong answers for a recipient",
            other => other,
        }
    }

    /// What holds without a value.
    fn server(&self) -> &str {
        if self.server.is_empty() { "no limit, because limits are switched off" } else { &self.server }
    }
}

/// `GET`: the tenant.
pub(crate) async fn show(state: Data<AppState>, request: HttpRequest, seat: Looking<Seat>) -> HttpResponse {
    let layout = layout(&seat).flashing(&request);
    match page(&state, &seat, layout).await {
        Ok(page) => page::page(StatusCode::OK, &page),
        Err(answer) => answer,
    }
}

/// `POST`: sets its name and its web pages.
pub(crate) async fn change(
    state: Data<AppState>,
    request: HttpRequest,
    seat: Seat,
    form: Form,
) -> HttpResponse {
    let fields = json!({
        "name": word(form.text("name")),
        "locale": word(form.text("locale")),
        "allowed_origins": words(form.text("allowed_origins")),
        "return_urls": words(form.text("return_urls")),
    });
    match patch(&state, &request, &seat, fields).await {
        Ok(()) => done(&seat.path(""), Flash::Changed),
        Err(wrong) => again(&state, &seat, &Refused::from(wrong)).await,
    }
}

/// Applies these fields of `PATCH /v1/tenant`.
pub(crate) async fn patch(
    state: &AppState,
    request: &HttpRequest,
    seat: &Seat,
    fields: Value,
) -> Result<(), Rejection> {
    let change = bodies::tenant(fields)?;
    state.services.tenants.change(&seat.tenant, ClientIp::of(request), change).await?;
    Ok(())
}

/// `POST …/status`: disables or enables the tenant, for operators.
pub(crate) async fn switch(
    state: Data<AppState>,
    request: HttpRequest,
    person: AnOperator,
    seat: Seat,
    form: Form,
) -> HttpResponse {
    let (status, flash) = match TenantStatus::parse(form.text("status")) {
        Some(status @ TenantStatus::Active) => (status, Flash::Enabled),
        Some(status @ TenantStatus::Disabled) => (status, Flash::Disabled),
        None => return again(&state, &seat, &Refused::invalid("on or off")).await,
    };
    if let Err(why) = seat.confirm(&state, &request, &form).await {
        return again(&state, &seat, &why).await;
    }
    let change =
        OperatorChange { status: Some(status), limits: None, order: None, client_ip: ClientIp::of(&request) };
    match state.services.operator.change_tenant(&person.operator, seat.tenant.handle(), change).await {
        Ok(()) => done(&seat.path(""), flash),
        Err(refusal) => refused(&refusal),
    }
}

/// `POST …/limits`: sets limits that replace the general ones, for operators.
pub(crate) async fn limit(
    state: Data<AppState>,
    request: HttpRequest,
    person: AnOperator,
    seat: Seat,
    form: Form,
) -> HttpResponse {
    let fields = json!({
        "mint_per_tenant": word(form.text("mint_per_tenant")),
        "verify_per_tenant": word(form.text("verify_per_tenant")),
        "manage_per_tenant": word(form.text("manage_per_tenant")),
        "sends_per_recipient": words(form.text("sends_per_recipient")),
        "failures_per_recipient": word(form.text("failures_per_recipient")),
    });
    match grant(&state, &request, &person, &seat, fields).await {
        Ok(()) => done(&seat.path(""), Flash::Changed),
        Err(wrong) => again(&state, &seat, &Refused::from(wrong)).await,
    }
}

async fn grant(
    state: &AppState,
    request: &HttpRequest,
    person: &AnOperator,
    seat: &Seat,
    fields: Value,
) -> Result<(), Rejection> {
    let limits = Some(bodies::limits(fields)?);
    let change = OperatorChange { status: None, limits, order: None, client_ip: ClientIp::of(request) };
    Ok(state.services.operator.change_tenant(&person.operator, seat.tenant.handle(), change).await?)
}

async fn again(state: &AppState, seat: &Seat, why: &Refused) -> HttpResponse {
    match page(state, seat, layout(seat).failed(why.text.clone())).await {
        Ok(page) => why.page(&page),
        Err(answer) => answer,
    }
}

fn layout(seat: &Seat) -> Layout {
    seat.layout("Overview", "")
}

async fn page(state: &AppState, seat: &Seat, layout: Layout) -> Result<TenantPage, HttpResponse> {
    let overview = match seat.signed.operator() {
        Some(operator) => {
            let found = state.services.operator.tenant(&operator, seat.tenant.handle()).await;
            Some(found.map_err(|refusal| refused(&refusal))?.0)
        }
        None => None,
    };
    let profile = state.services.tenants.profile(&seat.tenant);
    let settings = &profile.settings;
    let origins: Vec<_> = settings.allowed_origins.iter().map(ToString::to_string).collect();
    let return_urls: Vec<_> = settings.return_urls.iter().map(|url| url.as_str().to_owned()).collect();
    let own = overview.as_ref().map(|overview| overview.limits.all()).unwrap_or_default();
    let server = state.services.tenants.server_limits().all();
    let row = |((name, value), (_, server))| LimitRow { name, value, server };
    let limits = own.into_iter().zip(server).map(row).collect();
    let (origins, return_urls) = (origins.join("\n"), return_urls.join("\n"));
    Ok(TenantPage { layout, path: seat.path(""), profile, overview, limits, origins, return_urls })
}
