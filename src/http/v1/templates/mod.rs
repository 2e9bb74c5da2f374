//! `/v1/tenant/templates`: the tenant's templates, for keys with the scope `manage`.

pub(crate) mod bodies;
pub(crate) mod examples;
pub(crate) mod handlers;
pub(crate) mod resources;
pub(crate) mod short;
pub(crate) mod view;
