//! The verbs of owners for the accounts of operators.

use crate::domain::operator::{LinkPurpose, OperatorId, OperatorName, Role};
use crate::domain::reports::actor::Actor;
use crate::domain::secret::TokenHash;
use crate::domain::time::Timestamp;

use super::verb::Verb;

/// The accounts of operators. Whoever acts must be an owner in the same transaction, or be at the shell.
pub trait OperatorAccountStore {
    /// Returns all operators, by name.
    fn operators(&self) -> Verb<'_, Vec<OperatorAccount>>;

    /// Stores a setup link, replacing any other.
    fn keep_setup_link(&self, link: NewSetupLink, by: Acting, now: Timestamp) -> Verb<'_, AccountOutcome>;

    /// Changes an operator's role. Setup links end, since whoever has made one may be an owner no more.
    fn change_role(
        &self,
        name: OperatorName,
        role: Role,
        by: Acting,
        now: Timestamp,
    ) -> Verb<'_, AccountOutcome>;

    /// Removes an operator, whose sessions end, and so do setup links.
    fn remove_operator(&self, name: OperatorName, by: Acting, now: Timestamp) -> Verb<'_, AccountOutcome>;

    /// Unlocks an account that too many wrong codes have locked. Nobody unlocks the own one.
    fn unlock_operator(&self, name: OperatorName, by: Acting, now: Timestamp) -> Verb<'_, AccountOutcome>;
}

/// Who acts.
#[derive(Clone, Debug)]
pub struct Acting {
    /// The owner at the console; `None` at the shell.
    pub operator: Option<OperatorId>,
    /// As the audit trail has it.
    pub actor: Actor,
}

/// A setup link to store.
#[derive(Clone, Debug)]
pub struct NewSetupLink {
    /// The hash of its token.
    pub hash: TokenHash,
    /// What it is for.
    pub purpose: LinkPurpose,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// What became of a change to an account.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AccountOutcome {
    /// It was made.
    Done,
    /// There is no such operator.
    Unknown,
    /// Without this operator there would be no owner.
    LastOwner,
    /// The operator has another role than the link.
    OtherRole,
    /// Whoever acts is no owner any more, or may not do this to the own account.
    NotAllowed,
}

/// An operator, as owners see it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OperatorAccount {
    /// The row.
    pub id: OperatorId,
    /// The name.
    pub name: OperatorName,
    /// The role.
    pub role: Role,
    /// Whether signing in takes a code of an authenticator app.
    pub has_totp: bool,
    /// The wrong codes in a row, with the right password.
    pub wrong_codes: u32,
    /// When the operator last signed in.
    pub signed_in_at: Option<Timestamp>,
}
