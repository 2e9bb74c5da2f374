//! The verbs for what the server has with an authority that issues certificates.

use crate::domain::acme::AcmeItem;
use crate::domain::secret::Sealed;

use super::verb::Verb;

/// What the server has with an authority that issues certificates. All nodes share it.
pub trait AcmeStore {
    /// Returns what is kept.
    fn acme_item(&self, item: AcmeItem) -> Verb<'_, Option<Sealed>>;

    /// Keeps this in the place of what was kept.
    fn keep_acme_item(&self, item: AcmeItem, content: Sealed) -> Verb<'_, ()>;
}
