//! `/v1/tenant/challenges/search`: what was sent to one recipient, and what the limits say of it. The address is in the
//! body, so that no log of requests has it.

pub(crate) mod body;
mod standing_view;
pub(crate) mod view;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use crate::http::shared::client::ClientIp;
use crate::http::state::AppState;
use crate::http::v1::bearer::Supporter;
use crate::http::v1::body::JsonBody;
use crate::http::v1::error::V1Result;

use body::SearchBody;
use view::SearchView;

/// `POST /v1/tenant/challenges/search`
pub(crate) async fn search(
    state: Data<AppState>,
    request: HttpRequest,
    Supporter(tenant): Supporter,
    JsonBody(body): JsonBody<SearchBody>,
) -> V1Result {
    let (to, filter) = body.read(tenant.region())?;
    let found = state.services.reports.recipient(&tenant, &to, filter, ClientIp::of(&request)).await?;
    Ok(HttpResponse::Ok().json(SearchView::of(&state.services, &found)))
}
