//! The secrets of hooks: at most one row for each tenant and product.

use crate::domain::hook::Product;
use crate::domain::id::TenantId;
use crate::domain::reports::actor::Actor;
use crate::domain::reports::audit::AuditEvent;
use crate::domain::time::Timestamp;
use crate::store::sql::audit::About;
use crate::store::sql::engine::Engine;
use crate::store::sql::failed::Result;
use crate::store::sql::group::Group;
use crate::store::sql::store::SqlStore;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;
use crate::store::{Hook, HookStore, Verb};

impl<E: Engine> HookStore for SqlStore<E> {
    fn set_hook(&self, hook: Hook, by: Actor) -> Verb<'_, ()> {
        self.write(move |group| set(group, &hook, &by))
    }

    fn hook(&self, tenant: TenantId, product: Product) -> Verb<'_, Option<Hook>> {
        self.read(move |tx| find(tx, tenant, product))
    }

    fn delete_hook(&self, tenant: TenantId, product: Product, done: (Actor, Timestamp)) -> Verb<'_, bool> {
        self.write(move |group| delete(group, (tenant, product), (&done.0, done.1)))
    }
}

/// The secrets are sealed to their row, so a row is replaced and never changed.
fn set(group: &Group, hook: &Hook, by: &Actor) -> Result<()> {
    group.change(DELETE, with![hook.tenant, hook.product.as_str()])?;
    let sql = "INSERT INTO hooks (id, tenant, product, secrets, hint, created_at) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let product = hook.product.as_str();
    group.change(sql, with![hook.id, hook.tenant, product, &hook.secrets, &hook.hint, hook.created_at])?;
    note(group, (hook.tenant, hook.product), (by, hook.created_at))
}

fn find(tx: &dyn Tx, tenant: TenantId, product: Product) -> Result<Option<Hook>> {
    let sql = "SELECT id, secrets, hint, created_at FROM hooks WHERE tenant = ?1 AND product = ?2";
    tx.first(sql, with![tenant, product.as_str()], |row| {
        let (id, secrets) = (row.get()?, row.get()?);
        Ok(Hook { id, tenant, product, secrets, hint: row.get()?, created_at: row.get()? })
    })
}

/// Returns a tenant's hooks. One of a product that this version does not know is left out.
pub fn all(tx: &dyn Tx, tenant: TenantId) -> Result<Vec<Hook>> {
    let sql = "SELECT product FROM hooks WHERE tenant = ?1 ORDER BY product";
    let products: Vec<String> = tx.all(sql, with![tenant], |row| row.get())?;
    let mut hooks = Vec::new();
    for product in products.iter().filter_map(|word| Product::parse(word)) {
        hooks.extend(find(tx, tenant, product)?);
    }
    Ok(hooks)
}

const DELETE: &str = "DELETE FROM hooks WHERE tenant = ?1 AND product = ?2";

fn delete(group: &Group, (tenant, product): (TenantId, Product), done: (&Actor, Timestamp)) -> Result<bool> {
    let deleted = group.change(DELETE, with![tenant, product.as_str()])?;
    if deleted > 0 {
        note(group, (tenant, product), done)?;
    }
    Ok(deleted > 0)
}

fn note(group: &Group, (tenant, product): (TenantId, Product), (by, now): (&Actor, Timestamp)) -> Result<()> {
    let object = format!("hook:{}", product.as_str());
    group.note(now, AuditEvent::HookChanged, About::thing(tenant, &object, by))
}
