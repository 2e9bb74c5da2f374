//! The routes of attempts.

use actix_web::web::ServiceConfig;

use crate::http::shared::limits::AddressLimits;
use crate::http::twilio::resource::resource;

use super::handlers;

pub(crate) fn routes(config: &mut ServiceConfig, limits: &AddressLimits) {
    resource!(config, limits.verify(), "/Attempts"; GET handlers::list);
    resource!(config, limits.verify(), "/Attempts/Summary"; GET handlers::summary);
    resource!(config, limits.verify(), "/Attempts/{attempt}"; GET handlers::fetch);
}
