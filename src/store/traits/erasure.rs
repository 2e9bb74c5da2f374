//! The verb for erasing what is stored of a person.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::domain::factors::factor::FactorHandle;
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::reports::actor::Actor;
use crate::domain::secret::{RecipientIndex, RequestDigest};
use crate::domain::time::Timestamp;

use super::verb::Verb;

/// Erasing what is stored of a person.
pub trait ErasureStore {
    /// Runs one bounded round of an erasure, and returns how far it has come. One that was cut off is begun anew: it
    /// finds what is left.
    fn erase_some(&self, erasure: Erasure, now: Timestamp) -> Verb<'_, Erasure>;
}

/// A person, as a recipient of a tenant.
#[derive(Clone, Debug)]
pub struct Person {
    /// The tenant.
    pub tenant: TenantId,
    /// The indexes of the mailbox, one per version of the key.
    pub indexes: Vec<RecipientIndex>,
    /// Those of the address as it is spelled.
    pub spellings: Vec<RecipientIndex>,
    /// The recipient, masked, for the audit trail.
    pub hint: String,
    /// Factors of the same person, which are deleted already: what is kept about them goes too.
    pub factors: Vec<FactorHandle>,
}

/// The number of rows that were erased, by kind.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct ErasedRows {
    /// Challenges.
    pub challenges: usize,
    /// Of them, those that were pending and were canceled.
    pub canceled: usize,
    /// Outcomes of messages.
    pub deliveries: usize,
    /// Events for webhooks.
    pub events: usize,
    /// Answers that were kept for repeated requests. That the request was carried out stays known.
    pub answers: usize,
    /// Results of hosted pages that nobody had fetched yet.
    pub results: usize,
    /// Messages of a sandbox.
    pub sandbox_messages: usize,
}

/// An erasure, and how far it has come.
#[derive(Clone, Debug)]
pub struct Erasure {
    pub(in crate::store) person: Arc<Person>,
    pub(in crate::store) by: Actor,
    pub(in crate::store) stage: ErasureStage,
    pub(in crate::store) place: ErasurePlace,
    /// The challenges that were found to be the person's.
    pub(in crate::store) challenges: Arc<BTreeSet<ChallengeId>>,
    /// Those that may be pending.
    pub(in crate::store) pending: Vec<ChallengeId>,
    /// What is erased so far.
    pub erased: ErasedRows,
}

/// The stages of an erasure. What tells whose something is goes last, so that what was cut off can be found again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::store) enum ErasureStage {
    Latest,
    Challenges,
    Deliveries,
    Cancel,
    Events,
    Answers,
    Rows,
    Counters,
    Done,
}

/// Where the next round goes on within a stage.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::store) enum ErasurePlace {
    Beginning,
    Row(i64, i64),
    Key(RequestDigest),
}

impl Erasure {
    /// Begins an erasure.
    pub fn of(person: Person, by: Actor) -> Self {
        Self {
            person: Arc::new(person),
            by,
            stage: ErasureStage::Latest,
            place: ErasurePlace::Beginning,
            challenges: Arc::default(),
            pending: Vec::new(),
            erased: ErasedRows::default(),
        }
    }

    /// Returns whether nothing is left to do.
    pub fn is_done(&self) -> bool {
        self.stage == ErasureStage::Done
    }
}
