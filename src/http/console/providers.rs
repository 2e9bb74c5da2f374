//! `/console/tenants/{tenant}/providers`: a tenant's routes through providers, without their secrets.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::{Value, json};

use crate::domain::tenants::route::{Route, RouteHandle, TransportKind};
use crate::domain::tenants::transports::presets;
use crate::service::{Candidate, Refusal, RouteChange};

use crate::http::shared::client::ClientIp;
use crate::http::shared::problems::rejection::Rejection;
use crate::http::state::AppState;

use super::account_check::AccountCheckPage;
use super::flash::Flash;
use super::form::Form;
use super::layout::Layout;
use super::redirect::done;
use super::refused::Refused;
use super::session::{Seat, refused};
use super::values::word;
use super::{bodies, page};

/// The end of the page's path.
const END: &str = "/providers";

/// A route in its form.
struct ProviderRow {
    id: String,
    name: String,
    transport: &'static str,
    channels: String,
    summary: String,
    settings: String,
}

#[derive(Template)]
#[template(path = "console/providers.html")]
struct ProvidersPage {
    layout: Layout,
    path: String,
    providers: Vec<ProviderRow>,
    /// The transports of new routes.
    transports: Vec<&'static str>,
    /// The words of the known gateways.
    presets: String,
    /// Whether routes may be added.
    has_room: bool,
}

/// `GET`: the routes in the order in which they are tried.
pub(crate) async fn list(state: Data<AppState>, request: HttpRequest, seat: Seat) -> HttpResponse {
    match shown(&state, &seat, layout(&seat).flashing(&request)).await {
        Ok(page) => page::page(StatusCode::OK, &page),
        Err(answer) => answer,
    }
}

/// `POST`: changes the route with this `id`, or adds one.
pub(crate) async fn save(
    state: Data<AppState>,
    request: HttpRequest,
    seat: Seat,
    form: Form,
) -> HttpResponse {
    match put(&state, &request, &seat, &form).await {
        Ok(()) => done(&seat.path(END), Flash::RouteSaved),
        Err(wrong) => again(&state, &seat, &Refused::from(wrong)).await,
    }
}

async fn put(state: &AppState, request: &HttpRequest, seat: &Seat, form: &Form) -> Result<(), Rejection> {
    let settings: Value = match form.text("settings").trim() {
        "" => json!({}),
        text => serde_json::from_str(text).map_err(|_| bodies::invalid("settings", "one JSON object"))?,
    };
    let draft = bodies::provider(json!({
        "transport": form.text("transport"), "name": word(form.text("name")),
        "secret": word(form.text("secret")), "settings": settings,
    }))?;
    let (routes, change) = (&state.services.routes, change(request));
    let saved = match form.text("id") {
        "" => routes.add(&seat.tenant, draft, change).await,
        id => routes.replace(&seat.tenant, &handle(id)?, draft, change).await,
    };
    saved.map(|_| ()).map_err(bodies::unusable)
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
        Ok(check) => page::page(StatusCode::OK, &AccountCheckPage::below(&seat, END, check)),
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
    let kinds = TransportKind::ALL.into_iter().filter(|kind| *kind != TransportKind::Smtp);
    Ok(ProvidersPage {
        layout,
        path: seat.path(END),
        providers: found.routes.iter().filter_map(ProviderRow::of).collect(),
        transports: kinds.map(TransportKind::as_str).collect(),
        presets: presets::words(),
        has_room: !seat.tenant.is_sandbox(),
    })
}

impl ProviderRow {
    fn of(route: &Route) -> Option<Self> {
        let account = route.provider()?;
        let channels: Vec<_> = route.channels.iter().map(|channel| channel.as_str()).collect();
        Some(Self {
            id: route.handle.to_string(),
            name: route.name.clone(),
            transport: route.transport.kind().as_str(),
            channels: channels.join(", "),
            summary: account.settings.summary(),
            // Texts, numbers and lists always serialise.
            settings: serde_json::to_string_pretty(&account.settings).unwrap_or_default(),
        })
    }
}
