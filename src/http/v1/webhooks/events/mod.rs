//! What is posted to endpoints, for the description of the API (`webhooks` of OpenAPI 3.1).

pub(crate) mod description;
mod shapes;
