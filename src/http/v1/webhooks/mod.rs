//! `/v1/tenant/webhooks`: the endpoints to which the tenant's events are sent.

pub(crate) mod body;
pub(crate) mod deliveries;
pub(crate) mod delivery_view;
pub(crate) mod events;
pub(crate) mod handlers;
pub(crate) mod resources;
pub(crate) mod view;
