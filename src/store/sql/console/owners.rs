//! What owners do to the accounts of operators.

use crate::domain::operator::{OperatorId, OperatorName, Role};
use crate::domain::reports::audit::AuditEvent;
use crate::domain::time::Timestamp;
use crate::store::sql::audit::About;
use crate::store::sql::engine::Engine;
use crate::store::sql::failed::Result;
use crate::store::sql::group::Group;
use crate::store::sql::row::Row;
use crate::store::sql::store::SqlStore;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;
use crate::store::{AccountOutcome, Acting, NewSetupLink, OperatorAccount, OperatorAccountStore, Verb};

use super::sessions;

impl<E: Engine> OperatorAccountStore for SqlStore<E> {
    fn operators(&self) -> Verb<'_, Vec<OperatorAccount>> {
        self.read(|tx| {
            let sql = "SELECT id, name, role, CASE WHEN totp IS NULL THEN 0 ELSE 1 END, in_a_row, signed_in_at \
                       FROM operators ORDER BY name";
            tx.all(sql, &[], read)
        })
    }

    fn keep_setup_link(&self, link: NewSetupLink, by: Acting, now: Timestamp) -> Verb<'_, AccountOutcome> {
        self.write(move |group| keep_link(group, &link, &by, now))
    }

    fn change_role(
        &self,
        name: OperatorName,
        role: Role,
        by: Acting,
        now: Timestamp,
    ) -> Verb<'_, AccountOutcome> {
        self.write(move |group| {
            change(group, &name, &by, now, |group, present| {
                if present.role == role {
                    return Ok(Err(AccountOutcome::Done));
                }
                if role != Role::Owner && is_last_owner(&**group, present)? {
                    return Ok(Err(AccountOutcome::LastOwner));
                }
                let sql = "UPDATE operators SET role = ?2 WHERE id = ?1";
                group.later(sql, with![present.id, role.as_str()])?;
                group.later("DELETE FROM setup_links", &[])?;
                Ok(Ok(AuditEvent::OperatorRoleChanged))
            })
        })
    }

    fn remove_operator(&self, name: OperatorName, by: Acting, now: Timestamp) -> Verb<'_, AccountOutcome> {
        self.write(move |group| {
            change(group, &name, &by, now, |group, present| {
                if is_last_owner(&**group, present)? {
                    return Ok(Err(AccountOutcome::LastOwner));
                }
                group.later("DELETE FROM operators WHERE id = ?1", with![present.id])?;
                group.later("DELETE FROM setup_links", &[])?;
                sessions::end_others(&**group, present.id, None)?;
                Ok(Ok(AuditEvent::OperatorRemoved))
            })
        })
    }

    fn unlock_operator(&self, name: OperatorName, by: Acting, now: Timestamp) -> Verb<'_, AccountOutcome> {
        self.write(move |group| {
            let own = by.operator;
            change(group, &name, &by, now, |group, present| {
                if own == Some(present.id) {
                    return Ok(Err(AccountOutcome::NotAllowed));
                }
                group.later("UPDATE operators SET in_a_row = 0 WHERE id = ?1", with![present.id])?;
                Ok(Ok(AuditEvent::OperatorUnlocked))
            })
        })
    }
}

/// Changes an account, if whoever acts may, and records the event. `apply` returns what happened, or why nothing did.
fn change(
    group: &Group,
    name: &OperatorName,
    by: &Acting,
    now: Timestamp,
    apply: impl FnOnce(&Group, &OperatorAccount) -> Result<std::result::Result<AuditEvent, AccountOutcome>>,
) -> Result<AccountOutcome> {
    if !may_act(&**group, by)? {
        return Ok(AccountOutcome::NotAllowed);
    }
    let Some(present) = named(&**group, name)? else { return Ok(AccountOutcome::Unknown) };
    match apply(group, &present)? {
        Ok(event) => {
            note(group, event, Some(name), by, now)?;
            Ok(AccountOutcome::Done)
        }
        Err(outcome) => Ok(outcome),
    }
}

fn keep_link(group: &Group, link: &NewSetupLink, by: &Acting, now: Timestamp) -> Result<AccountOutcome> {
    if !may_act(&**group, by)? {
        return Ok(AccountOutcome::NotAllowed);
    }
    let name = link.purpose.name.as_ref();
    let present = match name {
        Some(name) => named(&**group, name)?,
        None => None,
    };
    if present.is_some_and(|present| present.role != link.purpose.role) {
        return Ok(AccountOutcome::OtherRole);
    }
    group.later("DELETE FROM setup_links", &[])?;
    let sql = "INSERT INTO setup_links (hash, role, name, expires_at) VALUES (?1, ?2, ?3, ?4)";
    let (role, shown) = (link.purpose.role.as_str(), name.map(OperatorName::as_str));
    group.later(sql, with![&link.hash, role, shown, link.expires_at])?;
    note(group, AuditEvent::SetupLinkMade, name, by, now)?;
    Ok(AccountOutcome::Done)
}

/// Returns whether whoever acts is at the shell, or an owner still.
fn may_act(tx: &dyn Tx, by: &Acting) -> Result<bool> {
    let sql = "SELECT 1 FROM operators WHERE id = ?1 AND role = ?2";
    by.operator.map_or(Ok(true), |id| tx.has(sql, with![id, Role::Owner.as_str()]))
}

fn is_last_owner(tx: &dyn Tx, present: &OperatorAccount) -> Result<bool> {
    let sql = "SELECT 1 FROM operators WHERE id <> ?1 AND role = ?2 LIMIT 1";
    Ok(present.role == Role::Owner && !tx.has(sql, with![present.id, Role::Owner.as_str()])?)
}

fn named(tx: &dyn Tx, name: &OperatorName) -> Result<Option<OperatorAccount>> {
    let sql = "SELECT id, name, role, CASE WHEN totp IS NULL THEN 0 ELSE 1 END, in_a_row, signed_in_at \
               FROM operators WHERE name = ?1";
    tx.first(sql, with![name.as_str()], read)
}

fn read(row: &mut Row) -> Result<OperatorAccount> {
    Ok(OperatorAccount {
        id: row.get::<OperatorId>()?,
        name: row.word(OperatorName::parse)?,
        role: row.word(Role::parse)?,
        has_totp: row.get()?,
        wrong_codes: row.get()?,
        signed_in_at: row.get()?,
    })
}

/// Records what was done to the operator of this name.
fn note(
    group: &Group,
    event: AuditEvent,
    name: Option<&OperatorName>,
    by: &Acting,
    now: Timestamp,
) -> Result<()> {
    let whom = name.map(|name| format!("operator:{name}"));
    group.note(now, event, About { object: whom.as_deref(), ..About::by(&by.actor) })
}
