//! `/v1/admin/tenants`: who there is, and who is let in.

use std::net::IpAddr;

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::{IntoParams, OpenApi, ToSchema};

use crate::domain::policy::GrantedLimits;
use crate::domain::tenants::route_draft::InvalidRoute;
use crate::domain::tenants::tenant::{TenantHandle, TenantStatus, parse_name};
use crate::service::{Caller, LimitsChange, OperatorChange, Refusal, Registration};

use crate::http::shared::bodies::limits_patch::LimitsPatch;
use crate::http::shared::bodies::mail_account::AccountBody;
use crate::http::shared::bodies::object::{self, Change};
use crate::http::shared::client::ClientIp;
use crate::http::state::AppState;
use crate::http::v1::body::JsonBody;
use crate::http::v1::description::{and, answered, answers, location, of_a_body, refused};
use crate::http::v1::error::{V1Error, V1Result};
use crate::http::v1::links;
use crate::http::v1::operator::Administrator;
use crate::http::v1::query::Query;

use super::limits::{self, LimitsSchema};
use super::refusals::{about_one, always, named};
use super::view::{self, AdminRegisteredView, AdminTenantDetailView, AdminTenantView, AdminTenantsView};

/// The resources below `/v1/admin/tenants`.
#[derive(OpenApi)]
#[openapi(
    tags((name = "admin", description = "The operator looks after tenants, with the operator token.")),
    paths(list, register, get, change),
    components(schemas(
        view::AdminTenantView,
        view::AdminTenantDetailView,
        view::AdminTenantsView,
        view::AdminRegisteredView,
        RegisterBody,
        TenantSwitchBody,
        SwitchedStatus,
        limits::LimitsSchema,
    ))
)]
pub(crate) struct AdminDoc;

/// The tenant in a path.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "only its description is used")]
pub(crate) struct TenantInPath {
    /// The tenant's handle.
    #[param(pattern = "^tnt_[2-9a-z]{16}$", max_length = 20, example = "tnt_4hq7k2m9x3c8v5bn")]
    tenant: String,
}

/// Which page.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its description is used")]
pub(crate) struct TenantsParameters {
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
pub(crate) struct RegisterBody {
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
pub(crate) struct TenantSwitchBody {
    #[serde(default)]
    #[schema(value_type = Option<SwitchedStatus>, nullable = false)]
    status: Change<SwitchedStatus>,
    /// Limits of its own: what is not named stays, and null takes away.
    #[serde(default, deserialize_with = "object::change")]
    #[schema(value_type = Option<LimitsSchema>)]
    limits: Change<LimitsPatch>,
}

impl TenantSwitchBody {
    fn read(self, client_ip: Option<IpAddr>) -> Result<OperatorChange, V1Error> {
        let status = match self.status {
            Change::Keep => None,
            Change::Remove => return Err(V1Error::field("/status", "`active` or `disabled`")),
            Change::Set(SwitchedStatus::Active) => Some(TenantStatus::Active),
            Change::Set(SwitchedStatus::Disabled) => Some(TenantStatus::Disabled),
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
pub(crate) enum SwitchedStatus {
    Active,
    Disabled,
}

answered! {
    /// Of a list of tenants.
    Listed => answers(
        "A page.",
        (StatusCode::OK, "AdminTenants", json!(AdminTenantsView::example())),
        and(about_one(), [V1Error::parameter("limit", "a number from 1 to 500")]),
    );
    /// Of registering.
    Registered => answers(
        "The tenant, registered.",
        (StatusCode::CREATED, "AdminRegistered", json!(AdminRegisteredView::example())),
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
    json!(AdminTenantDetailView::example())
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
    params(TenantsParameters),
    responses(Listed)
)]
pub(crate) async fn list(
    state: Data<AppState>,
    request: HttpRequest,
    Administrator(operator): Administrator,
) -> V1Result {
    let query = Query::of(&request, &["limit", "cursor"])?;
    let cursor = query.parsed("cursor", "`next` of the page before", TenantHandle::parse)?;
    let (found, more) = state.services.operator.tenants(&operator, cursor.as_ref(), query.limit()?).await?;
    let next = found.last().filter(|_| more).map(|tenant| tenant.handle.to_string());
    let mut answer = HttpResponse::Ok();
    if let Some(next) = &next {
        answer.insert_header(links::link(&request, &query, next));
    }
    Ok(answer.json(AdminTenantsView { data: found.iter().map(AdminTenantView::of).collect(), next }))
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
    request_body(content = RegisterBody, example = json!({ "name": "Acme", "smtp": {
        "host": "smtp.example.com", "port": 587, "username": "app@example.com",
        "password": "the password", "from": "app@example.com",
    } })),
    responses(Registered)
)]
pub(crate) async fn register(
    state: Data<AppState>,
    request: HttpRequest,
    Administrator(operator): Administrator,
    JsonBody(body): JsonBody<RegisterBody>,
) -> V1Result {
    let name = parse_name(&body.name);
    let (account, draft) = body.smtp.new_account("/smtp")?;
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
    let registered = state.services.tenants.register(registration).await?;
    let (tenant, _) = state.services.operator.tenant(&operator, &registered.handle).await?;
    let secret = registered.generated_key.map(|key| key.expose().to_owned());
    let location = format!("/v1/admin/tenants/{}", registered.handle);
    Ok(HttpResponse::Created()
        .insert_header(("Location", location))
        .json(AdminRegisteredView { tenant: AdminTenantView::of(&tenant), secret }))
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
    params(TenantInPath),
    responses(Shown)
)]
pub(crate) async fn get(
    state: Data<AppState>,
    Administrator(operator): Administrator,
    tenant: Path<String>,
) -> V1Result {
    let (tenant, keys) = state.services.operator.tenant(&operator, &named(&tenant)?).await?;
    Ok(HttpResponse::Ok().json(AdminTenantDetailView::of(&tenant, &keys)))
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
    params(TenantInPath),
    request_body(content = TenantSwitchBody, example = json!({ "status": "active", "limits": { "mint_per_tenant": "50/1s" } })),
    responses(Switched)
)]
pub(crate) async fn change(
    state: Data<AppState>,
    request: HttpRequest,
    Administrator(operator): Administrator,
    tenant: Path<String>,
    JsonBody(body): JsonBody<TenantSwitchBody>,
) -> V1Result {
    let handle = named(&tenant)?;
    let change = body.read(ClientIp::of(&request))?;
    state.services.operator.change_tenant(&operator, &handle, change).await?;
    let (tenant, keys) = state.services.operator.tenant(&operator, &handle).await?;
    Ok(HttpResponse::Ok().json(AdminTenantDetailView::of(&tenant, &keys)))
}
