//! `/console/tenants/{tenant}/accounts`: a tenant's mail accounts, without their passwords.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::json;

use crate::domain::tenants::oauth::StoppedLogin;
use crate::domain::tenants::route::{MAX_ROUTES, Route, TransportKind};
use crate::domain::tenants::route_draft::RouteDraft;
use crate::service::{Refusal, RequestConditions, TenantRoutes};

use crate::http::shared::client::ClientIp;
use crate::http::shared::problems::rejection::Rejection;
use crate::http::state::AppState;

use super::flash::Flash;
use super::form::Form;
use super::layout::Layout;
use super::oauth_form::{self, OAuthFields, StoppedRow};
use super::power::Looking;
use super::redirect::done;
use super::refused::Refused;
use super::session::{Seat, refused};
use super::values::{number, word};
use super::{bodies, page};

/// The transport of mail accounts.
const SMTP: TransportKind = TransportKind::Smtp;

/// An account in its form.
struct MailAccountRow {
    id: String,
    name: String,
    host: String,
    port: String,
    username: String,
    from: String,
    login: OAuthFields,
    stopped: Option<StoppedRow>,
    is_implicit: bool,
}

#[derive(Template)]
#[template(path = "console/accounts.html")]
struct MailAccountsPage {
    layout: Layout,
    path: String,
    accounts: Vec<MailAccountRow>,
    /// Whether another account may be added.
    has_room: bool,
    /// The empty fields of another account.
    login: OAuthFields,
}

/// `GET`: the accounts in the order in which they are used.
pub(crate) async fn list(state: Data<AppState>, request: HttpRequest, seat: Looking<Seat>) -> HttpResponse {
    match page(&state, &seat, layout(&seat).flashing(&request)).await {
        Ok(page) => page::page(StatusCode::OK, &page),
        Err(answer) => answer,
    }
}

/// `POST`: changes the account with this `id`, or adds one.
pub(crate) async fn save(
    state: Data<AppState>,
    request: HttpRequest,
    seat: Seat,
    form: Form,
) -> HttpResponse {
    match put(&state, &request, &seat, &form).await {
        Ok(()) => done(&seat.path("/accounts"), Flash::AccountSaved),
        Err(wrong) => again(&state, &seat, &Refused::from(wrong)).await,
    }
}

async fn put(state: &AppState, request: &HttpRequest, seat: &Seat, form: &Form) -> Result<(), Rejection> {
    let draft = draft(form)?;
    rearrange(state, request, seat, |drafts| {
        match drafts.iter_mut().find(|present| present.handle == draft.handle) {
            Some(present) if draft.handle.is_some() => *present = draft,
            _ => drafts.push(draft),
        }
        Ok(())
    })
    .await
}

/// Changes the list of accounts, unless it has been changed by somebody else.
async fn rearrange(
    state: &AppState,
    request: &HttpRequest,
    seat: &Seat,
    change: impl FnOnce(&mut Vec<RouteDraft>) -> Result<(), Refusal>,
) -> Result<(), Rejection> {
    let routes = &state.services.routes;
    let TenantRoutes { routes: present, revision, .. } = routes.list_of(&seat.tenant, SMTP).await?;
    let mut drafts = present.iter().map(RouteDraft::unchanged).collect();
    change(&mut drafts)?;
    let client_ip = ClientIp::of(request);
    let tenant = seat.tenant.clone().under(RequestConditions::while_at(revision));
    let replaced = routes.replace_of(&tenant, SMTP, drafts, client_ip).await;
    replaced.map(|_| ()).map_err(bodies::unusable)
}

/// The position of the account with this handle.
fn place_of(drafts: &[RouteDraft], id: &str) -> Result<usize, Refusal> {
    let is_it = |draft: &RouteDraft| draft.handle.as_ref().is_some_and(|handle| handle.as_str() == id);
    drafts.iter().position(is_it).ok_or(Refusal::UnknownRoute)
}

/// `POST …/{account}/delete`: removes the account.
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
        Ok(()) => done(&seat.path("/accounts"), Flash::AccountDeleted),
        Err(wrong) => again(&state, &seat, &Refused::from(wrong)).await,
    }
}

async fn remove(state: &AppState, request: &HttpRequest, seat: &Seat, id: &str) -> Result<(), Rejection> {
    rearrange(state, request, seat, |drafts| {
        drafts.remove(place_of(drafts, id)?);
        Ok(())
    })
    .await
}

/// `POST …/{account}/up`: moves the account one place up.
pub(crate) async fn move_up(
    state: Data<AppState>,
    request: HttpRequest,
    seat: Seat,
    path: Path<(String, String)>,
    _form: Form,
) -> HttpResponse {
    match raise(&state, &request, &seat, &path.1).await {
        Ok(()) => done(&seat.path("/accounts"), Flash::AccountMoved),
        Err(wrong) => again(&state, &seat, &Refused::from(wrong)).await,
    }
}

async fn raise(state: &AppState, request: &HttpRequest, seat: &Seat, id: &str) -> Result<(), Rejection> {
    rearrange(state, request, seat, |drafts| {
        let at = place_of(drafts, id)?;
        drafts.swap(at.saturating_sub(1), at);
        Ok(())
    })
    .await
}

/// The account in a form.
fn draft(form: &Form) -> Result<RouteDraft, Rejection> {
    bodies::account(json!({
        "id": word(form.text("id")), "name": word(form.text("name")),
        "host": form.text("host"), "port": number(form.text("port")), "tls": word(form.text("tls")),
        "username": form.text("username"), "password": word(form.text("password")),
        "from": form.text("from"), "oauth": oauth_form::login(form),
    }))
}

/// The page with an error.
pub(crate) async fn again(state: &AppState, seat: &Seat, why: &Refused) -> HttpResponse {
    match page(state, seat, layout(seat).failed(why.text.clone())).await {
        Ok(page) => why.page(&page),
        Err(answer) => answer,
    }
}

fn layout(seat: &Seat) -> Layout {
    seat.layout("Mail accounts", "/accounts")
}

async fn page(state: &AppState, seat: &Seat, layout: Layout) -> Result<MailAccountsPage, HttpResponse> {
    let found = state.services.routes.list_of(&seat.tenant, SMTP).await;
    let found = found.map_err(|refusal| refused(&refusal))?;
    let row =
        |route: &Route| MailAccountRow::of(route, found.stopped.iter().find(|stopped| stopped.is_of(route)));
    let accounts: Vec<_> = found.routes.iter().filter_map(row).collect();
    let has_room = accounts.len() < MAX_ROUTES && !seat.tenant.is_sandbox();
    Ok(MailAccountsPage {
        layout,
        path: seat.path("/accounts"),
        accounts,
        has_room,
        login: OAuthFields::of(None),
    })
}

impl MailAccountRow {
    fn of(route: &Route, stopped: Option<&StoppedLogin>) -> Option<Self> {
        let smtp = route.smtp()?;
        Some(Self {
            id: route.handle.to_string(),
            name: route.name.clone(),
            host: smtp.host.clone(),
            port: smtp.port.to_string(),
            username: smtp.username.clone(),
            from: smtp.from.as_str().to_owned(),
            login: OAuthFields::of(smtp.oauth()),
            stopped: stopped.map(StoppedRow::of),
            is_implicit: smtp.security == crate::domain::tenants::smtp::Security::Implicit,
        })
    }
}
