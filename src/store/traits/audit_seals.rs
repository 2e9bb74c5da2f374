//! The verbs for sealing the audit trail, and for letting it begin later.
//!
//! No row is sealed in the transaction that writes it: whoever keeps house seals segments of rows later. For that no
//! segment may get a row afterwards. [`raise_audit_floor`](AuditSealStore::raise_audit_floor) sees to it: every
//! transaction writes its rows above the floor, however long ago its operation began, whichever node or command runs it
//! and whatever its clock says.

use crate::domain::reports::audit_seal::{AuditSeal, StoredRow};
use crate::domain::secret::SealDigest;

use super::verb::Verb;

/// Seals of the audit trail.
pub trait AuditSealStore {
    /// Returns the last seal.
    fn last_audit_seal(&self) -> Verb<'_, Option<AuditSeal>>;

    /// Returns at most `limit` seals after the one with this number, in their order.
    fn audit_seals(&self, after: u32, limit: usize) -> Verb<'_, Vec<AuditSeal>>;

    /// Returns at most `limit` rows with identities from `least` on and below `below`, in their order.
    fn audit_rows(&self, least: i64, below: i64, limit: usize) -> Verb<'_, Vec<StoredRow>>;

    /// Returns the number of rows from this identity on, and the least identity of them.
    fn audit_rows_from(&self, least: i64) -> Verb<'_, (u64, Option<i64>)>;

    /// Sees to it that once this is done no transaction of any node writes a row with an identity below `until`. Rows
    /// of transactions that ran before are there.
    fn raise_audit_floor(&self, until: i64) -> Verb<'_, ()>;

    /// Adds a seal, if it is the next one and its segment has as many rows as it says, and cannot get more.
    fn seal_audit(&self, seal: AuditSeal) -> Verb<'_, AuditSealed>;

    /// Lets the trail begin after the seal with this number, with the proof that it may. Removes the seals before;
    /// [`Store::sweep`](crate::store::Store::sweep) deletes the rows, and no others.
    fn start_audit_after(&self, number: u32, proof: SealDigest) -> Verb<'_, ()>;
}

/// The result of adding a seal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AuditSealed {
    /// It is the last one now.
    Sealed,
    /// Somebody else was first.
    Overtaken,
    /// A row came in meanwhile, or still may.
    Unsettled,
}
