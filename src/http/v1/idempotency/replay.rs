//! The answer to a request that was carried out before.

use actix_web::http::header::LOCATION;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use secrecy::ExposeSecret;
use serde::Serialize;
use serde_json::Value;

use crate::domain::challenges::idempotency::{Made, RequestOutcome};
use crate::domain::factors::factor::FactorHandle;
use crate::domain::id::ChallengeId;
use crate::domain::tenants::tenant::TenantHandle;
use crate::service::{AuthenticatedTenant, Operator, OperatorRefusal, Passing, Recalled, Refusal};

use crate::http::shared::problems::table::requests::SECRET_NOT_REPEATED;
use crate::http::state::AppState;
use crate::http::v1::admin::token_views::AdminTokenView;
use crate::http::v1::admin::view::{AdminRegisteredView, AdminTenantView};
use crate::http::v1::challenges::view::{ChallengeView, MintedView};
use crate::http::v1::error::{V1Error, V1Result};
use crate::http::v1::factors::view::{CheckedView, NewFactorView, RecoveryView};
use crate::http::v1::messages::view::MessageView;
use crate::http::v1::sandbox::key_view::TestKeyView;
use crate::http::v1::tenant::key_views::KeyView;
use crate::http::v1::tenant::routes::view::RouteView;
use crate::http::v1::webhooks::delivery_view::QueuedEventView;
use crate::http::v1::webhooks::view::WebhookView;

use super::party::Party;
use super::receipt;

/// Marks a repeated answer.
const REPLAYED: (&str, &str) = ("Idempotency-Replayed", "true");

/// Repeats an answer.
pub(super) async fn replay(
    state: &AppState,
    request: &HttpRequest,
    party: &Party,
    recalled: Recalled,
) -> V1Result {
    if let RequestOutcome::Mismatched { attempts_remaining } = recalled.outcome {
        return Err(Refusal::Mismatched { attempts_remaining }.into());
    }
    if recalled.has_lost_it && recalled.outcome.has_secret() {
        return Err((&SECRET_NOT_REPEATED).into());
    }
    let mut response = begun(state, request, &recalled.outcome);
    response.insert_header(REPLAYED).content_type("application/json");
    let passing = recalled.passing;
    if let Some(Passing::Body(body)) = &passing {
        return Ok(response.body(body.expose_secret().to_owned()));
    }
    let body = match recalled.response {
        Some(answer) => answer,
        None => {
            let fields = match &passing {
                Some(Passing::Fields(fields)) => {
                    serde_json::from_str(fields.expose_secret()).unwrap_or_default()
                }
                _ => Value::Null,
            };
            rebuilt(state, (request, &fields), party, &recalled.outcome).await?
        }
    };
    Ok(response.body(match &passing {
        Some(Passing::Receipt(text)) => receipt::join(body, Some(text)),
        Some(Passing::Fields(fields)) => merged(&body, fields.expose_secret()),
        _ => body,
    }))
}

/// Begins the answer with its status and its location.
fn begun(state: &AppState, request: &HttpRequest, outcome: &RequestOutcome) -> HttpResponseBuilder {
    let path = request.path();
    let location = match outcome {
        RequestOutcome::Opened(id) => {
            let name = state.services.challenges.shareable_key(*id);
            format!("/v1/{}/{}", resource_of(*id), name.as_str())
        }
        RequestOutcome::FactorAdded(factor) => format!("/v1/factors/{factor}"),
        RequestOutcome::Made(Made::OperatorToken(name)) => format!("/v1/admin/tokens/{name}"),
        RequestOutcome::Made(Made::Tenant(tenant)) => format!("/v1/admin/tenants/{tenant}"),
        RequestOutcome::Made(Made::Route(route)) => format!("/v1/tenant/routes/{route}"),
        RequestOutcome::Made(Made::Webhook(webhook)) => format!("/v1/tenant/webhooks/{webhook}"),
        RequestOutcome::Made(Made::Key(key)) => match path.strip_prefix("/v1/admin/tenants/") {
            Some(rest) => {
                let tenant = rest.split('/').next().unwrap_or_default();
                format!("/v1/admin/tenants/{tenant}/keys/{key}")
            }
            None => format!("/v1/tenant/keys/{key}"),
        },
        RequestOutcome::Made(Made::TestKey(_)) => return HttpResponse::Created(),
        RequestOutcome::Made(Made::Event(_)) => return HttpResponse::Accepted(),
        _ => return HttpResponse::Ok(),
    };
    HttpResponse::Created().insert_header((LOCATION, location)).take()
}

fn resource_of(id: ChallengeId) -> &'static str {
    if id.is_relayed() { "messages" } else { "challenges" }
}

/// The body whose own could not be kept: what the request changed, as it is now.
async fn rebuilt(
    state: &AppState,
    (request, fields): (&HttpRequest, &Value),
    party: &Party,
    outcome: &RequestOutcome,
) -> Result<String, V1Error> {
    match (party, outcome) {
        (Party::Tenant(tenant), RequestOutcome::Made(made)) => of_tenant(state, tenant, made).await,
        (Party::Operator(operator), RequestOutcome::Made(made)) => {
            let tenant = request.match_info().get("tenant").unwrap_or_default();
            of_operator(state, operator, tenant, made).await
        }
        (Party::Tenant(tenant), outcome) => match outcome.challenge() {
            Some(id) => of_challenge(state, tenant, id, outcome).await,
            None => of_factor(state, tenant, (outcome, fields["uri"].as_str())).await,
        },
        // An operator opens no challenge and adds no factor.
        (Party::Operator(_), _) => Err(Refusal::UnknownTenant.into()),
    }
}

async fn of_challenge(
    state: &AppState,
    tenant: &AuthenticatedTenant,
    id: ChallengeId,
    outcome: &RequestOutcome,
) -> Result<String, V1Error> {
    let services = &state.services;
    let challenge = services.challenges.find_by_id(tenant, id).await?;
    Ok(match outcome {
        RequestOutcome::Opened(id) if id.is_relayed() => text(&MessageView::of(services, &challenge)),
        RequestOutcome::Opened(_) => text(&MintedView::without_code(services, &challenge)),
        _ => text(&ChallengeView::of(services, &challenge)),
    })
}

async fn of_factor(
    state: &AppState,
    tenant: &AuthenticatedTenant,
    (outcome, uri): (&RequestOutcome, Option<&str>),
) -> Result<String, V1Error> {
    let handle = outcome.name().unwrap_or_default();
    let (found, now) = (state.services.factors.find(tenant, &handle).await?, state.services.now());
    Ok(match outcome {
        RequestOutcome::FactorAdded(_) => text(&NewFactorView::rebuilt(&found, uri, now)),
        RequestOutcome::FactorChecked(_, channel) => {
            text(&CheckedView::without_receipt(&found, *channel, now))
        }
        _ => text(&RecoveryView::of(&found, &[], now)),
    })
}

async fn of_tenant(state: &AppState, tenant: &AuthenticatedTenant, made: &Made) -> Result<String, V1Error> {
    let services = &state.services;
    Ok(match made {
        Made::Key(key) => {
            let keys = services.secret_keys.list(tenant).await?;
            let key = keys.iter().find(|known| known.handle == *key).ok_or(Refusal::UnknownKey)?;
            text(&KeyView::of(key))
        }
        Made::TestKey(key) => {
            let (sandbox, key) = services.tenants.test_key(tenant, key).await?;
            TestKeyView::without_secret(sandbox, &key).to_string()
        }
        Made::Route(route) => {
            let found = services.routes.find(tenant, route).await?;
            let offered = services.callbacks.offered(tenant, &found.route);
            text(&RouteView::of(&found.route, found.stopped.as_ref(), offered))
        }
        Made::Webhook(webhook) => {
            text(&WebhookView::of(&services.webhooks.find(tenant, webhook.as_str()).await?))
        }
        Made::Event(event) => text(&QueuedEventView { event: services.webhooks.event_name(tenant, *event) }),
        Made::RecoveryCodes(factor) => {
            let found = services.factors.find(tenant, FactorHandle::as_str(factor)).await?;
            text(&RecoveryView::of(&found, &[], services.now()))
        }
        // A tenant registers no other one, and makes no operator.
        Made::Tenant(_) | Made::OperatorToken(_) => return Err(Refusal::UnknownTenant.into()),
    })
}

async fn of_operator(
    state: &AppState,
    operator: &Operator,
    tenant: &str,
    made: &Made,
) -> Result<String, V1Error> {
    let services = &state.services;
    match made {
        Made::Tenant(handle) => {
            let (tenant, _) = services.operator.tenant(operator, handle).await?;
            Ok(text(&AdminRegisteredView { tenant: AdminTenantView::of(&tenant), secret: None }))
        }
        Made::Key(key) => {
            let tenant = TenantHandle::parse(tenant).ok_or(Refusal::UnknownTenant)?;
            let (_, keys) = services.operator.tenant(operator, &tenant).await?;
            let key = keys.iter().find(|known| known.handle == *key).ok_or(Refusal::UnknownKey)?;
            Ok(text(&KeyView::of(key)))
        }
        Made::OperatorToken(name) => {
            let tokens = services.operator_tokens.list().await?;
            let token = tokens.iter().find(|known| known.name == *name);
            Ok(text(&AdminTokenView::of(token.ok_or(Refusal::from(OperatorRefusal::UnknownToken))?)))
        }
        _ => Err(Refusal::UnknownTenant.into()),
    }
}

/// A struct of texts and numbers always serialises.
fn text(view: &impl Serialize) -> String {
    serde_json::to_string(view).unwrap_or_default()
}

/// An answer with these fields, which replace its own of the same name.
fn merged(answer: &str, fields: &str) -> String {
    let (mut answer, fields): (Value, Value) =
        (serde_json::from_str(answer).unwrap_or_default(), serde_json::from_str(fields).unwrap_or_default());
    if let (Some(answer), Value::Object(fields)) = (answer.as_object_mut(), fields) {
        answer.extend(fields);
    }
    answer.to_string()
}
