//! The deliveries of a webhook: list, replay and test.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use crate::domain::webhooks::event::EventId;
use crate::service::AuthenticatedTenant;

use crate::http::state::AppState;
use crate::http::v1::bearer::{Manager, Prober};
use crate::http::v1::error::V1Result;
use crate::http::v1::query::Query;
use crate::http::v1::{idempotency, page};

use super::body::DeliveriesQuery;
use super::delivery_view::{QueuedEventView, WebhookDeliveriesView, WebhookDeliveryView};

/// `GET /v1/tenant/webhooks/{id}/deliveries`: lists the deliveries.
pub(crate) async fn list(
    state: Data<AppState>,
    Manager(tenant): Manager,
    id: Path<String>,
    request: HttpRequest,
) -> V1Result {
    let query = Query::of(&request, &["status", "cursor", "limit"])?;
    let DeliveriesQuery { status, before, limit } = DeliveriesQuery::asked(&query)?;
    let mut rows = state.services.webhooks.deliveries(&tenant, &id, status, before, limit + 1).await?;
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| has_more).map(|row| page::cursor(row.event.0));
    let data = rows.iter().map(|row| WebhookDeliveryView::of(&state.services, &tenant, row)).collect();
    let mut answer = page::answer(&request, &query, next.as_deref());
    Ok(answer.json(WebhookDeliveriesView { data, next }))
}

/// `POST /v1/tenant/webhooks/{id}/deliveries/{event}/replay`: sends an event again.
pub(crate) async fn replay(
    state: Data<AppState>,
    request: HttpRequest,
    Prober(tenant): Prober,
    path: Path<(String, String)>,
) -> V1Result {
    let (id, event) = path.into_inner();
    idempotency::making(&state.clone(), &request, tenant, move |tenant| async move {
        let event = state.services.webhooks.replay(&tenant, &id, &event).await?;
        Ok(queued(&state, &tenant, event))
    })
    .await
}

fn queued(state: &AppState, tenant: &AuthenticatedTenant, event: EventId) -> HttpResponse {
    let event = state.services.webhooks.event_name(tenant, event);
    HttpResponse::Accepted().json(QueuedEventView { event })
}

/// `POST /v1/tenant/webhooks/{id}/test`: sends a `ping`.
pub(crate) async fn test(
    state: Data<AppState>,
    request: HttpRequest,
    Prober(tenant): Prober,
    id: Path<String>,
) -> V1Result {
    idempotency::making(&state.clone(), &request, tenant, move |tenant| async move {
        let event = state.services.webhooks.ping(&tenant, &id).await?;
        Ok(queued(&state, &tenant, event))
    })
    .await
}
