//! The reports of gateways: how they come, and what they say.

use serde::{Deserialize, Serialize};

use super::gateway_method::GatewayMethod;
use super::signature_scheme::SignatureScheme;
use super::words::{MAX_ENTRIES, is_short_text};
use crate::domain::tenants::invalid_route::InvalidRoute;

/// How a gateway reports what became of a message. Without a field of the state, the usual fields are
/// searched for the usual words.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GatewayReports {
    /// The method; without it, either.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<GatewayMethod>,
    /// A query for the address of each message, with the gateway's own placeholders: `state=%d`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// Where the state is: a JSON pointer, or the name of a field in the query or the form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// The states of a message that has arrived.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub delivered: Vec<String>,
    /// The states of a message that has not arrived and will not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failed: Vec<String>,
    /// How reports are signed. It counts only for routes with a key for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<SignatureScheme>,
}

impl GatewayReports {
    /// Returns whether the gateway says nothing about its reports.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Returns the address of a message as the gateway is told it.
    pub fn address(&self, address: &str) -> String {
        match &self.query {
            Some(query) => format!("{address}?{query}"),
            None => address.to_owned(),
        }
    }

    /// Checks the description of reports.
    pub(super) fn check(&self) -> Result<(), InvalidRoute> {
        if self.query.as_deref().is_some_and(|query| !is_query(query)) {
            let problem =
                "a query without `?`, such as state=%d: at most 200 letters, digits and -._~%{}$&=+,";
            return Err(InvalidRoute::new("reports/query", problem));
        }
        if self.state.as_deref().is_some_and(|state| !is_short_text(state)) {
            return Err(InvalidRoute::new("reports/state", "the name of a field or a JSON pointer"));
        }
        let lists = [("reports/delivered", &self.delivered), ("reports/failed", &self.failed)];
        for (field, list) in lists {
            if list.len() > MAX_ENTRIES || !list.iter().all(|text| is_short_text(text)) {
                return Err(InvalidRoute::new(field, "at most 100 texts of 1 to 200 bytes"));
            }
            if self.state.is_none() && !list.is_empty() {
                return Err(InvalidRoute::new(field, "belongs to `state`, which is missing"));
            }
        }
        let is_told = self.state.is_none() || !self.delivered.is_empty();
        if is_told { Ok(()) } else { Err(InvalidRoute::new("reports/delivered", "needed with `state`")) }
    }
}

/// Returns whether a text may stand behind the `?` of an address, placeholders included.
fn is_query(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~%{}$&=+,".contains(&b);
    (1..=200).contains(&text.len()) && text.bytes().all(plain)
}
