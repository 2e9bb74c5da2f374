//! The verbs for the operator token.

use crate::domain::secret::OperatorTokenHash;

use super::verb::Verb;

/// The operator token, of which the store has the keyed hash. All nodes share it.
pub trait OperatorTokenStore {
    /// Returns the hash of the token, if there is a token.
    fn operator_token(&self) -> Verb<'_, Option<OperatorTokenHash>>;

    /// Stores the hash of the first token. Returns `false` and changes nothing if there is a token.
    fn add_operator_token(&self, hash: OperatorTokenHash) -> Verb<'_, bool>;

    /// Stores the hash of a token that replaces any other.
    fn set_operator_token(&self, hash: OperatorTokenHash) -> Verb<'_, ()>;

    /// Stores the token under another hash of it, unless it has been replaced meanwhile.
    fn rehash_operator_token(&self, former: OperatorTokenHash, present: OperatorTokenHash) -> Verb<'_, ()>;
}
