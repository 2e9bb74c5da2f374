//! The reports: one handler for each, used for everything and for one tenant.

use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{Error, FromRequest, HttpRequest, HttpResponse};
use askama::Template;

use crate::domain::operator::Power;
use crate::domain::reports::audit::AuditQuery;
use crate::domain::tenants::tenant::TenantHandle;
use crate::service::{LastDays, Refusal, Reported, Signed, Visibility};

use crate::http::state::AppState;

use super::filters::Filters;
use super::flash::Flash;
use super::layout::Layout;
use super::power::Powered;
use super::report_scope::ReportScope;
use super::session::{self, AnOperator, Seat};
use super::{audit, dashboard, deliveries, delivery, limit_hits, page, servers};

/// The most tenants to choose from in a filter. Others are typed.
const MOST_CHOICES: usize = 200;

/// Who asks for which report: an operator about everything, or a tenant (or an operator for it) about one tenant.
pub(crate) struct ReportAccess {
    viewer: Viewer,
    view: Visibility,
    scope: ReportScope,
    /// The sentence about the last action.
    flash: Option<&'static str>,
}

enum Viewer {
    Operator(Signed),
    Seated(Seat),
}

impl FromRequest for ReportAccess {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let flash = Flash::of(request).map(Flash::text);
        // The path decides, and each of the two extractors refuses users without access.
        if request.match_info().get("tenant").is_some() {
            let seat = Seat::for_power(request, payload, Power::Look);
            return Box::pin(async move { Ok(Self { flash, ..Self::seated(seat.await?) }) });
        }
        let operator = AnOperator::for_power(request, payload, Power::Look);
        Box::pin(async move {
            let AnOperator { signed, operator } = operator.await?;
            Ok(Self {
                viewer: Viewer::Operator(signed),
                view: Visibility::All(operator),
                scope: ReportScope::everywhere(),
                flash,
            })
        })
    }
}

impl ReportAccess {
    fn seated(seat: Seat) -> Self {
        let (id, scope) = (seat.tenant.id(), ReportScope::of(&seat.tenant.handle().to_string()));
        let view = match seat.signed.operator() {
            Some(operator) => Visibility::One(operator, id),
            None => Visibility::Own(id),
        };
        Self { view, scope, viewer: Viewer::Seated(seat), flash: None }
    }

    /// A page of the report, below this path.
    fn answer<T>(
        &self,
        title: &str,
        end: &str,
        found: Result<T, Refusal>,
        render: impl FnOnce(&T) -> Result<String, askama::Error>,
    ) -> HttpResponse {
        self.answer_with(StatusCode::OK, title, end, found, render)
    }

    fn answer_with<T>(
        &self,
        status: StatusCode,
        title: &str,
        end: &str,
        found: Result<T, Refusal>,
        render: impl FnOnce(&T) -> Result<String, askama::Error>,
    ) -> HttpResponse {
        let found = match found {
            Ok(found) => found,
            Err(Refusal::UnknownTenant | Refusal::UnknownChallenge) => {
                return page::not_found(Some(self.signed()));
            }
            Err(refusal) => return session::refused(&refusal),
        };
        let Ok(content) =
            render(&found).inspect_err(|error| tracing::error!(%error, "a page could not be shown"))
        else {
            return HttpResponse::InternalServerError().finish();
        };
        let layout = match &self.viewer {
            Viewer::Operator(signed) => Layout::of(signed, title, &format!("/console{end}")),
            Viewer::Seated(seat) => seat.layout(title, end),
        };
        let layout = Layout { flash: self.flash, ..layout };
        page::page(status, &ReportPage { layout, content })
    }

    fn signed(&self) -> &Signed {
        match &self.viewer {
            Viewer::Operator(signed) => signed,
            Viewer::Seated(seat) => &seat.signed,
        }
    }
}

/// A report within its layout.
#[derive(Template)]
#[template(path = "console/report.html")]
struct ReportPage {
    layout: Layout,
    /// The HTML of the report's own template.
    content: String,
}

/// The tenant in the filter of a list, by its handle or name. It is ignored in the reports of one tenant.
async fn tenant(
    state: &AppState,
    access: &mut ReportAccess,
    filters: &mut Filters,
) -> Result<Option<TenantHandle>, Refusal> {
    let reports = &state.services.reports;
    access.scope.tenants = reports.first_tenants(&access.view, MOST_CHOICES).await?;
    let asked = filters.text("tenant");
    if asked.is_empty() || !access.scope.all {
        return Ok(None);
    }
    let meant = reports.tenant_meant(asked).await?;
    if meant.is_none() {
        filters.refuse("tenant");
    }
    Ok(meant)
}

/// What was found, or nothing where a filter means nothing.
async fn found<T: Default>(
    filters: &Filters,
    asking: impl Future<Output = Result<T, Refusal>>,
) -> Result<T, Refusal> {
    if filters.is_clear() { asking.await } else { Ok(T::default()) }
}

pub(crate) async fn numbers(
    state: Data<AppState>,
    request: HttpRequest,
    mut access: ReportAccess,
) -> HttpResponse {
    let mut filters = Filters::of(request.query_string());
    let days = dashboard::page::days(&mut filters);
    let found = async {
        let tenant = tenant(&state, &mut access, &mut filters).await?;
        match filters.is_clear() {
            true => state.services.reports.last_days(&access.view, tenant.as_ref(), days).await,
            false => Ok(LastDays::empty(state.services.now(), days)),
        }
    }
    .await;
    access.answer("Dashboard", "/numbers", found, |found| {
        dashboard::page::render(&access.scope, &filters, days, found, state.services.now())
    })
}

pub(crate) async fn deliveries(
    state: Data<AppState>,
    request: HttpRequest,
    mut access: ReportAccess,
) -> HttpResponse {
    let mut filters = Filters::of(request.query_string());
    let asked = deliveries::asked(&mut filters);
    let found = async {
        let tenant = tenant(&state, &mut access, &mut filters).await?;
        found(&filters, state.services.reports.delivery_page(&access.view, tenant.as_ref(), asked)).await
    }
    .await;
    access.answer("Deliveries", "/deliveries", found, |found| {
        deliveries::render(&state.services, &access.scope, &filters, found)
    })
}

/// One delivery; of a challenge that is deleted, what the audit trail says. In both paths the key is the last part.
pub(crate) async fn delivery(
    state: Data<AppState>,
    request: HttpRequest,
    access: ReportAccess,
) -> HttpResponse {
    let key = request.match_info().get("key").unwrap_or_default();
    let found = state.services.reports.delivery_history(&access.view, key).await;
    if matches!(found, Err(Refusal::UnknownChallenge)) {
        return deleted(&state, &access, key).await;
    }
    access.answer("Delivery", "/deliveries", found, |found| {
        let signed = access.signed();
        let form_token = signed.may(Power::Help).then(|| signed.form_token());
        delivery::render((&access.scope, form_token), key, found, state.services.now())
    })
}

/// What the audit trail says of a challenge whose row is gone.
async fn deleted(state: &AppState, access: &ReportAccess, key: &str) -> HttpResponse {
    let reports = &state.services.reports;
    let asked = AuditQuery { challenge: reports.challenge_id(key), ..audit::asked(&mut Filters::of("")) };
    let found = match asked.challenge {
        Some(_) => reports.trail(&access.view, None, asked).await,
        None => Ok(Reported::default()),
    };
    let is_known = found.as_ref().is_ok_and(|trail| !trail.found.rows.is_empty());
    let status = if is_known { StatusCode::OK } else { StatusCode::NOT_FOUND };
    access.answer_with(status, "Delivery", "/deliveries", found, |trail| {
        delivery::former(&access.scope, key, trail)
    })
}

pub(crate) async fn audit(
    state: Data<AppState>,
    request: HttpRequest,
    mut access: ReportAccess,
) -> HttpResponse {
    let mut filters = Filters::of(request.query_string());
    let asked = audit::asked(&mut filters);
    let found = async {
        let tenant = tenant(&state, &mut access, &mut filters).await?;
        found(&filters, state.services.reports.trail(&access.view, tenant.as_ref(), asked)).await
    }
    .await;
    access.answer("Audit trail", "/audit", found, |found| {
        audit::render(&state.services, &access.scope, &filters, found)
    })
}

pub(crate) async fn limit_hits(
    state: Data<AppState>,
    request: HttpRequest,
    mut access: ReportAccess,
) -> HttpResponse {
    let mut filters = Filters::of(request.query_string());
    let found = async {
        let tenant = tenant(&state, &mut access, &mut filters).await?;
        found(&filters, state.services.reports.limit_hits(&access.view, tenant.as_ref())).await
    }
    .await;
    access.answer("Limits", "/fired", found, |found| {
        limit_hits::render(&access.scope, &filters, found, state.services.now())
    })
}

pub(crate) async fn servers(
    state: Data<AppState>,
    request: HttpRequest,
    mut access: ReportAccess,
) -> HttpResponse {
    let mut filters = Filters::of(request.query_string());
    let found = async {
        let tenant = tenant(&state, &mut access, &mut filters).await?;
        found(&filters, state.services.reports.servers(&access.view, tenant.as_ref())).await
    }
    .await;
    access.answer("Mail servers", "/servers", found, |found| servers::render(&access.scope, &filters, found))
}
