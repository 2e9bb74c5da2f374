//! The tenant's mail accounts: `/v1/tenant/smtp`, and trying one out.

pub(crate) mod body;
pub(crate) mod handlers;
pub(crate) mod responses;
pub(crate) mod view;
