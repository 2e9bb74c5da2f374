//! What a code looks like, in bodies.

use serde::Deserialize;
use utoipa::ToSchema;

/// What the code looks like. Codes that are too easy to guess are refused.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CodeShape {
    /// How many characters.
    #[schema(minimum = 4, maximum = 10, example = 6)]
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
