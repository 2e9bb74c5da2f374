//! `/console/tenants/{tenant}/accounts`: a tenant's mail accounts, without their passwords.

use crate::domain::tenants::route::Transport;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::json;

use crate::domain::tenants::route::{MAX_ROUTES, Route};
use crate::domain::tenants::route_draft::RouteDraft;
use crate::service::{Accounts, Refusal};

use super::super::AppState;
use super::super::client::ClientIp;
use super::super::v1::forms::{self, Wrong};
use super::done;
use super::form::Form;
use super::frame::{self, Frame};
use super::notice::Notice;
use super::refused::Refused;
use super::session::{Seat, refused};
use super::values::{number, word};

/// An account as its form has it.
struct Shown {
    id: String,
    name: String,
    host: String,
    port: String,
    username: String,
    from: String,
    is_implicit: bool,
}

#[derive(Template)]
#[template(path = "console/accounts.html")]
struct Page {
    frame: Frame,
    path: String,
    accounts: Vec<Shown>,
    /// Whether there may be one more.
    has_room: bool,
}

/// `GET`: in the order in which they are used.
pub(super) async fn list(state: Data<AppState>, request: HttpRequest, seat: Seat) -> HttpResponse {
    match page(&state, &seat, frame(&seat).noticing(&request)).await {
        Ok(page) => frame::page(StatusCode::OK, &page),
        Err(answer) => answer,
    }
}

/// `POST`: the account of `id` as it is to be, or one more.
pub(super) async fn save(
    state: Data<AppState>,
    request: HttpRequest,
    seat: Seat,
    form: Form,
) -> HttpResponse {
    match put(&state, &request, &seat, &form).await {
        Ok(()) => done(&seat.path("/accounts"), Notice::AccountSaved),
        Err(wrong) => again(&state, &seat, &Refused::from(wrong)).await,
    }
}

async fn put(state: &AppState, request: &HttpRequest, seat: &Seat, form: &Form) -> Result<(), Wrong> {
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

/// Changes the list of accounts, unless somebody else does meanwhile.
async fn rearrange(
    state: &AppState,
    request: &HttpRequest,
    seat: &Seat,
    change: impl FnOnce(&mut Vec<RouteDraft>) -> Result<(), Refusal>,
) -> Result<(), Wrong> {
    let Accounts { accounts, revision } = state.services.accounts(&seat.tenant).await?;
    let mut drafts = accounts.iter().map(RouteDraft::unchanged).collect();
    change(&mut drafts)?;
    let client_ip = ClientIp::of(request);
    state.services.replace_accounts(&seat.tenant, drafts, Some(revision), client_ip).await?;
    Ok(())
}

/// Where in the list the account of this handle is.
fn place_of(drafts: &[RouteDraft], id: &str) -> Result<usize, Refusal> {
    let is_it = |draft: &RouteDraft| draft.handle.as_ref().is_some_and(|handle| handle.as_str() == id);
    drafts.iter().position(is_it).ok_or(Refusal::UnknownAccount)
}

/// `POST …/{account}/delete`: it goes.
pub(super) async fn delete(
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
        Ok(()) => done(&seat.path("/accounts"), Notice::AccountDeleted),
        Err(wrong) => again(&state, &seat, &Refused::from(wrong)).await,
    }
}

async fn remove(state: &AppState, request: &HttpRequest, seat: &Seat, id: &str) -> Result<(), Wrong> {
    rearrange(state, request, seat, |drafts| {
        drafts.remove(place_of(drafts, id)?);
        Ok(())
    })
    .await
}

/// `POST …/{account}/up`: it is tried before the one that has been tried before it.
pub(super) async fn move_up(
    state: Data<AppState>,
    request: HttpRequest,
    seat: Seat,
    path: Path<(String, String)>,
    _form: Form,
) -> HttpResponse {
    match raise(&state, &request, &seat, &path.1).await {
        Ok(()) => done(&seat.path("/accounts"), Notice::AccountMoved),
        Err(wrong) => again(&state, &seat, &Refused::from(wrong)).await,
    }
}

async fn raise(state: &AppState, request: &HttpRequest, seat: &Seat, id: &str) -> Result<(), Wrong> {
    rearrange(state, request, seat, |drafts| {
        let at = place_of(drafts, id)?;
        drafts.swap(at.saturating_sub(1), at);
        Ok(())
    })
    .await
}

/// The account of a form.
fn draft(form: &Form) -> Result<RouteDraft, Wrong> {
    forms::account(json!({
        "id": word(form.text("id")), "name": word(form.text("name")),
        "host": form.text("host"), "port": number(form.text("port")), "tls": word(form.text("tls")),
        "username": form.text("username"), "password": word(form.text("password")),
        "from": form.text("from"),
    }))
}

/// The page with what went wrong.
pub(super) async fn again(state: &AppState, seat: &Seat, why: &Refused) -> HttpResponse {
    match page(state, seat, frame(seat).failed(why.text.clone())).await {
        Ok(page) => why.page(&page),
        Err(answer) => answer,
    }
}

fn frame(seat: &Seat) -> Frame {
    Frame::seated(seat, "Mail accounts", "/accounts")
}

async fn page(state: &AppState, seat: &Seat, frame: Frame) -> Result<Page, HttpResponse> {
    let found = state.services.accounts(&seat.tenant).await.map_err(|refusal| refused(&refusal))?;
    let accounts: Vec<_> = found.accounts.iter().map(Shown::of).collect();
    let has_room = accounts.len() < MAX_ROUTES && !seat.tenant.is_sandbox();
    Ok(Page { frame, path: seat.path("/accounts"), accounts, has_room })
}

impl Shown {
    fn of(account: &Route) -> Self {
        let Transport::Smtp(smtp) = &account.transport;
        Self {
            id: account.handle.to_string(),
            name: account.name.clone(),
            host: smtp.host.clone(),
            port: smtp.port.to_string(),
            username: smtp.username.clone(),
            from: smtp.from.as_str().to_owned(),
            is_implicit: smtp.security == crate::domain::tenants::smtp::Security::Implicit,
        }
    }
}
