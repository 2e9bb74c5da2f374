//! `/console/tenants`: the tenants, for operators; and a new one.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::json;

use crate::domain::tenants::tenant::{TenantHandle, TenantStatus};
use crate::service::{AccountRefusal, Caller, Registered, Registration, TenantOverview};

use super::super::AppState;
use super::super::client::ClientIp;
use super::super::v1::forms::{self, Wrong};
use super::form::Form;
use super::frame::{self, Frame, TENANTS};
use super::refused::Refused;
use super::session::{AnOperator, refused};
use super::values::{number, word};

/// Tenants of one page.
const PAGE: usize = 50;

#[derive(Template)]
#[template(path = "console/tenants.html")]
struct Page {
    frame: Frame,
    asked: String,
    rows: Vec<TenantOverview>,
    /// Where the next page is.
    next: Option<String>,
}

/// `GET /console/tenants`: a page of those whose name or handle has `q` in it.
pub(super) async fn list(state: Data<AppState>, request: HttpRequest, person: AnOperator) -> HttpResponse {
    let (mut asked, mut after) = (String::new(), None);
    for (name, value) in form_urlencoded::parse(request.query_string().as_bytes()) {
        match &*name {
            "q" => asked = value.trim().to_owned(),
            "after" => after = TenantHandle::parse(&value),
            _ => {}
        }
    }
    let frame = Frame::of(&person.signed, "Tenants", TENANTS).noticing(&request);
    match state.services.find_tenants(&person.operator, &asked, after.as_ref(), PAGE).await {
        Ok((rows, more)) => {
            let last = rows.last().filter(|_| more).map(|last| last.handle.to_string());
            let next = last.map(|last| {
                let mut query = form_urlencoded::Serializer::new(String::new());
                query.append_pair("q", &asked).append_pair("after", &last);
                format!("{TENANTS}?{}", query.finish())
            });
            frame::page(StatusCode::OK, &Page { frame, asked, rows, next })
        }
        Err(refusal) => refused(&refusal),
    }
}

#[derive(Template)]
#[template(path = "console/new_tenant.html")]
struct NewTenant<'a> {
    frame: Frame,
    name: &'a str,
    host: &'a str,
    port: &'a str,
    username: &'a str,
    from: &'a str,
}

#[derive(Template)]
#[template(path = "console/new_secret.html")]
struct Made<'a> {
    frame: Frame,
    secret: &'a str,
    /// Where to go on.
    there: String,
}

/// `GET /console/tenants/new`.
pub(super) async fn form(person: AnOperator) -> HttpResponse {
    let frame = Frame::of(&person.signed, "New tenant", TENANTS);
    let page = NewTenant { frame, name: "", host: "", port: "587", username: "", from: "" };
    frame::page(StatusCode::OK, &page)
}

/// `POST /console/tenants/new`: registers one. Its first secret key is in this answer alone.
pub(super) async fn create(
    state: Data<AppState>,
    request: HttpRequest,
    person: AnOperator,
    form: Form,
) -> HttpResponse {
    let made = match register(&state, &request, &person, &form).await {
        Ok(made) => made,
        Err(wrong) => {
            let refused = Refused::from(wrong);
            let frame = Frame::of(&person.signed, "New tenant", TENANTS).failed(refused.text.clone());
            let [name, host, port] = ["name", "host", "port"].map(|field| form.text(field));
            let [username, from] = ["username", "from"].map(|field| form.text(field));
            return refused.page(&NewTenant { frame, name, host, port, username, from });
        }
    };
    let there = format!("{TENANTS}/{}", made.handle);
    let secret = made.generated_key.as_ref().map(|key| key.expose()).unwrap_or_default();
    let frame = Frame::of(&person.signed, "The tenant is registered", TENANTS);
    frame::page(StatusCode::CREATED, &Made { frame, secret, there })
}

async fn register(
    state: &AppState,
    request: &HttpRequest,
    person: &AnOperator,
    form: &Form,
) -> Result<Registered, Wrong> {
    let name = forms::name(form.text("name"))?;
    let draft = forms::smtp(json!({
        "host": form.text("host"), "port": number(form.text("port")), "tls": word(form.text("tls")),
        "username": form.text("username"), "password": word(form.text("password")),
        "from": form.text("from"),
    }))?;
    let smtp = draft.complete(None).map_err(|why| Wrong::from(AccountRefusal::Invalid(0, why)))?;
    let registration = Registration {
        name,
        smtp,
        account: String::new(),
        secret_key: None,
        caller: Caller::Operator(person.operator.clone()),
        client_ip: ClientIp::of(request),
    };
    Ok(state.services.register(registration).await?)
}

/// Whether a tenant is in use.
fn is_active(row: &TenantOverview) -> bool {
    row.status == TenantStatus::Active
}
