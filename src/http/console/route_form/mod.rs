//! The forms of routes to phones: a table of fields for each provider.

mod body;
mod form;
mod gateways;
mod providers;
mod table;

pub(crate) use body::{body, shown};
pub(crate) use form::RouteForm;
pub(crate) use table::{all, find, form_of};
