//! `/v1/tenant/webhooks`: a tenant's endpoints.

pub(crate) mod body;
pub(crate) mod deliveries;
pub(crate) mod document;
pub(crate) mod handlers;
pub(crate) mod responses;
pub(crate) mod view;
