//! The routes of rate limits and buckets.

use actix_web::web::ServiceConfig;

use crate::http::shared::limits::AddressLimits;
use crate::http::twilio::resource::resource;

use super::{buckets, handlers};

pub(crate) fn routes(config: &mut ServiceConfig, limits: &AddressLimits) {
    resource!(
        config, limits.verify(), "/Services/{service}/RateLimits";
        GET handlers::list, POST handlers::create
    );
    resource!(
        config, limits.verify(), "/Services/{service}/RateLimits/{limit}";
        GET handlers::fetch, POST handlers::update, DELETE handlers::delete
    );
    resource!(
        config, limits.verify(), "/Services/{service}/RateLimits/{limit}/Buckets";
        GET buckets::list, POST buckets::create
    );
    resource!(
        config, limits.verify(), "/Services/{service}/RateLimits/{limit}/Buckets/{bucket}";
        GET buckets::fetch, POST buckets::update, DELETE buckets::delete
    );
}
