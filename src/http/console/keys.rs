//! `/console/tenants/{tenant}/keys`: a tenant's secret keys. A secret is in one answer, the first.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::json;

use crate::domain::credential::{KeyInfo, Scope};
use crate::service::NewSecret;

use super::super::Face;
use super::super::client::Origin;
use super::super::v1::forms::{self, Wrong};
use super::done;
use super::form::Form;
use super::frame::{self, Frame, Refused};
use super::notice::Notice;
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
pub(super) async fn list(face: Data<Face>, request: HttpRequest, seat: Seat) -> HttpResponse {
    match page(&face, &seat, frame(&seat).noticing(&request), "").await {
        Ok(page) => frame::page(StatusCode::OK, &page),
        Err(answer) => answer,
    }
}

/// `POST`: one more.
pub(super) async fn add(face: Data<Face>, request: HttpRequest, seat: Seat, form: Form) -> HttpResponse {
    let scopes: Vec<_> = form.all("scopes").collect();
    let asked = forms::key(json!({ "name": form.text("name"), "scopes": scopes }));
    let made = match asked {
        Ok((name, scopes)) => {
            let origin = Origin::of(&request);
            face.services.add_secret_key(&seat.tenant, name, scopes, origin).await.map_err(Wrong::from)
        }
        Err(wrong) => Err(wrong),
    };
    match made {
        Ok(new) => shown(&seat, "The secret key is made", &new),
        Err(wrong) => again(&face, &seat, form.text("name"), &Refused::from(wrong)).await,
    }
}

/// `POST …/{key}/rotate`: another one in its place.
pub(super) async fn rotate(
    face: Data<Face>,
    request: HttpRequest,
    seat: Seat,
    path: Path<(String, String)>,
    form: Form,
) -> HttpResponse {
    if let Err(why) = seat.confirm(&face, &request, &form).await {
        return again(&face, &seat, "", &why).await;
    }
    let hours = form.text("overlap");
    let hours = OVERLAPS.into_iter().map(|(hours, _)| hours).find(|known| known.to_string() == hours);
    let rotated = match (forms::key_handle(&path.1), hours) {
        (Ok(key), Some(hours)) => {
            let (overlap, origin) = (Duration::from_secs(hours * 3600), Origin::of(&request));
            face.services.rotate_own_key(&seat.tenant, key, overlap, origin).await.map_err(Wrong::from)
        }
        (Err(wrong), _) => Err(wrong),
        (_, None) => return again(&face, &seat, "", &Refused::invalid("overlap: one of the list")).await,
    };
    match rotated {
        Ok(new) => shown(&seat, "The secret key is replaced", &new),
        Err(wrong) => again(&face, &seat, "", &Refused::from(wrong)).await,
    }
}

/// `POST …/{key}/revoke`: it works no more.
pub(super) async fn revoke(
    face: Data<Face>,
    request: HttpRequest,
    seat: Seat,
    path: Path<(String, String)>,
    form: Form,
) -> HttpResponse {
    if let Err(why) = seat.confirm(&face, &request, &form).await {
        return again(&face, &seat, "", &why).await;
    }
    let revoked = match forms::key_handle(&path.1) {
        Ok(key) => {
            let origin = Origin::of(&request);
            face.services.revoke_secret_key(&seat.tenant, key, origin).await.map_err(Wrong::from)
        }
        Err(wrong) => Err(wrong),
    };
    match revoked {
        Ok(_) => done(&seat.path("/keys"), Notice::KeyRevoked),
        Err(wrong) => again(&face, &seat, "", &Refused::from(wrong)).await,
    }
}

fn shown(seat: &Seat, title: &str, new: &NewSecret) -> HttpResponse {
    let frame = Frame::seated(seat, title, "/keys");
    let made = Made { frame, secret: new.secret.expose(), there: seat.path("/keys") };
    frame::page(StatusCode::CREATED, &made)
}

async fn again(face: &Face, seat: &Seat, name: &str, why: &Refused) -> HttpResponse {
    match page(face, seat, frame(seat).failed(why.text.clone()), name).await {
        Ok(page) => why.page(&page),
        Err(answer) => answer,
    }
}

fn frame(seat: &Seat) -> Frame {
    Frame::seated(seat, "Secret keys", "/keys")
}

async fn page(face: &Face, seat: &Seat, frame: Frame, name: &str) -> Result<Page, HttpResponse> {
    let keys = face.services.secret_keys(&seat.tenant).await.map_err(|refusal| refused(&refusal))?;
    let (path, name) = (seat.path("/keys"), name.to_owned());
    Ok(Page { frame, path, keys, scopes: Scope::ALL, overlaps: OVERLAPS, name })
}
