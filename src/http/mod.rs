//! HTTP: the faces over the same use cases, and what they share.
//!
//! A handler extracts, makes one call, and responds. A face never uses another one.

mod callbacks;
mod console;
mod guide;
mod hooks;
mod openapi;
mod original;
mod otpgateway;
mod pages;
mod routes;
mod server;
mod shared;
mod state;
mod traffic;
mod twilio;
mod v1;

pub use openapi::document::openapi;
pub use routes::{operator_routes, routes};
pub use server::metrics::{RenderMetrics, routes as metrics_routes};
pub use server::plain::{PlainDoor, plain_routes};
pub use shared::body::MAX_BODY;
pub use shared::client::ClientRules;
pub use shared::deprecation::{DEPRECATED, Deprecated, announce};
pub use shared::document_limit::{DocumentLimit, calibrate_clock};
pub use shared::export::ExportText;
pub use shared::failed_keys::FailedKeys;
pub use shared::headers::{Transport, safe_headers};
pub use shared::limits::{AddressLimits, AddressRates};
pub use shared::observe::observe;
pub use shared::one_spelling::one_spelling;
pub use shared::problems::document::{codes_table, deliveries_table, problems_page};
pub use shared::problems::refusals::refusal_text;
pub use state::{AppState, Upkeep};
pub use traffic::Traffic;
pub use v1::{export_text, read_route};
