//! `/console/tenants/{tenant}/providers/new` and `…/{route}`: the form of a route to phones.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::domain::challenges::channel::ChannelKind;
use crate::domain::tenants::route::{Route, RouteHandle};
use crate::domain::tenants::transports::provider::ProviderSettings;
use crate::service::{Refusal, RequestConditions, RouteChange, TenantRoute};

use crate::http::shared::client::ClientIp;
use crate::http::shared::problems::rejection::Rejection;
use crate::http::state::AppState;

use super::fields::{self, FieldRow};
use super::flash::Flash;
use super::form::Form;
use super::layout::Layout;
use super::providers::END;
use super::redirect::done;
use super::refused::Refused;
use super::route_form::{self, RouteForm};
use super::session::{Seat, refused};
use super::{bodies, page};

#[derive(Template)]
#[template(path = "console/route_form.html")]
struct RouteFormPage {
    layout: Layout,
    /// The path of the list of routes.
    list: String,
    /// Where the form is sent.
    action: String,
    form: &'static RouteForm,
    is_new: bool,
    name: String,
    /// The channels of the transport, and whether each is ticked.
    channels: Vec<(&'static str, bool)>,
    fields: Vec<FieldRow>,
}

/// `GET …/new?provider=twilio`: an empty form.
pub(crate) async fn blank(request: HttpRequest, seat: Seat) -> HttpResponse {
    let mut query = form_urlencoded::parse(request.query_string().as_bytes());
    let word = query.find(|(name, _)| name == "provider").map(|(_, word)| word);
    match word.and_then(|word| route_form::find(&word)) {
        Some(form) => page::page(StatusCode::OK, &RouteFormPage::of(&seat, form, None)),
        None => page::not_found(Some(&seat.signed)),
    }
}

/// `POST …/new`: adds a route.
pub(crate) async fn add(
    state: Data<AppState>,
    request: HttpRequest,
    seat: Seat,
    typed: Form,
) -> HttpResponse {
    let Some(form) = route_form::find(typed.text("provider")) else {
        return page::not_found(Some(&seat.signed));
    };
    let added = async {
        let draft = bodies::provider(route_form::body(form, &typed, None)?)?;
        let change = RouteChange { client_ip: ClientIp::of(&request), ..RouteChange::default() };
        state.services.routes.add(&seat.tenant, draft, change).await.map_err(bodies::unusable)
    };
    match added.await {
        Ok(_) => done(&seat.path(END), Flash::RouteSaved),
        Err(wrong) => RouteFormPage::of(&seat, form, None).again(&typed, wrong),
    }
}

/// `GET …/{route}`: the form of a route.
pub(crate) async fn show(state: Data<AppState>, seat: Seat, path: Path<(String, String)>) -> HttpResponse {
    match found(&state, &seat, &path.1).await {
        Ok((known, form)) => page::page(StatusCode::OK, &RouteFormPage::of(&seat, form, Some(&known.route))),
        Err(answer) => answer,
    }
}

/// `POST …/{route}`: changes the route, unless somebody else does so at the same time.
pub(crate) async fn save(
    state: Data<AppState>,
    request: HttpRequest,
    seat: Seat,
    path: Path<(String, String)>,
    typed: Form,
) -> HttpResponse {
    let (TenantRoute { route, revision, .. }, form) = match found(&state, &seat, &path.1).await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    let saved = async {
        let draft = bodies::provider(route_form::body(form, &typed, settings(&route))?)?;
        let tenant = seat.tenant.clone().under(RequestConditions::while_at(revision));
        let change = RouteChange { client_ip: ClientIp::of(&request), position: None };
        let replaced = state.services.routes.replace(&tenant, &route.handle, draft, change).await;
        replaced.map_err(bodies::unusable)
    };
    match saved.await {
        Ok(_) => done(&seat.path(END), Flash::RouteSaved),
        Err(wrong) => RouteFormPage::of(&seat, form, Some(&route)).again(&typed, wrong),
    }
}

/// Returns a route and its form, or the page for one that has none.
async fn found(
    state: &AppState,
    seat: &Seat,
    id: &str,
) -> Result<(TenantRoute, &'static RouteForm), HttpResponse> {
    let unknown = || page::not_found(Some(&seat.signed));
    let handle = RouteHandle::parse(id).ok_or_else(unknown)?;
    let known = match state.services.routes.find(&seat.tenant, &handle).await {
        Ok(known) => known,
        Err(Refusal::UnknownRoute) => return Err(unknown()),
        Err(refusal) => return Err(refused(&refusal)),
    };
    let form = settings(&known.route).and_then(route_form::form_of).ok_or_else(unknown)?;
    Ok((known, form))
}

fn settings(route: &Route) -> Option<&ProviderSettings> {
    route.provider().map(|account| &account.settings)
}

impl RouteFormPage {
    /// The form of a route, or of a new one.
    fn of(seat: &Seat, form: &'static RouteForm, route: Option<&Route>) -> Self {
        let (title, end) = match route {
            Some(route) => ("Change a route", route.handle.to_string()),
            None => ("A new route", "new".to_owned()),
        };
        let possible = form.transport.channels();
        // A route that serves all that it can goes on to do so when it gets a further sender.
        let chosen = route.filter(|route| route.channels != route.transport.channels());
        let is_chosen = |channel: ChannelKind| chosen.is_some_and(|route| route.serves(channel));
        Self {
            layout: seat.layout(title, END),
            list: seat.path(END),
            action: format!("{}/{end}", seat.path(END)),
            form,
            is_new: route.is_none(),
            name: route.map(|route| route.name.clone()).unwrap_or_default(),
            channels: possible.iter().map(|channel| (channel.as_str(), is_chosen(*channel))).collect(),
            fields: fields::rows(form.fields, route.and_then(settings).map(route_form::shown).as_ref()),
        }
    }

    /// The page with what was typed, and with the error beside its field.
    fn again(self, typed: &Form, wrong: Rejection) -> HttpResponse {
        let mut fields = fields::typed_rows(self.form.fields, typed, &wrong);
        fields::focus_first(&mut fields);
        let ticked = |word: &'static str| (word, typed.all("channels").any(|typed| typed == word));
        let channels = self.channels.iter().map(|(word, _)| ticked(word)).collect();
        let why = Refused::from(wrong);
        let layout = self.layout.failed(fields::first_error(&fields).unwrap_or_else(|| why.text.clone()));
        let name = typed.text("name").to_owned();
        why.page(&Self { layout, name, channels, fields, ..self })
    }
}
