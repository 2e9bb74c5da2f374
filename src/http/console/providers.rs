//! `/console/tenants/{tenant}/providers`: a tenant's routes through providers, without their secrets.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::domain::tenants::route::{Route, RouteHandle};
use crate::domain::tenants::route_draft::RouteDraft;
use crate::domain::tenants::transports::report_proof::ReportProof;
use crate::service::{Candidate, OfferedReports, Refusal, RequestConditions, RouteChange};

use crate::http::shared::client::ClientIp;
use crate::http::shared::problems::rejection::Rejection;
use crate::http::state::AppState;

use super::account_check::AccountCheckPage;
use super::flash::Flash;
use super::form::Form;
use super::layout::Layout;
use super::power::Looking;
use super::redirect::done;
use super::refused::Refused;
use super::session::{Seat, refused};
use super::{bodies, page, route_form};

/// The end of the page's path.
pub(crate) const END: &str = "/providers";

/// A route in the list.
struct ProviderRow {
    id: String,
    name: String,
    transport: &'static str,
    channels: String,
    summary: String,
    /// Whether there is a form for it.
    has_form: bool,
    /// What is asked of reports about its messages; `None` if there are no callbacks.
    reports: Option<ReportsRow>,
}

/// How a provider reports what became of messages.
struct ReportsRow {
    proof: &'static str,
    /// The address and the verify token to enter at the provider.
    address: Option<(String, String)>,
}

#[derive(Template)]
#[template(path = "console/providers.html")]
struct ProvidersPage {
    layout: Layout,
    path: String,
    providers: Vec<ProviderRow>,
    /// The providers of new routes: word and title.
    offered: Vec<(&'static str, &'static str)>,
    /// Whether routes may be added.
    has_room: bool,
}

/// `GET`: the routes in the order in which they are tried.
pub(crate) async fn list(state: Data<AppState>, request: HttpRequest, seat: Looking<Seat>) -> HttpResponse {
    match shown(&state, &seat, layout(&seat).flashing(&request)).await {
        Ok(page) => page::page(StatusCode::OK, &page),
        Err(answer) => answer,
    }
}

/// `POST …/{route}/up`: moves the route before the previous one of this page.
pub(crate) async fn move_up(
    state: Data<AppState>,
    request: HttpRequest,
    seat: Seat,
    path: Path<(String, String)>,
    _form: Form,
) -> HttpResponse {
    match raise(&state, &request, &seat, &path.1).await {
        Ok(()) => done(&seat.path(END), Flash::RouteMoved),
        Err(wrong) => again(&state, &seat, &Refused::from(wrong)).await,
    }
}

async fn raise(state: &AppState, request: &HttpRequest, seat: &Seat, id: &str) -> Result<(), Rejection> {
    let handle = handle(id)?;
    let found = state.services.routes.list(&seat.tenant).await?;
    let at = found.routes.iter().position(|route| route.handle == handle).ok_or(Refusal::UnknownRoute)?;
    // Mail accounts are in the same list, and have their own page.
    let before = found.routes[..at].iter().rposition(|route| route.provider().is_some());
    let tenant = seat.tenant.clone().under(RequestConditions::while_at(found.revision));
    let change = RouteChange { position: before, ..change(request) };
    let draft = RouteDraft::unchanged(&found.routes[at]);
    let moved = state.services.routes.replace(&tenant, &handle, draft, change).await;
    moved.map(|_| ()).map_err(bodies::unusable)
}

/// `POST …/{route}/delete`: deletes the route.
pub(crate) async fn delete(
    state: Data<AppState>,
    request: HttpRequest,
    seat: Seat,
    path: Path<(String, String)>,
    form: Form,
) -> HttpResponse {
    if let Err(why) = seat.confirm(&state, &request, &form).await {
        return again(&state, &seat, &why).await;
    }
    match remove(&state, &request, &seat, &path.1).await {
        Ok(()) => done(&seat.path(END), Flash::RouteDeleted),
        Err(wrong) => again(&state, &seat, &Refused::from(wrong)).await,
    }
}

async fn remove(state: &AppState, request: &HttpRequest, seat: &Seat, id: &str) -> Result<(), Rejection> {
    let deleted = state.services.routes.delete(&seat.tenant, &handle(id)?, change(request)).await;
    deleted.map_err(bodies::unusable)
}

/// `POST …/{route}/test`: checks the route step by step.
pub(crate) async fn test(
    state: Data<AppState>,
    request: HttpRequest,
    seat: Seat,
    path: Path<(String, String)>,
    form: Form,
) -> HttpResponse {
    let checked = async {
        let text = form.text("to").trim();
        let to = if text.is_empty() { None } else { Some(bodies::any_recipient(text)?) };
        let candidate = Candidate::Present(handle(&path.1)?);
        let checked = state.services.routes.check(&seat.tenant, candidate, to, ClientIp::of(&request)).await;
        checked.map_err(bodies::unusable)
    };
    match checked.await {
        Ok(check) => page::page(StatusCode::OK, &AccountCheckPage::of_route(&seat, END, check)),
        Err(wrong) => again(&state, &seat, &Refused::from(wrong)).await,
    }
}

fn handle(id: &str) -> Result<RouteHandle, Rejection> {
    RouteHandle::parse(id).ok_or_else(|| Refusal::UnknownRoute.into())
}

fn change(request: &HttpRequest) -> RouteChange {
    RouteChange { client_ip: ClientIp::of(request), ..RouteChange::default() }
}

/// The page with an error.
async fn again(state: &AppState, seat: &Seat, why: &Refused) -> HttpResponse {
    match shown(state, seat, layout(seat).failed(why.text.clone())).await {
        Ok(page) => why.page(&page),
        Err(answer) => answer,
    }
}

fn layout(seat: &Seat) -> Layout {
    seat.layout("Phone routes", END)
}

async fn shown(state: &AppState, seat: &Seat, layout: Layout) -> Result<ProvidersPage, HttpResponse> {
    let found = state.services.routes.list(&seat.tenant).await.map_err(|refusal| refused(&refusal))?;
    let offered = |route: &Route| state.services.callbacks.offered(&seat.tenant, route);
    let row = |route: &Route| ProviderRow::of(route, offered(route));
    Ok(ProvidersPage {
        layout,
        path: seat.path(END),
        providers: found.routes.iter().filter_map(row).collect(),
        offered: route_form::all().map(|form| (form.word, form.title)).collect(),
        has_room: !seat.tenant.is_sandbox(),
    })
}

impl ProviderRow {
    fn of(route: &Route, offered: Option<OfferedReports>) -> Option<Self> {
        let account = route.provider()?;
        let channels: Vec<_> = route.channels.iter().map(|channel| channel.as_str()).collect();
        Some(Self {
            id: route.handle.to_string(),
            name: route.name.clone(),
            transport: route.transport.kind().as_str(),
            channels: channels.join(", "),
            summary: account.settings.summary(),
            has_form: route_form::form_of(&account.settings).is_some(),
            reports: offered.map(ReportsRow::of),
        })
    }
}

impl ReportsRow {
    fn of(offered: OfferedReports) -> Self {
        Self {
            proof: match offered.proof {
                ReportProof::Signature => "proved by the provider's signature",
                ReportProof::Address => "proved by the address of the message, which cannot be guessed",
                ReportProof::Missing => "none is believed until the key is set that they are signed with",
            },
            address: offered.address.map(|address| (address.url, address.verify_token)),
        }
    }
}
