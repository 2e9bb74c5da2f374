//! `/console/tenants/{tenant}/keys`: a tenant's secret keys. A secret is only in the first answer.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::domain::sid::Sid;
use crate::domain::tenants::credential::{KeyInfo, Scope};
use crate::domain::time::Timestamp;
use crate::service::NewSecret;

use crate::http::shared::client::ClientIp;
use crate::http::shared::problems::rejection::Rejection;
use crate::http::state::AppState;

use super::flash::Flash;
use super::form::Form;
use super::layout::Layout;
use super::new_secret::NewSecretPage;
use super::power::Looking;
use super::redirect::done;
use super::refused::Refused;
use super::session::{Seat, refused};
use super::{bodies, key_form, page};

/// The choices of the overlap: hours, and the label.
const OVERLAPS: [(u64, &str); 4] = [(0, "not at all"), (1, "an hour"), (24, "a day"), (168, "a week")];

/// Scopes that go together: the label, and their words.
const PRESETS: [(&str, &str); 4] = [
    ("Mint and verify", "mint verify"),
    ("Verify only", "verify"),
    ("Support", "support"),
    ("Everything of an app", "mint verify manage"),
];

/// The end of a key within this time is marked.
const SOON: Duration = Duration::from_secs(7 * 86_400);

#[derive(Template)]
#[template(path = "console/keys.html")]
struct KeysPage {
    layout: Layout,
    path: String,
    keys: Vec<KeyInfo>,
    /// The sid of the tenant.
    account: Sid,
    scopes: [Scope; 6],
    presets: [(&'static str, &'static str); 4],
    overlaps: [(u64, &'static str); 4],
    lives: [(u64, &'static str); 4],
    /// Beyond this moment the end of a key is far.
    soon: Timestamp,
    /// What was typed for a new key, to be corrected.
    typed: Typed,
}

/// What was typed for a new key.
#[derive(Default)]
struct Typed {
    name: String,
    scopes: Vec<Scope>,
    networks: String,
}

impl Typed {
    fn of(form: &Form) -> Self {
        Self {
            name: form.text("name").to_owned(),
            scopes: form.all("scopes").filter_map(Scope::parse).collect(),
            networks: form.text("networks").to_owned(),
        }
    }
}

impl KeysPage {
    /// The networks of a key, as they are typed.
    fn networks(key: &KeyInfo) -> String {
        key.terms.networks.to_words().unwrap_or_default()
    }

    /// What a scope lets its key do.
    fn meaning(scope: &Scope) -> &'static str {
        match scope {
            Scope::Mint => "mint, read, resend and cancel challenges",
            Scope::Verify => "read and verify challenges",
            Scope::Manage => "manage the tenant: keys, routes, policy, templates, webhooks, numbers",
            Scope::Reveal => "receive codes, to deliver them itself",
            Scope::Relay => "have codes delivered that somebody else makes and checks",
            Scope::Support => "find what was sent to a recipient, and unlock it",
        }
    }

    fn ends_soon(&self, key: &KeyInfo) -> bool {
        key.terms.expires_at.is_some_and(|end| end <= self.soon)
    }
}

/// `GET`: the live keys.
pub(crate) async fn list(state: Data<AppState>, request: HttpRequest, seat: Looking<Seat>) -> HttpResponse {
    match page(&state, &seat, layout(&seat).flashing(&request), Typed::default()).await {
        Ok(page) => page::page(StatusCode::OK, &page),
        Err(answer) => answer,
    }
}

/// `POST`: adds a key.
pub(crate) async fn add(state: Data<AppState>, request: HttpRequest, seat: Seat, form: Form) -> HttpResponse {
    match make(&state, &request, &seat, &form).await {
        Ok(new) => shown(&seat, "Secret key created", &new),
        Err(wrong) => again(&state, &seat, Typed::of(&form), &Refused::from(wrong)).await,
    }
}

async fn make(
    state: &AppState,
    request: &HttpRequest,
    seat: &Seat,
    form: &Form,
) -> Result<NewSecret, Rejection> {
    let draft = bodies::key(key_form::new_key(form, state.services.now())?)?;
    Ok(state.services.secret_keys.add(&seat.tenant, draft, ClientIp::of(request)).await?)
}

/// `POST …/{key}/rotate`: replaces a key.
pub(crate) async fn rotate(
    state: Data<AppState>,
    request: HttpRequest,
    seat: Seat,
    path: Path<(String, String)>,
    form: Form,
) -> HttpResponse {
    if let Err(why) = seat.confirm(&state, &request, &form).await {
        return again(&state, &seat, Typed::default(), &why).await;
    }
    match replace(&state, &request, &seat, &path.1, form.text("overlap")).await {
        Ok(new) => shown(&seat, "The secret key is replaced", &new),
        Err(wrong) => again(&state, &seat, Typed::default(), &Refused::from(wrong)).await,
    }
}

async fn replace(
    state: &AppState,
    request: &HttpRequest,
    seat: &Seat,
    key: &str,
    overlap: &str,
) -> Result<NewSecret, Rejection> {
    let (key, overlap) = (bodies::key_handle(key)?, hours(overlap)?);
    Ok(state.services.secret_keys.rotate_own(&seat.tenant, key, overlap, ClientIp::of(request)).await?)
}

/// The chosen overlap.
fn hours(text: &str) -> Result<Duration, Rejection> {
    let known = OVERLAPS.into_iter().map(|(hours, _)| hours).find(|hours| hours.to_string() == text);
    let known = known.ok_or_else(|| bodies::invalid("overlap", "one of the list"))?;
    Ok(Duration::from_secs(known * 3600))
}

/// `POST …/{key}/change`: changes when a key ends, or from where it may be used.
pub(crate) async fn change(
    state: Data<AppState>,
    request: HttpRequest,
    seat: Seat,
    path: Path<(String, String)>,
    form: Form,
) -> HttpResponse {
    match alter(&state, &request, &seat, (&path.1, &form)).await {
        Ok(()) => done(&seat.path("/keys"), Flash::Changed),
        Err(wrong) => again(&state, &seat, Typed::default(), &Refused::from(wrong)).await,
    }
}

async fn alter(
    state: &AppState,
    request: &HttpRequest,
    seat: &Seat,
    (key, form): (&str, &Form),
) -> Result<(), Rejection> {
    let (key, now) = (bodies::key_handle(key)?, state.services.now());
    let change = bodies::key_change(key_form::change(form, now)?)?;
    state.services.secret_keys.change(&seat.tenant, key, change, ClientIp::of(request)).await?;
    Ok(())
}

/// `POST …/{key}/revoke`: revokes a key.
pub(crate) async fn revoke(
    state: Data<AppState>,
    request: HttpRequest,
    seat: Seat,
    path: Path<(String, String)>,
    form: Form,
) -> HttpResponse {
    if let Err(why) = seat.confirm(&state, &request, &form).await {
        return again(&state, &seat, Typed::default(), &why).await;
    }
    match end(&state, &request, &seat, &path.1).await {
        Ok(()) => done(&seat.path("/keys"), Flash::KeyRevoked),
        Err(wrong) => again(&state, &seat, Typed::default(), &Refused::from(wrong)).await,
    }
}

async fn end(state: &AppState, request: &HttpRequest, seat: &Seat, key: &str) -> Result<(), Rejection> {
    let key = bodies::key_handle(key)?;
    state.services.secret_keys.revoke(&seat.tenant, key, ClientIp::of(request)).await?;
    Ok(())
}

fn shown(seat: &Seat, title: &str, new: &NewSecret) -> HttpResponse {
    let layout = seat.layout(title, "/keys");
    let made = NewSecretPage { layout, secret: new.secret.expose(), there: seat.path("/keys") };
    page::page(StatusCode::CREATED, &made)
}

async fn again(state: &AppState, seat: &Seat, typed: Typed, why: &Refused) -> HttpResponse {
    match page(state, seat, layout(seat).failed(why.text.clone()), typed).await {
        Ok(page) => why.page(&page),
        Err(answer) => answer,
    }
}

fn layout(seat: &Seat) -> Layout {
    seat.layout("Secret keys", "/keys")
}

async fn page(state: &AppState, seat: &Seat, layout: Layout, typed: Typed) -> Result<KeysPage, HttpResponse> {
    let keys = state.services.secret_keys.list(&seat.tenant).await.map_err(|refusal| refused(&refusal))?;
    Ok(KeysPage {
        layout,
        path: seat.path("/keys"),
        keys,
        account: state.services.sids.account(seat.tenant.id()),
        scopes: Scope::ALL,
        presets: PRESETS,
        overlaps: OVERLAPS,
        lives: key_form::LIVES,
        soon: state.services.now() + SOON,
        typed,
    })
}
