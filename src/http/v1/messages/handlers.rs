//! The handlers of relayed messages.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use crate::service::{RelayRequest, Wait};

use crate::http::shared::client::end_user;
use crate::http::shared::limits::AddressLimits;
use crate::http::shared::problems::rejection::both;
use crate::http::state::AppState;
use crate::http::v1::bearer::{MessageViewer, Relayer};
use crate::http::v1::body::JsonBody;
use crate::http::v1::error::V1Result;
use crate::http::v1::{idempotency, prefer};

use super::body::RelayBody;
use super::view::{FoundMessageView, MessageView};

/// `POST /v1/messages`: delivers a code that the tenant has made.
pub(crate) async fn relay(
    state: Data<AppState>,
    limits: Data<AddressLimits>,
    request: HttpRequest,
    Relayer(tenant): Relayer,
    JsonBody(mut body): JsonBody<RelayBody>,
) -> V1Result {
    idempotency::once(&state.clone(), &request.clone(), &tenant.clone(), move |once| async move {
        let count = async |ip| limits.check_mint(tenant.id(), ip).await;
        let client_ip = end_user(&request, body.end_user_ip, count).await?;
        let about = both(body.recipient(tenant.region()), body.purpose());
        let sent = both(both(body.code(), body.lifetime()), body.link());
        let words = both(body.details(), body.vars());
        let ((((to, wished), purpose), ((code, lifetime), link)), (details, vars)) =
            both(both(about, sent), words)?;
        let (channel, fallback) = tenant.way_to(&to, wished, &purpose);
        let subjects = body.subjects(tenant.policy(&purpose))?;
        let relay = RelayRequest {
            to,
            channel,
            fallback,
            code,
            purpose,
            lifetime,
            details,
            vars,
            link,
            subjects,
            client_ip,
            end_user: body.end_user_ip,
            wait: prefer::wait(&request).map_or(Wait::Queued, Wait::Outcome),
            once,
        };
        let relayed = state.services.challenges.relay(&tenant, relay).await?;
        let location =
            format!("/v1/messages/{}", state.services.challenges.shareable_key(relayed.id).as_str());
        let message = MessageView::of(&state.services, &relayed);
        Ok(HttpResponse::Created().insert_header(("Location", location)).json(message))
    })
    .await
}

/// `GET /v1/messages/{id}`: the message and its deliveries.
pub(crate) async fn find(
    state: Data<AppState>,
    MessageViewer(tenant): MessageViewer,
    id: Path<String>,
) -> V1Result {
    let (message, deliveries) = state.services.challenges.find_relayed(&tenant, &id).await?;
    Ok(HttpResponse::Ok().json(FoundMessageView::of(&state.services, &message, &deliveries)))
}
