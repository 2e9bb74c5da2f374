//! What a tenant has decided and made.

use crate::domain::id::TenantId;
use crate::domain::reports::actor::Actor;
use crate::domain::reports::audit::AuditEvent;
use crate::domain::time::Timestamp;
use crate::store::sql::audit::About;
use crate::store::sql::engine::Engine;
use crate::store::sql::failed::Result;
use crate::store::sql::phone;
use crate::store::sql::store::SqlStore;
use crate::store::sql::tenants::{hooks, logos, secret_keys, templates, tenant_row};
use crate::store::sql::tx::Tx;
use crate::store::sql::webhooks;
use crate::store::{ExportStore, Owned, OwnedKind, OwnedPart, OwnedPlace, Verb};

use super::parts;

impl<E: Engine> ExportStore for SqlStore<E> {
    fn note_export(&self, tenant: TenantId, by: Actor, now: Timestamp) -> Verb<'_, ()> {
        self.write(move |group| group.note(now, AuditEvent::TenantExported, About::tenant(tenant, &by)))
    }

    fn owned(&self, tenant: TenantId, now: Timestamp) -> Verb<'_, Option<Owned>> {
        self.read_at_length(move |tx| owned(tx, tenant, now))
    }

    fn owned_part(
        &self,
        tenant: TenantId,
        of: OwnedKind,
        from: Option<OwnedPlace>,
        before: Timestamp,
    ) -> Verb<'_, OwnedPart> {
        self.read_at_length(move |tx| parts::read(tx, (tenant, of), from, before))
    }
}

fn owned(tx: &dyn Tx, id: TenantId, now: Timestamp) -> Result<Option<Owned>> {
    let Some(tenant) = tenant_row::by_id(tx, id)? else { return Ok(None) };
    Ok(Some(Owned {
        keys: secret_keys::live(tx, id, now)?,
        templates: templates::all(tx, id)?,
        logo: logos::of(tx, id)?,
        webhooks: webhooks::all(tx, id)?,
        hooks: hooks::all(tx, id)?,
        blocks: phone::blocks(tx, id, now)?,
        tenant,
    }))
}
