//! Methods of requests to and from gateways.

use serde::{Deserialize, Serialize};

/// A method.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GatewayMethod {
    /// POST.
    #[default]
    Post,
    /// GET, with the fields in the query.
    Get,
}
