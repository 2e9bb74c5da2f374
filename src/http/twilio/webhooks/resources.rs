//! The routes of webhooks.

use actix_web::web::ServiceConfig;

use crate::http::shared::limits::AddressLimits;
use crate::http::twilio::resource::resource;

use super::handlers;

pub(crate) fn routes(config: &mut ServiceConfig, limits: &AddressLimits) {
    resource!(
        config, limits.verify(), "/Services/{service}/Webhooks";
        GET handlers::list, POST handlers::create
    );
    resource!(
        config, limits.verify(), "/Services/{service}/Webhooks/{webhook}";
        GET handlers::fetch, POST handlers::update, DELETE handlers::delete
    );
}
