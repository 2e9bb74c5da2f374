//! The reports: one handler for each, used for everything and for one tenant.

use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{Error, FromRequest, HttpRequest, HttpResponse};
use askama::Template;

use crate::domain::operator::Power;
use crate::domain::tenants::tenant::TenantHandle;
use crate::service::{Refusal, Signed, Visibility};

use crate::http::state::AppState;

use super::filters::Filters;
use super::flash::Flash;
use super::layout::Layout;
use super::power::Powered;
use super::report_scope::ReportScope;
use super::session::{self, AnOperator, Seat};
use super::{audit, dashboard, deliveries, delivery, limit_hits, page, servers};

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
        page::page(StatusCode::OK, &ReportPage { layout, content })
    }

    fn signed(&self) -> &Signed {
        match &self.viewer {
            Viewer::Operator(signed) => signed,
            Viewer::Seated(seat) => &seat.signed,
        }
    }
}

/// The tenant in the filter of a list. It is ignored in the reports of one tenant.
fn tenant(filters: &mut Filters) -> Option<TenantHandle> {
    filters.read("tenant", TenantHandle::parse)
}

/// A report within its layout.
#[derive(Template)]
#[template(path = "console/report.html")]
struct ReportPage {
    layout: Layout,
    /// The HTML of the report's own template.
    content: String,
}

pub(crate) async fn numbers(
    state: Data<AppState>,
    request: HttpRequest,
    access: ReportAccess,
) -> HttpResponse {
    let mut filters = Filters::of(request.query_string());
    let (tenant, days) = (tenant(&mut filters), dashboard::page::days(&mut filters));
    let found = state.services.reports.last_days(&access.view, tenant.as_ref(), days).await;
    access.answer("Dashboard", "/numbers", found, |found| {
        dashboard::page::render(&access.scope, &filters, days, found, state.services.now())
    })
}

pub(crate) async fn deliveries(
    state: Data<AppState>,
    request: HttpRequest,
    access: ReportAccess,
) -> HttpResponse {
    let mut filters = Filters::of(request.query_string());
    let (tenant, asked) = (tenant(&mut filters), deliveries::asked(&mut filters));
    let found = state.services.reports.delivery_page(&access.view, tenant.as_ref(), asked).await;
    access.answer("Deliveries", "/deliveries", found, |found| {
        deliveries::render(&state.services, &access.scope, &filters, found)
    })
}

/// One delivery. In both paths the key is the last part.
pub(crate) async fn delivery(
    state: Data<AppState>,
    request: HttpRequest,
    access: ReportAccess,
) -> HttpResponse {
    let key = request.match_info().get("key").unwrap_or_default();
    let found = state.services.reports.delivery_history(&access.view, key).await;
    access.answer("Delivery", "/deliveries", found, |found| {
        let signed = access.signed();
        let form_token = signed.may(Power::Help).then(|| signed.form_token());
        delivery::render((&access.scope, form_token), key, found, state.services.now())
    })
}

pub(crate) async fn audit(state: Data<AppState>, request: HttpRequest, access: ReportAccess) -> HttpResponse {
    let mut filters = Filters::of(request.query_string());
    let (tenant, asked) = (tenant(&mut filters), audit::asked(&mut filters));
    let found = state.services.reports.trail(&access.view, tenant.as_ref(), asked).await;
    access.answer("Audit trail", "/audit", found, |found| {
        audit::render(&state.services, &access.scope, &filters, found)
    })
}

pub(crate) async fn limit_hits(
    state: Data<AppState>,
    request: HttpRequest,
    access: ReportAccess,
) -> HttpResponse {
    let mut filters = Filters::of(request.query_string());
    let tenant = tenant(&mut filters);
    let found = state.services.reports.limit_hits(&access.view, tenant.as_ref()).await;
    access.answer("Limits that fired", "/fired", found, |found| {
        limit_hits::render(&access.scope, &filters, found, state.services.now())
    })
}

pub(crate) async fn servers(
    state: Data<AppState>,
    request: HttpRequest,
    access: ReportAccess,
) -> HttpResponse {
    let mut filters = Filters::of(request.query_string());
    let tenant = tenant(&mut filters);
    let found = state.services.reports.servers(&access.view, tenant.as_ref()).await;
    access.answer("Mail servers", "/servers", found, |found| servers::render(&access.scope, &filters, found))
}
