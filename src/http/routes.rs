//! The table of routes.

use actix_web::web::{self, Data, PayloadConfig, ServiceConfig};

use super::shared::body::MAX_BODY;
use super::shared::fallback::not_found;
use super::shared::limits::AddressLimits;
use super::state::AppState;
use super::{callbacks, console, guide, hooks, openapi, original, otpgateway, pages, server, twilio, v1};

/// Registers the routes of all faces. Metrics are served by another listener.
pub fn routes(config: &mut ServiceConfig, state: &Data<AppState>, limits: &AddressLimits) {
    config
        .app_data(state.clone())
        .app_data(PayloadConfig::new(MAX_BODY))
        .app_data(Data::new(limits.clone()))
        .app_data(Data::new(v1::EXPORT_WRITER))
        .configure(|config| original::routes::routes(config, limits))
        .configure(|config| otpgateway::routes::routes(config, limits))
        .configure(|config| v1::routes::routes(config, limits))
        .configure(|config| twilio::routes::routes(config, limits))
        .configure(|config| openapi::serve::routes(config, limits.documents()))
        .configure(|config| openapi::reader::routes(config, limits.documents()))
        .configure(|config| guide::routes(config, limits.documents()))
        .configure(|config| pages::routes::routes(config, limits))
        .configure(callbacks::routes::routes)
        .configure(hooks::routes::routes)
        .configure(console::routes::routes)
        .configure(|config| server::routes::routes(config, limits.documents()))
        .default_service(web::to(not_found));
}

/// Registers what operators use, for a listener of its own.
pub fn operator_routes(config: &mut ServiceConfig, state: &Data<AppState>, limits: &AddressLimits) {
    config
        .app_data(state.clone())
        .app_data(PayloadConfig::new(MAX_BODY))
        .app_data(Data::new(limits.clone()))
        .configure(|config| v1::routes::operator_routes(config, limits))
        .configure(console::routes::routes)
        .default_service(web::to(not_found));
}
