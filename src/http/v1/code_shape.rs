//! The shape of codes in bodies.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::http::shared::description::words::CodeLength;

/// The shape of codes. Codes that are too easy to guess are refused.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CodeShape {
    /// The number of characters.
    #[schema(value_type = Option<CodeLength>)]
    pub(crate) length: Option<usize>,
    pub(crate) alphabet: Option<CodeAlphabet>,
}

/// `unambiguous`: capital letters and digits without look-alikes.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[schema(as = Alphabet)]
#[serde(rename_all = "lowercase")]
pub(crate) enum CodeAlphabet {
    Digits,
    Unambiguous,
}
