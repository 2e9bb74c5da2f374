//! `GET /console`: redirects to the first page of the signed-in operator or tenant.

use actix_web::HttpResponse;

use super::redirect::see_other;
use super::report_scope::TENANTS;
use super::session::Anybody;

pub(crate) async fn show(Anybody(signed): Anybody) -> HttpResponse {
    match signed.tenant() {
        Some(tenant) => see_other(&format!("/console/tenants/{tenant}")),
        None => see_other(TENANTS),
    }
}
