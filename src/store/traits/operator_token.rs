//! The verbs for operator tokens.

use crate::domain::operator_token::{TokenInfo, TokenName};
use crate::domain::reports::actor::Actor;
use crate::domain::secret::OperatorTokenHash;
use crate::domain::time::Timestamp;

use super::verb::Verb;

/// Operator tokens, of which the store has keyed hashes. All nodes share them.
pub trait OperatorTokenStore {
    /// Returns the token that has one of these hashes, whether or not it has expired, and under which.
    fn operator_token(
        &self,
        hashes: Vec<OperatorTokenHash>,
    ) -> Verb<'_, Option<(OperatorTokenHash, TokenInfo)>>;

    /// Returns all tokens, in the order of their names.
    fn operator_tokens(&self) -> Verb<'_, Vec<TokenInfo>>;

    /// Adds a token, if its name is free and there are fewer than `most` others but the one of the settings.
    fn add_operator_token(&self, new: NewOperatorToken, most: usize) -> Verb<'_, TokenAdded>;

    /// Stores the token of the settings in the place of any other.
    fn set_operator_token(&self, new: NewOperatorToken) -> Verb<'_, ()>;

    /// Deletes a token, and returns what it was.
    fn revoke_operator_token(&self, name: TokenName, done: (Actor, Timestamp))
    -> Verb<'_, Option<TokenInfo>>;

    /// Stores a token under another hash of it, unless it has been replaced meanwhile.
    fn rehash_operator_token(&self, former: OperatorTokenHash, present: OperatorTokenHash) -> Verb<'_, ()>;

    /// Records that a token was used.
    fn touch_operator_token(&self, name: TokenName, now: Timestamp) -> Verb<'_, ()>;
}

/// A token to store.
#[derive(Clone, Debug)]
pub struct NewOperatorToken {
    /// The hash.
    pub hash: OperatorTokenHash,
    /// The facts.
    pub info: TokenInfo,
    /// The actor.
    pub by: Actor,
}

/// The result of adding a token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TokenAdded {
    /// It is valid.
    Added,
    /// A token has its name.
    NameTaken,
    /// There are as many as there may be.
    TooMany,
}
