//! `/console/tenants`: the list of tenants, and registering one, for operators.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::json;

use crate::domain::tenants::tenant::{TenantHandle, TenantStatus};
use crate::service::{Caller, Registered, Registration, RouteRefusal, TenantOverview};

use crate::http::shared::client::ClientIp;
use crate::http::shared::problems::rejection::Rejection;
use crate::http::state::AppState;

use super::form::Form;
use super::layout::Layout;
use super::new_secret::NewSecretPage;
use super::oauth_form::{self, OAuthFields};
use super::power::Looking;
use super::refused::Refused;
use super::report_scope::TENANTS;
use super::session::{AnOperator, refused};
use super::values::{number, word};
use super::{bodies, page};

/// The length of a page.
const PAGE: usize = 50;

#[derive(Template)]
#[template(path = "console/tenants.html")]
struct TenantsPage {
    layout: Layout,
    asked: String,
    rows: Vec<TenantOverview>,
    /// The path of the next page.
    next: Option<String>,
}

/// `GET /console/tenants`: a page of the tenants whose name or handle contains `q`.
pub(crate) async fn list(
    state: Data<AppState>,
    request: HttpRequest,
    person: Looking<AnOperator>,
) -> HttpResponse {
    let (mut asked, mut after) = (String::new(), None);
    for (name, value) in form_urlencoded::parse(request.query_string().as_bytes()) {
        match &*name {
            "q" => asked = value.trim().to_owned(),
            "after" => after = TenantHandle::parse(&value),
            _ => {}
        }
    }
    let layout = Layout::of(&person.signed, "Tenants", TENANTS).flashing(&request);
    match state.services.operator.find_tenants(&person.operator, &asked, after.as_ref(), PAGE).await {
        Ok((rows, more)) => {
            let last = rows.last().filter(|_| more).map(|last| last.handle.to_string());
            let next = last.map(|last| {
                let mut query = form_urlencoded::Serializer::new(String::new());
                query.append_pair("q", &asked).append_pair("after", &last);
                format!("{TENANTS}?{}", query.finish())
            });
            page::page(StatusCode::OK, &TenantsPage { layout, asked, rows, next })
        }
        Err(refusal) => refused(&refusal),
    }
}

#[derive(Template)]
#[template(path = "console/new_tenant.html")]
struct NewTenantPage<'a> {
    layout: Layout,
    name: &'a str,
    host: &'a str,
    port: &'a str,
    username: &'a str,
    from: &'a str,
    login: OAuthFields,
}

/// `GET /console/tenants/new`.
pub(crate) async fn form(person: AnOperator) -> HttpResponse {
    let layout = Layout::of(&person.signed, "New tenant", TENANTS);
    let page = NewTenantPage {
        layout,
        name: "",
        host: "",
        port: "587",
        username: "",
        from: "",
        login: OAuthFields::of(None),
    };
    page::page(StatusCode::OK, &page)
}

/// `POST /console/tenants/new`: registers a tenant. Only this answer shows its first secret key.
pub(crate) async fn create(
    state: Data<AppState>,
    request: HttpRequest,
    person: AnOperator,
    form: Form,
) -> HttpResponse {
    let made = match register(&state, &request, &person, &form).await {
        Ok(made) => made,
        Err(wrong) => {
            let refused = Refused::from(wrong);
            let layout = Layout::of(&person.signed, "New tenant", TENANTS).failed(refused.text.clone());
            let [name, host, port] = ["name", "host", "port"].map(|field| form.text(field));
            let [username, from] = ["username", "from"].map(|field| form.text(field));
            return refused.page(&NewTenantPage {
                layout,
                name,
                host,
                port,
                username,
                from,
                login: OAuthFields::of(None),
            });
        }
    };
    let there = format!("{TENANTS}/{}", made.handle);
    let secret = made.generated_key.as_ref().map(|key| key.expose()).unwrap_or_default();
    let layout = Layout::of(&person.signed, "The tenant is registered", TENANTS);
    page::page(StatusCode::CREATED, &NewSecretPage { layout, secret, there })
}

async fn register(
    state: &AppState,
    request: &HttpRequest,
    person: &AnOperator,
    form: &Form,
) -> Result<Registered, Rejection> {
    let name = bodies::name(form.text("name"))?;
    let draft = bodies::smtp(json!({
        "host": form.text("host"), "port": number(form.text("port")), "tls": word(form.text("tls")),
        "username": form.text("username"), "password": word(form.text("password")),
        "from": form.text("from"), "oauth": oauth_form::login(form),
    }))?;
    let smtp = state.services.routes.new_account(draft);
    let smtp = smtp.map_err(|why| bodies::unusable(RouteRefusal::Invalid(0, why)))?;
    let registration = Registration {
        name,
        smtp,
        route_name: String::new(),
        secret_key: None,
        caller: Caller::Operator(person.operator.clone()),
        client_ip: ClientIp::of(request),
    };
    Ok(state.services.tenants.register(registration).await?)
}

/// The status of a tenant, for readers.
fn is_active(row: &TenantOverview) -> bool {
    row.status == TenantStatus::Active
}
