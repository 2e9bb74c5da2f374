//! Gateways: the description of a provider's HTTP interface.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::gateway_method::GatewayMethod;
use super::gateway_reports::GatewayReports;

/// How messages are handed to a gateway, and how its answers are read. Names of fields are JSON
/// pointers (RFC 6901) where the body is JSON, and plain names otherwise.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gateway {
    /// The URL. `{account}` and `{region}` stand for these settings, and `{base_url}` for the
    /// beginning, where each customer has one of its own.
    pub url: String,
    /// The method.
    #[serde(default)]
    pub method: GatewayMethod,
    /// Where the fields go.
    #[serde(default)]
    pub body: GatewayBody,
    /// Where the secret goes.
    #[serde(default)]
    pub auth: GatewayAuth,
    /// Further headers.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// The names of the fields.
    pub fields: GatewayFields,
    /// Fields that are the same for every message.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub constants: BTreeMap<String, Constant>,
    /// Whether numbers are written without their plus.
    #[serde(default)]
    pub strip_plus: bool,
    /// How long the message may wait for its recipient.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validity: Option<GatewayValidity>,
    /// The field that tells whether the text needs more than the alphabet of GSM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alphabet: Option<GatewayAlphabet>,
    /// What an acceptance looks like.
    pub success: GatewaySuccess,
    /// Where the provider's id of the message is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What refusals mean.
    #[serde(default)]
    pub errors: GatewayErrors,
    /// How it reports what became of a message.
    #[serde(default, skip_serializing_if = "GatewayReports::is_empty")]
    pub reports: GatewayReports,
}

/// Where the fields go.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GatewayBody {
    /// Into a JSON body.
    #[default]
    Json,
    /// Into a form in the body.
    Form,
    /// Into the query of the URL.
    Query,
}

/// Where the secret goes.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(tag = "scheme", rename_all = "snake_case", deny_unknown_fields)]
pub enum GatewayAuth {
    /// There is none.
    #[default]
    None,
    /// Basic (RFC 7617), with the account as the user name.
    Basic,
    /// Bearer (RFC 6750).
    Bearer,
    /// Into a header, behind a prefix.
    Header {
        /// The header.
        name: String,
        /// What stands before the secret.
        #[serde(default)]
        prefix: String,
    },
    /// Into a field. Only for gateways that offer nothing better.
    Field {
        /// The field of the secret.
        secret: String,
        /// The field of the account.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        account: Option<String>,
    },
}

/// The names of the fields.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GatewayFields {
    /// The recipient's number.
    pub to: String,
    /// The text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The code alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The sender.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Our id of the message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The URL for reports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub callback: Option<String>,
}

/// The value of a constant field.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(untagged, expecting = "a text, a whole number, true or false")]
pub enum Constant {
    /// A text.
    Text(String),
    /// A number.
    Number(i64),
    /// A truth value.
    Flag(bool),
}

/// How the rest of the code's life is told.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GatewayValidity {
    /// The field.
    pub field: String,
    /// The unit.
    pub unit: ValidityUnit,
    /// The least that the gateway takes, in seconds. With less left, nothing is sent.
    #[serde(default = "one")]
    pub least: u32,
    /// The most that it takes, in seconds.
    #[serde(default = "day")]
    pub most: u32,
}

/// The unit of a validity.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ValidityUnit {
    /// Seconds.
    Seconds,
    /// Milliseconds.
    Milliseconds,
    /// Minutes, rounded down.
    Minutes,
    /// The moment at which it ends (RFC 3339).
    Time,
}

/// A field that names the alphabet of the text.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GatewayAlphabet {
    /// The field.
    pub field: String,
    /// Its value where the text fits the alphabet of GSM (3GPP TS 23.038).
    pub gsm: String,
    /// Its value for every other text.
    pub unicode: String,
}

/// What an acceptance looks like: all of it must hold.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GatewaySuccess {
    /// The status; every 2xx if this is empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub status: Vec<u16>,
    /// The place in a JSON answer that must hold something other than null, false and empty text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// What it must be one of, if anything.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub equals: Vec<String>,
    /// Texts, one of which must be in the answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contains: Vec<String>,
}

/// What refusals mean. What is in no list is judged by the status.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GatewayErrors {
    /// The place of the error in a JSON answer; without it, the lists have parts of the answer's text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// The same account may take the message later.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub retry: Vec<String>,
    /// The account is at fault.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub next: Vec<String>,
    /// The recipient or the message is at fault.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refuse: Vec<String>,
    /// What every other value at the pointer means.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<ErrorMeaning>,
}

/// What a refusal means.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ErrorMeaning {
    /// The same account may take the message later.
    Retry,
    /// The account is at fault.
    Next,
    /// The recipient or the message is at fault.
    Refuse,
}

const fn one() -> u32 {
    1
}

const fn day() -> u32 {
    86_400
}

impl GatewayFields {
    /// Returns the names with a word for each.
    pub(super) fn all(&self) -> impl Iterator<Item = (&'static str, &String)> {
        let optional = [
            ("fields/text", &self.text),
            ("fields/code", &self.code),
            ("fields/from", &self.from),
            ("fields/id", &self.id),
            ("fields/callback", &self.callback),
        ];
        let to = std::iter::once(("fields/to", &self.to));
        to.chain(optional.into_iter().filter_map(|(word, name)| Some((word, name.as_ref()?))))
    }
}

impl Gateway {
    /// Returns where the fields go: a GET has no body.
    pub fn place(&self) -> GatewayBody {
        match self.method {
            GatewayMethod::Get => GatewayBody::Query,
            GatewayMethod::Post => self.body,
        }
    }
}
