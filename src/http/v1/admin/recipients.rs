//! `/v1/admin/tenants/{tenant}/recipients/search`: what a tenant has sent to one recipient.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use crate::http::shared::client::ClientIp;
use crate::http::state::AppState;
use crate::http::v1::body::JsonBody;
use crate::http::v1::error::V1Result;
use crate::http::v1::operator::Supporter;
use crate::http::v1::tenant::search::body::SearchBody;
use crate::http::v1::tenant::search::view::SearchView;

use super::tenants::named;

/// `POST /v1/admin/tenants/{tenant}/recipients/search`
pub(crate) async fn search(
    state: Data<AppState>,
    request: HttpRequest,
    Supporter(operator): Supporter,
    tenant: Path<String>,
    JsonBody(body): JsonBody<SearchBody>,
) -> V1Result {
    let (handle, (to, filter)) = (named(&tenant)?, body.read(None)?);
    let client_ip = ClientIp::of(&request);
    let found = state.services.reports.recipient_of(&operator, &handle, &to, filter, client_ip).await?;
    Ok(HttpResponse::Ok().json(SearchView::of(&state.services, &found)))
}
