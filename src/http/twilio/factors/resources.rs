//! The routes of entities, factors and their challenges.

use actix_web::web::ServiceConfig;

use crate::http::shared::limits::AddressLimits;
use crate::http::twilio::resource::resource;

use super::{challenges, entities, handlers};

pub(crate) fn routes(config: &mut ServiceConfig, limits: &AddressLimits) {
    entities(config, limits);
    resource!(
        config, limits.verify(), "/Services/{service}/Entities/{identity}/Factors";
        GET handlers::list, POST handlers::create
    );
    resource!(
        config, limits.verify(), "/Services/{service}/Entities/{identity}/Factors/{factor}";
        GET handlers::fetch, POST handlers::update, DELETE handlers::delete
    );
    resource!(
        config, limits.verify(), "/Services/{service}/Entities/{identity}/Challenges";
        GET challenges::list, POST challenges::create
    );
    resource!(
        config, limits.verify(), "/Services/{service}/Entities/{identity}/Challenges/{challenge}";
        GET challenges::gone, POST challenges::gone
    );
}

fn entities(config: &mut ServiceConfig, limits: &AddressLimits) {
    resource!(
        config, limits.verify(), "/Services/{service}/Entities";
        GET entities::list, POST entities::create
    );
    resource!(
        config, limits.verify(), "/Services/{service}/Entities/{identity}";
        GET entities::fetch, DELETE entities::delete
    );
}
