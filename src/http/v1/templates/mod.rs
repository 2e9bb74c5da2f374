//! Templates: `/v1/tenant/templates`, for keys with the scope `manage`.

pub(crate) mod document;
pub(crate) mod handlers;
pub(crate) mod responses;
pub(crate) mod view;
