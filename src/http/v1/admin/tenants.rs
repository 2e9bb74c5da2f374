//! `/v1/admin/tenants`: who there is, and who is let in.

use std::net::IpAddr;

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

use crate::domain::policy::GrantedLimits;
use crate::domain::tenants::route_draft::InvalidRoute;
use crate::domain::tenants::tenant::{TenantHandle, TenantStatus, parse_name};
use crate::service::{Caller, LimitsChange, OperatorChange, Refusal, Registration};

use super::super::super::AppState;
use super::super::super::client::ClientIp;
use super::super::body::Body;
use super::super::error::{Answer, V1Error};
use super::super::object::{self, Change};
use super::super::openapi::{and, answered, answers, location, of_a_body, refused};
use super::super::operator::Operator;
use super::super::page;
use super::super::query::Query;
use super::super::tenant::smtp::AccountBody;
use super::limits::{LimitsPatch, LimitsSchema};
use super::view::{RegisteredView, TenantDetailView, TenantView, TenantsView};
use super::{about_one, always, named};

/// The tenant in a path.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "only its description is used")]
pub(super) struct Tenant {
    /// The tenant's handle.
    #[param(pattern = "^tnt_[2-9a-z]{16}$", max_length = 20, example = "tnt_4hq7k2m9x3c8v5bn")]
    tenant: String,
}

/// Which page.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its description is used")]
pub(super) struct Page {
    /// Tenants of the page at most; 50 without it.
    #[param(minimum = 1, maximum = 500, example = 50)]
    limit: Option<u16>,
    /// `next` of the page before.
    #[param(max_length = 20, pattern = "^tnt_[2-9a-z]{16}$")]
    cursor: Option<String>,
}

/// A tenant to be, with its SMTP account.
#[derive(Deserialize, ToSchema)]
#[schema(as = AdminRegisterRequest)]
#[serde(deny_unknown_fields)]
pub(super) struct Register {
    /// What it calls itself, in mails; on one line.
    #[serde(default)]
    #[schema(max_length = 100, example = "Acme")]
    name: String,
    #[serde(deserialize_with = "object::required")]
    smtp: AccountBody,
    /// A key of its own. Better leave it out: one of 256 random bits is made and answered.
    #[schema(value_type = Option<String>, min_length = 16, max_length = 256, format = "password")]
    secret_key: Option<SecretString>,
}

/// What a tenant is to be from now on.
#[derive(Deserialize, ToSchema)]
#[schema(as = AdminTenantChange)]
#[serde(deny_unknown_fields)]
pub(super) struct Switch {
    #[serde(default)]
    #[schema(value_type = Option<Status>, nullable = false)]
    status: Change<Status>,
    /// Limits of its own: what is not named stays, and null takes away.
    #[serde(default, deserialize_with = "object::change")]
    #[schema(value_type = Option<LimitsSchema>)]
    limits: Change<LimitsPatch>,
}

impl Switch {
    fn read(self, client_ip: Option<IpAddr>) -> Result<OperatorChange, V1Error> {
        let status = match self.status {
            Change::Keep => None,
            Change::Remove => return Err(V1Error::field("/status", "`active` or `disabled`")),
            Change::Set(Status::Active) => Some(TenantStatus::Active),
            Change::Set(Status::Disabled) => Some(TenantStatus::Disabled),
        };
        let limits: Option<LimitsChange> = match self.limits {
            Change::Keep => None,
            Change::Remove => Some(Box::new(|limits| *limits = GrantedLimits::default())),
            Change::Set(patch) => Some(Box::new(move |limits| patch.apply(limits))),
        };
        match status.is_none() && limits.is_none() {
            true => Err(V1Error::field("", "`status`, `limits` or both")),
            false => Ok(OperatorChange { status, limits, client_ip }),
        }
    }
}

/// Whether a tenant may do anything: the keys of a disabled one open nothing.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[schema(as = AdminTenantStatus)]
#[serde(rename_all = "lowercase")]
pub(super) enum Status {
    Active,
    Disabled,
}

answered! {
    /// Of a list of tenants.
    Listed => answers(
        "A page.",
        (StatusCode::OK, "AdminTenants", json!(TenantsView::example())),
        and(about_one(), [V1Error::parameter("limit", "a number from 1 to 500")]),
    );
    /// Of registering.
    Registered => answers(
        "The tenant, registered.",
        (StatusCode::CREATED, "AdminRegistered", json!(RegisteredView::example())),
        registering(),
    )
    .header(StatusCode::CREATED, "Location", location("tenant", "^/v1/admin/tenants/tnt_[2-9a-z]{16}$"));
    /// Of one tenant.
    Shown => answers("The tenant.", (StatusCode::OK, "AdminTenantDetail", detail()), about_one());
    /// Of switching.
    Switched => answers(
        "The tenant.",
        (StatusCode::OK, "AdminTenantDetail", detail()),
        and(about_one(), of_a_body("/status", "unknown variant `off`, expected `active` or `disabled`")),
    );
}

fn detail() -> Value {
    json!(TenantDetailView::example())
}

fn registering() -> Vec<V1Error> {
    let own = [Refusal::UnusableSecretKey, Refusal::PortNotAllowed(22), Refusal::HostNotAllowed];
    let fields = of_a_body("/smtp/host", "a host name such as smtp.example.com, or an IP address");
    and(and(always(), fields), refused(own))
}

/// `GET /v1/admin/tenants`: who there is.
#[utoipa::path(
    get,
    path = "/v1/admin/tenants",
    operation_id = "adminListTenants",
    tag = "admin",
    summary = "List tenants",
    description = "In order of registration, page by page.",
    security(("operatorToken" = [])),
    params(Page),
    responses(Listed)
)]
pub(super) async fn list(
    state: Data<AppState>,
    request: HttpRequest,
    Operator(operator): Operator,
) -> Answer {
    let query = Query::of(&request, &["limit", "cursor"])?;
    let cursor = query.parsed("cursor", "`next` of the page before", TenantHandle::parse)?;
    let (found, more) = state.services.tenants(&operator, cursor.as_ref(), query.limit()?).await?;
    let next = found.last().filter(|_| more).map(|tenant| tenant.handle.to_string());
    let mut answer = HttpResponse::Ok();
    if let Some(next) = &next {
        answer.insert_header(page::link(&request, &query, next));
    }
    Ok(answer.json(TenantsView { data: found.iter().map(TenantView::of).collect(), next }))
}

/// `POST /v1/admin/tenants`: registers a tenant, whatever `registration.mode` says.
#[utoipa::path(
    post,
    path = "/v1/admin/tenants",
    operation_id = "adminRegisterTenant",
    tag = "admin",
    summary = "Register a tenant",
    description = "With its SMTP account, also when registration is closed to others. Its secret key is shown once.",
    security(("operatorToken" = [])),
    request_body(content = Register, example = json!({ "name": "Acme", "smtp": {
        "host": "smtp.example.com", "port": 587, "username": "app@example.com",
        "password": "the password", "from": "app@example.com",
    } })),
    responses(Registered)
)]
pub(super) async fn register(
    state: Data<AppState>,
    request: HttpRequest,
    Operator(operator): Operator,
    Body(body): Body<Register>,
) -> Answer {
    let name = parse_name(&body.name);
    let account = body.smtp.name("/smtp")?;
    let draft = body.smtp.smtp("/smtp")?;
    let unusable =
        |wrong: InvalidRoute| V1Error::field(format!("/smtp/{}", wrong.field()), wrong.to_string());
    let registration = Registration {
        name: name.ok_or_else(|| V1Error::field("/name", "at most 100 bytes on one line"))?,
        smtp: draft.complete(None).map_err(unusable)?,
        account,
        secret_key: body.secret_key,
        caller: Caller::Operator(operator.clone()),
        client_ip: ClientIp::of(&request),
    };
    let registered = state.services.register(registration).await?;
    let (tenant, _) = state.services.tenant(&operator, &registered.handle).await?;
    let secret = registered.generated_key.map(|key| key.expose().to_owned());
    let location = format!("/v1/admin/tenants/{}", registered.handle);
    Ok(HttpResponse::Created()
        .insert_header(("Location", location))
        .json(RegisteredView { tenant: TenantView::of(&tenant), secret }))
}

/// `GET /v1/admin/tenants/{tenant}`: a tenant, as it stands.
#[utoipa::path(
    get,
    path = "/v1/admin/tenants/{tenant}",
    operation_id = "adminGetTenant",
    tag = "admin",
    summary = "Look at a tenant",
    description = "And at its live keys, without their secrets.",
    security(("operatorToken" = [])),
    params(Tenant),
    responses(Shown)
)]
pub(super) async fn get(state: Data<AppState>, Operator(operator): Operator, tenant: Path<String>) -> Answer {
    let (tenant, keys) = state.services.tenant(&operator, &named(&tenant)?).await?;
    Ok(HttpResponse::Ok().json(TenantDetailView::of(&tenant, &keys)))
}

/// `PATCH /v1/admin/tenants/{tenant}`: switches a tenant off or on again, and sets its limits.
#[utoipa::path(
    patch,
    path = "/v1/admin/tenants/{tenant}",
    operation_id = "adminChangeTenant",
    tag = "admin",
    summary = "Switch a tenant off or on, or set its limits",
    description = "Within a second the keys and the codes of a disabled tenant work no more, and its messages wait. \
                   Limits, a merge patch, stand in the place of the general ones for the tenant and its sandbox.",
    security(("operatorToken" = [])),
    params(Tenant),
    request_body(content = Switch, example = json!({ "status": "active", "limits": { "mint_per_tenant": "50/1s" } })),
    responses(Switched)
)]
pub(super) async fn change(
    state: Data<AppState>,
    request: HttpRequest,
    Operator(operator): Operator,
    tenant: Path<String>,
    Body(body): Body<Switch>,
) -> Answer {
    let handle = named(&tenant)?;
    let change = body.read(ClientIp::of(&request))?;
    state.services.operate(&operator, &handle, change).await?;
    let (tenant, keys) = state.services.tenant(&operator, &handle).await?;
    Ok(HttpResponse::Ok().json(TenantDetailView::of(&tenant, &keys)))
}
