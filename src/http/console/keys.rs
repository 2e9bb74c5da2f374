//! `/console/tenants/{tenant}/keys`: a tenant's secret keys. A secret is in one answer, the first.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::json;

use crate::domain::tenants::credential::{KeyInfo, Scope};
use crate::service::NewSecret;

use super::super::AppState;
use super::super::client::ClientIp;
use super::super::v1::forms::{self, Wrong};
use super::done;
use super::form::Form;
use super::frame::{self, Frame};
use super::notice::Notice;
use super::refused::Refused;
use super::session::{Seat, refused};

/// How long a replaced key goes on working: hours, and what that is called.
const OVERLAPS: [(u64, &str); 4] = [(0, "not at all"), (1, "an hour"), (24, "a day"), (168, "a week")];

#[derive(Template)]
#[template(path = "console/keys.html")]
struct Page {
    frame: Frame,
    path: String,
    keys: Vec<KeyInfo>,
    scopes: [Scope; 4],
    overlaps: [(u64, &'static str); 4],
    /// The name that was typed, to be mended.
    name: String,
}

#[derive(Template)]
#[template(path = "console/new_secret.html")]
struct Made<'a> {
    frame: Frame,
    secret: &'a str,
    there: String,
}

/// `GET`: those that work.
pub(super) async fn list(state: Data<AppState>, request: HttpRequest, seat: Seat) -> HttpResponse {
    match page(&state, &seat, frame(&seat).noticing(&request), "").await {
        Ok(page) => frame::page(StatusCode::OK, &page),
        Err(answer) => answer,
    }
}

/// `POST`: one more.
pub(super) async fn add(state: Data<AppState>, request: HttpRequest, seat: Seat, form: Form) -> HttpResponse {
    match make(&state, &request, &seat, &form).await {
        Ok(new) => shown(&seat, "The secret key is made", &new),
        Err(wrong) => again(&state, &seat, form.text("name"), &Refused::from(wrong)).await,
    }
}

async fn make(state: &AppState, request: &HttpRequest, seat: &Seat, form: &Form) -> Result<NewSecret, Wrong> {
    let scopes: Vec<_> = form.all("scopes").collect();
    let (name, scopes) = forms::key(json!({ "name": form.text("name"), "scopes": scopes }))?;
    Ok(state.services.secret_keys.add(&seat.tenant, name, scopes, ClientIp::of(request)).await?)
}

/// `POST …/{key}/rotate`: another one in its place.
pub(super) async fn rotate(
    state: Data<AppState>,
    request: HttpRequest,
    seat: Seat,
    path: Path<(String, String)>,
    form: Form,
) -> HttpResponse {
    if let Err(why) = seat.confirm(&state, &request, &form).await {
        return again(&state, &seat, "", &why).await;
    }
    match replace(&state, &request, &seat, &path.1, form.text("overlap")).await {
        Ok(new) => shown(&seat, "The secret key is replaced", &new),
        Err(wrong) => again(&state, &seat, "", &Refused::from(wrong)).await,
    }
}

async fn replace(
    state: &AppState,
    request: &HttpRequest,
    seat: &Seat,
    key: &str,
    overlap: &str,
) -> Result<NewSecret, Wrong> {
    let (key, overlap) = (forms::key_handle(key)?, hours(overlap)?);
    Ok(state.services.secret_keys.rotate_own(&seat.tenant, key, overlap, ClientIp::of(request)).await?)
}

/// The overlap that was chosen.
fn hours(text: &str) -> Result<Duration, Wrong> {
    let known = OVERLAPS.into_iter().map(|(hours, _)| hours).find(|hours| hours.to_string() == text);
    let known = known.ok_or_else(|| forms::invalid("overlap", "one of the list"))?;
    Ok(Duration::from_secs(known * 3600))
}

/// `POST …/{key}/revoke`: it works no more.
pub(super) async fn revoke(
    state: Data<AppState>,
    request: HttpRequest,
    seat: Seat,
    path: Path<(String, String)>,
    form: Form,
) -> HttpResponse {
    if let Err(why) = seat.confirm(&state, &request, &form).await {
        return again(&state, &seat, "", &why).await;
    }
    match end(&state, &request, &seat, &path.1).await {
        Ok(()) => done(&seat.path("/keys"), Notice::KeyRevoked),
        Err(wrong) => again(&state, &seat, "", &Refused::from(wrong)).await,
    }
}

async fn end(state: &AppState, request: &HttpRequest, seat: &Seat, key: &str) -> Result<(), Wrong> {
    let key = forms::key_handle(key)?;
    state.services.secret_keys.revoke(&seat.tenant, key, ClientIp::of(request)).await?;
    Ok(())
}

fn shown(seat: &Seat, title: &str, new: &NewSecret) -> HttpResponse {
    let frame = Frame::seated(seat, title, "/keys");
    let made = Made { frame, secret: new.secret.expose(), there: seat.path("/keys") };
    frame::page(StatusCode::CREATED, &made)
}

async fn again(state: &AppState, seat: &Seat, name: &str, why: &Refused) -> HttpResponse {
    match page(state, seat, frame(seat).failed(why.text.clone()), name).await {
        Ok(page) => why.page(&page),
        Err(answer) => answer,
    }
}

fn frame(seat: &Seat) -> Frame {
    Frame::seated(seat, "Secret keys", "/keys")
}

async fn page(state: &AppState, seat: &Seat, frame: Frame, name: &str) -> Result<Page, HttpResponse> {
    let keys = state.services.secret_keys.list(&seat.tenant).await.map_err(|refusal| refused(&refusal))?;
    let (path, name) = (seat.path("/keys"), name.to_owned());
    Ok(Page { frame, path, keys, scopes: Scope::ALL, overlaps: OVERLAPS, name })
}
