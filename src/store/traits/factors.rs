//! The verbs for factors: authenticator apps, and their recovery codes.

use crate::domain::challenges::idempotency::Once;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::factors::factor::{Factor, FactorHandle, FactorId, FactorProof, RecoveryCodeId};
use crate::domain::id::TenantId;
use crate::domain::reports::actor::Actor;
use crate::domain::secret::{IdentityIndex, RecoveryHash, ResultHash, Sealed};
use crate::domain::tenants::tenant::Tenant;
use crate::domain::time::Timestamp;

use super::verb::Verb;

/// Factors.
pub trait FactorStore {
    /// Adds a factor.
    fn add_factor(&self, new: NewFactor) -> Verb<'_, FactorAdded>;

    /// Returns a tenant's factors of the identity with these indexes, one per version of the key, in order of
    /// creation.
    fn factors_of(&self, tenant: TenantId, indexes: Vec<IdentityIndex>) -> Verb<'_, Vec<Factor>>;

    /// Returns a tenant's factor.
    fn factor(&self, tenant: TenantId, handle: FactorHandle) -> Verb<'_, Option<Factor>>;

    /// Returns a factor of an active tenant, for its page.
    fn hosted_factor(&self, id: FactorId) -> Verb<'_, Option<(Tenant, Factor)>>;

    /// Takes the result of `tenant` that has one of these hashes and has not expired at `now`: the factor, and the
    /// step of the code. Of several concurrent callers, one gets it.
    fn take_factor_result(
        &self,
        tenant: TenantId,
        hashes: Vec<ResultHash>,
        now: Timestamp,
    ) -> Verb<'_, Option<(Factor, i64)>>;

    /// Decides an answer: counts it, compares it and, if it is right, consumes it, in this order and in one
    /// transaction.
    fn try_factor(&self, attempt: FactorAttempt) -> Verb<'_, FactorDecision>;

    /// Replaces the recovery codes of a factor.
    fn replace_recovery_codes(
        &self,
        change: FactorChange,
        codes: Vec<NewRecoveryCode>,
    ) -> Verb<'_, CodesReplaced>;

    /// Deletes a factor, with its recovery codes. Returns `false` if it does not exist.
    fn delete_factor(&self, change: FactorChange) -> Verb<'_, bool>;
}

/// A factor to add.
#[derive(Clone, Debug)]
pub struct NewFactor {
    /// The row.
    pub factor: Factor,
    /// The indexes of its identity, one per version of the key; the first is stored.
    pub indexes: Vec<IdentityIndex>,
    /// The actor.
    pub by: Actor,
    /// How a repetition of the request is recognised.
    pub once: Option<Once>,
}

/// The result of adding a factor.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FactorAdded {
    /// It is there.
    Added,
    /// Its identity has the maximum number.
    TooMany,
    /// Not added: the same request was carried out before.
    Repeated,
}

/// The factor that a change concerns.
#[derive(Clone, Debug)]
pub struct FactorChange {
    /// The tenant.
    pub tenant: TenantId,
    /// The factor.
    pub handle: FactorHandle,
    /// The time.
    pub now: Timestamp,
    /// Who makes it.
    pub by: Actor,
}

/// A recovery code to store.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NewRecoveryCode {
    /// The row.
    pub id: RecoveryCodeId,
    /// The keyed hash of the code.
    pub hash: RecoveryHash,
}

/// The result of replacing recovery codes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CodesReplaced {
    /// The new ones are valid, and no other.
    Replaced,
    /// The tenant has no such factor.
    Unknown,
    /// The factor is unconfirmed.
    Unconfirmed,
}

/// An answer to a factor.
pub struct FactorAttempt {
    /// The factor.
    pub on: FactorChange,
    /// What the answer is for.
    pub aim: FactorAim,
    /// What a check is for, which is counted.
    pub purpose: Option<Purpose>,
    /// The judge, which knows the answer.
    pub judge: Box<dyn FactorJudge>,
    /// How a repetition of the request is recognised.
    pub once: Option<Once>,
    /// The result that the visitor of the factor's page leaves with, if the answer is right.
    pub result: Option<NewFactorResult>,
}

/// A result that is recorded with the right answer, in the same transaction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NewFactorResult {
    /// The keyed hash of its code.
    pub hash: ResultHash,
    /// When it expires.
    pub expires_at: Timestamp,
}

/// What an answer is for.
#[derive(Clone, Debug)]
pub enum FactorAim {
    /// To confirm a factor that nobody has used yet, which is given these recovery codes.
    Confirm(Vec<NewRecoveryCode>),
    /// To prove that somebody has the factor.
    Check,
}

/// Compares the answer of one request with a factor, whose secret the store cannot open.
pub trait FactorJudge: Send + Sync {
    /// Returns whether the secret can be opened: a version of the key may be unknown yet.
    fn knows(&self, secret: &Sealed) -> bool;

    /// Returns whether the answer can be one for this factor. If not, it is not counted.
    fn suits(&self, factor: &Factor) -> bool;

    /// Compares the answer; returns `None` if the secret does not open.
    fn compare(&self, factor: &Factor) -> Option<Compared>;
}

/// The outcome of a comparison.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Compared {
    /// What the answer would be right for.
    pub matching: FactorMatch,
    /// The index of the factor's identity under the present key, which an accepted answer moves it to.
    pub index: IdentityIndex,
}

/// What an answer would be right for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FactorMatch {
    /// These steps of the app, in order; none if it is wrong.
    Steps(Vec<i64>),
    /// A recovery code with one of these hashes, one per version of the key.
    Recovery(Vec<RecoveryHash>),
}

/// The decision about an answer.
#[derive(Clone, Debug)]
pub enum FactorDecision {
    /// Right, and consumed: the factor as it is now.
    Accepted(Box<Factor>, FactorProof),
    /// Wrong, and counted.
    Mismatched {
        /// How many more answers are evaluated before the factor pauses.
        attempts_remaining: u8,
    },
    /// Right, but it was used before. It is not counted: it was no guess.
    UsedBefore,
    /// Not evaluated: the factor pauses until then.
    Paused(Timestamp),
    /// Not evaluated: it cannot be an answer for this factor.
    Unsuitable,
    /// Not evaluated: the tenant has no such factor.
    Unknown,
    /// Not evaluated: the factor is active already.
    AlreadyConfirmed,
    /// Not evaluated: the factor is not active yet.
    Unconfirmed,
    /// Not evaluated: the same request was carried out before.
    Repeated,
    /// Not evaluated: the secret cannot be opened.
    Undecided,
}
