//! Guesses at the codes of very many recipients.

use crate::domain::id::TenantId;
use crate::domain::reports::actor::Actor;
use crate::domain::spray::luck::Luck;
use crate::domain::spray::rules::SprayRules;
use crate::domain::spray::suspicion::{Level, Suspicion};
use crate::domain::time::Timestamp;

use super::verb::Verb;

/// What is suspected of those who answer a tenant's codes. What is counted for it, the other verbs count.
pub trait SprayStore {
    /// Weighs what was counted for a tenant by these rules and its own settings, records what is suspected, and tells
    /// the tenant if that is more than before. A sandbox is never suspected.
    fn weigh_guesses(&self, tenant: TenantId, rules: SprayRules, now: Timestamp) -> Verb<'_, Weighed>;

    /// Follows an order. Returns `false` if there is no such live tenant.
    fn order_suspicion(&self, order: SuspicionOrder, now: Timestamp) -> Verb<'_, bool>;
}

/// What weighing has found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Weighed {
    /// What is suspected.
    pub suspicion: Option<Suspicion>,
    /// The tenant's budget.
    pub budget: Luck,
    /// The level that was reached, if it is higher than before.
    pub rose: Option<Level>,
}

/// An order about what is suspected.
#[derive(Clone, Debug)]
pub struct SuspicionOrder {
    /// The tenant.
    pub tenant: TenantId,
    /// The order.
    pub order: SprayOrder,
    /// The actor.
    pub by: Actor,
}

/// What somebody has decided.
#[derive(Clone, Copy, Debug)]
pub enum SprayOrder {
    /// The tenant counts as under attack for a day, under these rules.
    UnderAttack(SprayRules),
    /// It does not, and what was counted is forgotten.
    Calm,
}
