//! The verbs for the secrets of hooks.

use crate::domain::hook::Product;
use crate::domain::id::TenantId;
use crate::domain::reports::actor::Actor;
use crate::domain::secret::Sealed;
use crate::domain::time::Timestamp;

use super::verb::Verb;

/// The secrets of hooks.
pub trait HookStore {
    /// Sets the secrets of a tenant's hook, in place of former ones.
    fn set_hook(&self, hook: Hook, by: Actor) -> Verb<'_, ()>;

    /// Returns a tenant's hook.
    fn hook(&self, tenant: TenantId, product: Product) -> Verb<'_, Option<Hook>>;

    /// Deletes a tenant's hook. Returns `false` if there is none.
    fn delete_hook(&self, tenant: TenantId, product: Product, done: (Actor, Timestamp)) -> Verb<'_, bool>;
}

/// The secrets with which a product signs for a tenant.
#[derive(Clone, Debug)]
pub struct Hook {
    /// The row.
    pub id: i64,
    /// The tenant.
    pub tenant: TenantId,
    /// The product.
    pub product: Product,
    /// The secrets, sealed.
    pub secrets: Sealed,
    /// The last four characters.
    pub hint: String,
    /// When they were set.
    pub created_at: Timestamp,
}
