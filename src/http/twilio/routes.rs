//! The routes of the API of Twilio Verify v2.

use actix_web::web::{self, ServiceConfig};

use crate::http::shared::limits::AddressLimits;

use super::base_url::ROOT;
use super::error::nothing_here;
use super::resource::resource;
use super::{
    attempts, factors, messaging, rate_limits, safe_list, services, templates, verifications, webhooks,
};

pub(crate) fn routes(config: &mut ServiceConfig, limits: &AddressLimits) {
    let below = web::scope(ROOT).configure(|config| {
        verifications(config, limits);
        rate_limits::resources::routes(config, limits);
        factors::resources::routes(config, limits);
        webhooks::resources::routes(config, limits);
        attempts::resources::routes(config, limits);
        others(config, limits);
    });
    config.service(below.default_service(web::to(nothing_here)));
}

fn verifications(config: &mut ServiceConfig, limits: &AddressLimits) {
    resource!(
        config, limits.verify(), "/Services";
        GET services::handlers::list, POST services::handlers::create
    );
    resource!(
        config, limits.verify(), "/Services/{service}";
        GET services::handlers::fetch, POST services::handlers::update, DELETE services::handlers::delete
    );
    resource!(
        config, limits.mint(), "/Services/{service}/Verifications";
        POST verifications::handlers::create
    );
    resource!(
        config, limits.verify(), "/Services/{service}/Verifications/{name}";
        GET verifications::handlers::fetch, POST verifications::handlers::update
    );
    resource!(
        config, limits.verify(), "/Services/{service}/VerificationCheck";
        POST verifications::handlers::check
    );
}

fn others(config: &mut ServiceConfig, limits: &AddressLimits) {
    resource!(config, limits.verify(), "/Templates"; GET templates::list);
    resource!(
        config, limits.verify(), "/Services/{service}/MessagingConfigurations";
        GET messaging::list, POST messaging::create
    );
    resource!(
        config, limits.verify(), "/Services/{service}/MessagingConfigurations/{country}";
        GET messaging::gone, POST messaging::gone, DELETE messaging::gone
    );
    resource!(config, limits.verify(), "/SafeList/Numbers"; POST safe_list::create);
    resource!(
        config, limits.verify(), "/SafeList/Numbers/{number}";
        GET safe_list::fetch, DELETE safe_list::delete
    );
}
