//! `GET /console`: to where whoever has signed in begins.

use actix_web::HttpResponse;

use super::place::TENANTS;
use super::redirect::see_other;
use super::session::Anybody;

/// Leads on.
pub(crate) async fn show(Anybody(signed): Anybody) -> HttpResponse {
    match signed.tenant() {
        Some(tenant) => see_other(&format!("/console/tenants/{tenant}")),
        None => see_other(TENANTS),
    }
}
