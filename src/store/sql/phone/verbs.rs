//! The verbs for what the rules have refused.

use crate::domain::id::TenantId;
use crate::domain::phone::fraud::block::{Block, BlockId};
use crate::domain::reports::actor::Actor;
use crate::domain::time::Timestamp;
use crate::store::sql::engine::Engine;
use crate::store::sql::needs::Needs;
use crate::store::sql::store::SqlStore;
use crate::store::{PhoneStore, Verb};

use super::blocks;

impl<E: Engine> PhoneStore for SqlStore<E> {
    fn phone_blocks(&self, tenant: TenantId, now: Timestamp) -> Verb<'_, Vec<Block>> {
        self.read(move |tx| blocks::list(tx, tenant, now))
    }

    fn clear_phone_block(&self, tenant: TenantId, id: BlockId, by: Actor, now: Timestamp) -> Verb<'_, bool> {
        self.write_held(Needs::NOTHING, move |group| blocks::clear(group, tenant, &id, &by, now))
    }
}
