//! `/console/tenants/{tenant}/webhooks`: a tenant's webhooks.

mod again;
mod delivery_rows;
mod endpoint;
mod form;
mod list;
mod standing;

pub(crate) use again::{ping, replay};
pub(crate) use endpoint::{change, delete, rotate, show};
pub(crate) use list::{add, list};
