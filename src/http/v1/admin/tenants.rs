//! `/v1/admin/tenants`: lists tenants, registers them, and changes their status and limits.

use std::net::IpAddr;

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use secrecy::SecretString;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::domain::id::TenantId;
use crate::domain::policy::GrantedLimits;
use crate::domain::tenants::invalid_route::InvalidRoute;
use crate::domain::tenants::tenant::{TenantHandle, TenantStatus, parse_name};
use crate::service::{Caller, LimitsChange, Operator, OperatorChange, Refusal, Registration};

use crate::http::shared::bodies::limits_patch::LimitsPatch;
use crate::http::shared::bodies::mail_account::AccountBody;
use crate::http::shared::bodies::object::{self, Change};
use crate::http::shared::bodies::spray_patch::SprayOrderBody;
use crate::http::shared::client::ClientIp;
use crate::http::shared::problems::rejection::{Rejection, both};
use crate::http::state::AppState;
use crate::http::v1::body::JsonBody;
use crate::http::v1::error::{V1Error, V1Result};
use crate::http::v1::operator::{Administrator, Onlooker};
use crate::http::v1::query::Query;
use crate::http::v1::tenant::spray_view::SprayOrderSchema;
use crate::http::v1::{idempotency, page, revision};

use super::limits::LimitsSchema;
use super::view::{AdminRegisteredView, AdminTenantDetailView, AdminTenantView, AdminTenantsView};

/// A new tenant and its SMTP account.
#[derive(Deserialize, ToSchema)]
#[schema(as = AdminRegisterRequest)]
#[serde(deny_unknown_fields)]
pub(crate) struct RegisterBody {
    /// The name of the app in mails, on one line.
    #[serde(default)]
    #[schema(max_length = 100, example = "Acme")]
    name: String,
    #[serde(deserialize_with = "object::required")]
    smtp: AccountBody,
    /// A secret key of your choice. Better omit it: the server then generates one of 256 random bits and returns it.
    #[schema(value_type = Option<String>, min_length = 16, max_length = 256, format = "password")]
    secret_key: Option<SecretString>,
}

/// The changes to a tenant.
#[derive(Deserialize, ToSchema)]
#[schema(as = AdminTenantChange)]
#[serde(deny_unknown_fields)]
pub(crate) struct TenantSwitchBody {
    #[serde(default)]
    #[schema(value_type = Option<SwitchedStatus>, nullable = false)]
    status: Change<SwitchedStatus>,
    /// Limits of its own: an absent limit stays, and null removes one.
    #[serde(default, deserialize_with = "object::change")]
    #[schema(value_type = Option<LimitsSchema>)]
    limits: Change<LimitsPatch>,
    /// An order about whether the tenant is under attack.
    #[serde(default, deserialize_with = "object::change")]
    #[schema(value_type = Option<SprayOrderSchema>, nullable = false)]
    spray: Change<SprayOrderBody>,
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
        let order = match self.spray {
            Change::Keep => None,
            Change::Remove => return Err(V1Error::field("/spray", "an object with `level`")),
            Change::Set(body) => Some(body.order()?),
        };
        match status.is_none() && limits.is_none() && order.is_none() {
            true => Err(V1Error::field("", "`status`, `limits` or `spray`")),
            false => Ok(OperatorChange { status, limits, order, client_ip }),
        }
    }
}

/// Whether the tenant may do anything: the keys of a disabled tenant are refused.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[schema(as = AdminTenantStatus)]
#[serde(rename_all = "lowercase")]
pub(crate) enum SwitchedStatus {
    Active,
    Disabled,
}

/// `GET /v1/admin/tenants`: a page of tenants.
pub(crate) async fn list(
    state: Data<AppState>,
    request: HttpRequest,
    Onlooker(operator): Onlooker,
) -> V1Result {
    let query = Query::of(&request, &["limit", "cursor"])?;
    let after = page::after(&query)?.map(TenantId);
    let (found, more) = state.services.operator.tenants(&operator, after, query.limit()?).await?;
    let next = found.last().filter(|_| more).map(|tenant| page::cursor(tenant.id.0));
    let mut answer = page::answer(&request, &query, next.as_deref());
    Ok(answer.json(AdminTenantsView { data: found.iter().map(AdminTenantView::of).collect(), next }))
}

/// `POST /v1/admin/tenants`: registers a tenant, whatever `registration.mode` says.
pub(crate) async fn register(
    state: Data<AppState>,
    request: HttpRequest,
    Administrator(operator): Administrator,
    JsonBody(body): JsonBody<RegisterBody>,
) -> V1Result {
    idempotency::making_as_operator(&state.clone(), &request.clone(), operator, move |operator| async move {
        registered(&state, &request, operator, body).await
    })
    .await
}

async fn registered(
    state: &AppState,
    request: &HttpRequest,
    operator: Operator,
    body: RegisterBody,
) -> V1Result {
    let name =
        parse_name(&body.name).ok_or_else(|| Rejection::field("/name", "at most 100 bytes on one line"));
    let (name, (account, draft)) = both(name, body.smtp.new_account("/smtp"))?;
    let unusable = |wrong: InvalidRoute| V1Error::field(format!("/smtp/{}", wrong.field), wrong.to_string());
    let registration = Registration {
        name,
        smtp: state.services.routes.new_account(draft).map_err(unusable)?,
        route_name: account,
        secret_key: body.secret_key,
        caller: Caller::Operator(operator.clone()),
        client_ip: ClientIp::of(request),
    };
    let registered = state.services.tenants.register(registration).await?;
    let (tenant, _) = state.services.operator.tenant(&operator, &registered.handle).await?;
    let secret = registered.generated_key.map(|key| key.expose().to_owned());
    let location = format!("/v1/admin/tenants/{}", registered.handle);
    let has_secret = secret.is_some();
    let answer = HttpResponse::Created()
        .insert_header(("Location", location))
        .json(AdminRegisteredView { tenant: AdminTenantView::of(&tenant), secret });
    Ok(if has_secret { idempotency::has_secret(answer) } else { answer })
}

/// `GET /v1/admin/tenants/{tenant}`: a tenant.
pub(crate) async fn get(
    state: Data<AppState>,
    Onlooker(operator): Onlooker,
    tenant: Path<String>,
) -> V1Result {
    let (tenant, keys) = state.services.operator.tenant(&operator, &named(&tenant)?).await?;
    Ok(revision::tagged(tenant.revision).json(AdminTenantDetailView::of(&tenant, &keys)))
}

/// `PATCH /v1/admin/tenants/{tenant}`: disables or enables a tenant, and sets its limits.
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
    Ok(revision::tagged(tenant.revision).json(AdminTenantDetailView::of(&tenant, &keys)))
}

/// The tenant that a path or a parameter names.
pub(crate) fn named(text: &str) -> Result<TenantHandle, Refusal> {
    TenantHandle::parse(text).ok_or(Refusal::UnknownTenant)
}
