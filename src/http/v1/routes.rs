//! The routes below `/v1`, and their description.

use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};

use crate::http::shared::description::operation::ApiOperation;
use crate::http::shared::limits::AddressLimits;
use crate::http::shared::representation::represent;

use super::placed::placed;
use super::resource::ResourceGroup;
use super::webhooks::events::description::DescribedEvents;
use super::{admin, challenges, error, factors, messages, sandbox, templates, tenant, webhooks};

const GROUPS: [&ResourceGroup; 8] = [
    &challenges::resources::GROUP,
    &messages::resources::GROUP,
    &factors::resources::GROUP,
    &tenant::resources::GROUP,
    &templates::resources::GROUP,
    &webhooks::resources::GROUP,
    &sandbox::resources::GROUP,
    &admin::resources::GROUP,
];

/// Registers the routes below `/v1`.
pub(crate) fn routes(config: &mut ServiceConfig, limits: &AddressLimits) {
    groups(config, limits, &GROUPS);
}

/// Registers those below `/v1/admin` alone.
pub(crate) fn operator_routes(config: &mut ServiceConfig, limits: &AddressLimits) {
    groups(config, limits, &[&admin::resources::GROUP]);
}

fn groups(config: &mut ServiceConfig, limits: &AddressLimits, groups: &[&ResourceGroup]) {
    let below = web::scope("/v1").configure(|config| {
        for resource in groups.iter().flat_map(|group| group.resources) {
            (resource.register)(config, limits);
        }
    });
    let below = below.wrap(from_fn(represent)).wrap(from_fn(placed));
    config.service(below.default_service(web::to(error::not_found)));
}

/// The description of every operation below `/v1`.
pub(crate) fn operations() -> impl Iterator<Item = ApiOperation> {
    let of_group =
        |group: &'static ResourceGroup| group.resources.iter().map(move |it| (it.describe)(group.tag));
    GROUPS.into_iter().flat_map(of_group).flatten()
}

/// The description of what is posted to webhooks.
pub(crate) fn webhooks() -> DescribedEvents {
    webhooks::events::description::webhooks()
}

/// The tags of the operations and their descriptions.
pub(crate) fn tags() -> impl Iterator<Item = (&'static str, &'static str)> {
    GROUPS.into_iter().map(|group| (group.tag, group.about)).chain([webhooks::events::description::TAGGED])
}
