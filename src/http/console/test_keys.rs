//! `/console/tenants/{tenant}/sandbox`: the test keys of a tenant, whose sandbox sends nothing. A secret is only in
//! the first answer.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::domain::tenants::credential::{KeyInfo, Scope, Scopes};
use crate::domain::tenants::tenant::TenantHandle;
use crate::service::{Refusal, TestKey, TestKeyRequest};

use crate::http::shared::bodies::secret_key;
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
use super::{bodies, page};

const HERE: &str = "/sandbox";

#[derive(Template)]
#[template(path = "console/test_keys.html")]
struct TestKeysPage {
    layout: Layout,
    path: String,
    /// Whether the tenant is a sandbox itself.
    is_sandbox: bool,
    /// The sandbox, if there is one.
    sandbox: Option<TenantHandle>,
    keys: Vec<KeyInfo>,
}

/// `GET`: the test keys.
pub(crate) async fn list(state: Data<AppState>, request: HttpRequest, seat: Looking<Seat>) -> HttpResponse {
    match page(&state, &seat).await {
        Ok(page) => {
            let layout = page.layout.flashing(&request);
            page::page(StatusCode::OK, &TestKeysPage { layout, ..page })
        }
        Err(refusal) => refused(&refusal),
    }
}

/// `POST`: makes a test key; the first one also makes the sandbox.
pub(crate) async fn add(state: Data<AppState>, request: HttpRequest, seat: Seat, form: Form) -> HttpResponse {
    match make(&state, &request, &seat, form.text("name")).await {
        Ok(made) => {
            let layout = seat.layout("Test key created", HERE);
            let new = NewSecretPage { layout, secret: made.secret.expose(), there: seat.path(HERE) };
            page::page(StatusCode::CREATED, &new)
        }
        Err(wrong) => again(&state, &seat, &Refused::from(wrong)).await,
    }
}

async fn make(
    state: &AppState,
    request: &HttpRequest,
    seat: &Seat,
    name: &str,
) -> Result<TestKey, Rejection> {
    let name = if name.trim().is_empty() { None } else { Some(secret_key::name(name)?) };
    let wanted =
        TestKeyRequest { name, scopes: Scopes::USUAL, secret: None, client_ip: ClientIp::of(request) };
    Ok(state.services.tenants.add_test_key(&seat.tenant, wanted).await?)
}

/// `POST …/revoke`: revokes the test key with the handle `key`.
pub(crate) async fn revoke(
    state: Data<AppState>,
    request: HttpRequest,
    seat: Seat,
    form: Form,
) -> HttpResponse {
    match end(&state, &request, &seat, form.text("key")).await {
        Ok(()) => done(&seat.path(HERE), Flash::KeyRevoked),
        Err(wrong) => again(&state, &seat, &Refused::from(wrong)).await,
    }
}

async fn end(state: &AppState, request: &HttpRequest, seat: &Seat, key: &str) -> Result<(), Rejection> {
    let key = bodies::key_handle(key)?;
    Ok(state.services.tenants.revoke_test_key(&seat.tenant, key, ClientIp::of(request)).await?)
}

async fn again(state: &AppState, seat: &Seat, why: &Refused) -> HttpResponse {
    match page(state, seat).await {
        Ok(page) => {
            let layout = page.layout.failed(why.text.clone());
            why.page(&TestKeysPage { layout, ..page })
        }
        Err(refusal) => refused(&refusal),
    }
}

async fn page(state: &AppState, seat: &Seat) -> Result<TestKeysPage, Refusal> {
    let (sandbox, keys) = match state.services.tenants.test_keys(&seat.tenant).await {
        Ok((sandbox, keys)) => (Some(sandbox), keys),
        Err(Refusal::NoSandbox | Refusal::AlreadySandbox) => (None, Vec::new()),
        Err(refusal) => return Err(refusal),
    };
    let (path, is_sandbox) = (seat.path(HERE), seat.tenant.is_sandbox());
    Ok(TestKeysPage { layout: seat.layout("Test keys", HERE), path, is_sandbox, sandbox, keys })
}

impl TestKeysPage {
    fn scopes(key: &KeyInfo) -> String {
        key.scopes.iter().map(Scope::as_str).collect::<Vec<_>>().join(", ")
    }
}
