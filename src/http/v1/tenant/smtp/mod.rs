//! `/v1/tenant/smtp`: the tenant's mail accounts, and testing them.

pub(crate) mod body;
pub(crate) mod handlers;
mod oauth_view;
pub(crate) mod view;
