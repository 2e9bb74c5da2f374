//! The verbs for factors: each is one operation, or one read.

use crate::domain::factors::factor::{Factor, FactorHandle, FactorId};
use crate::domain::id::TenantId;
use crate::domain::secret::{IdentityIndex, ResultHash};
use crate::domain::tenants::tenant::Tenant;
use crate::domain::time::Timestamp;
use crate::store::sql::engine::Engine;
use crate::store::sql::needs::Needs;
use crate::store::sql::store::SqlStore;
use crate::store::{
    CodesReplaced, FactorAdded, FactorAttempt, FactorChange, FactorDecision, FactorStore, NewFactor,
    NewRecoveryCode, Verb,
};

use super::{attempt, hosted, recovery, rows};

impl<E: Engine> FactorStore for SqlStore<E> {
    fn add_factor(&self, new: NewFactor) -> Verb<'_, FactorAdded> {
        self.write(move |group| rows::add(group, &new))
    }

    fn factors_of(&self, tenant: TenantId, indexes: Vec<IdentityIndex>) -> Verb<'_, Vec<Factor>> {
        self.read(move |tx| rows::of_identity(tx, tenant, &indexes))
    }

    fn factor(&self, tenant: TenantId, handle: FactorHandle) -> Verb<'_, Option<Factor>> {
        self.read(move |tx| rows::find(tx, tenant, &handle))
    }

    fn hosted_factor(&self, id: FactorId) -> Verb<'_, Option<(Tenant, Factor)>> {
        self.read(move |tx| hosted::hosted(tx, id))
    }

    fn take_factor_result(
        &self,
        tenant: TenantId,
        hashes: Vec<ResultHash>,
        now: Timestamp,
    ) -> Verb<'_, Option<(Factor, i64)>> {
        self.write(move |group| hosted::take(&**group, tenant, &hashes, now))
    }

    fn try_factor(&self, attempt: FactorAttempt) -> Verb<'_, FactorDecision> {
        // Engines lock the factors of a batch in one order, so many answers commit together.
        let needs = Needs::factor(attempt.on.tenant, &attempt.on.handle);
        let needs = needs.once(attempt.on.tenant, attempt.once.as_ref());
        self.write_held(needs, move |group| attempt::decide(group, &attempt))
    }

    fn replace_recovery_codes(
        &self,
        change: FactorChange,
        codes: Vec<NewRecoveryCode>,
    ) -> Verb<'_, CodesReplaced> {
        self.write(move |group| recovery::replace(group, &change, &codes))
    }

    fn delete_factor(&self, change: FactorChange) -> Verb<'_, bool> {
        self.write(move |group| rows::delete(group, &change))
    }
}
