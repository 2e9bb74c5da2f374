//! Sandboxes, and their mails.

use std::ops::ControlFlow;

use crate::domain::id::TenantId;
use crate::domain::reports::audit::AuditEvent;
use crate::domain::tenants::tenant::{Tenant, TenantStatus};
use crate::domain::time::Timestamp;
use crate::store::sql::audit::About;
use crate::store::sql::engine::Engine;
use crate::store::sql::failed::Result;
use crate::store::sql::group::Group;
use crate::store::sql::store::SqlStore;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;
use crate::store::{
    KEEP_MAILS, MAX_MAILS, MAX_TEST_KEYS, MailFilter, NewTestKey, SandboxMail, SandboxStore, TestKeyAdded,
    Verb,
};

use super::{allowed_pages, deletion, latest_mail, secret_keys, tenant_row};

impl<E: Engine> SandboxStore for SqlStore<E> {
    fn add_test_key(&self, new: NewTestKey, now: Timestamp) -> Verb<'_, TestKeyAdded> {
        self.write(move |group| add_key(group, &new, now))
    }

    fn sandbox_of(&self, live: TenantId) -> Verb<'_, Option<Tenant>> {
        self.read(move |tx| tenant_row::sandbox_of(tx, live))
    }

    fn keep_mail(&self, mail: SandboxMail) -> Verb<'_, ()> {
        self.write(move |group| keep(group, &mail))
    }

    fn sandbox_mails(
        &self,
        tenant: TenantId,
        filter: MailFilter,
        limit: usize,
    ) -> Verb<'_, Vec<SandboxMail>> {
        self.read(move |tx| mails(tx, tenant, &filter, limit))
    }

    fn latest_sandbox_mail(&self, tenant: TenantId) -> Verb<'_, i64> {
        self.read(move |tx| latest_mail::latest(tx, tenant))
    }

    fn empty_sandbox(&self, tenant: TenantId) -> Verb<'_, usize> {
        self.write(move |group| group.change("DELETE FROM sandbox_mails WHERE tenant = ?1", with![tenant]))
    }
}

/// Adds a key to the sandbox of a live tenant. Every refusal comes before the first write.
fn add_key(group: &Group, new: &NewTestKey, now: Timestamp) -> Result<TestKeyAdded> {
    let live = tenant_row::by_id(group, new.live)?;
    if live.is_none_or(|live| live.sandbox_of.is_some()) {
        return Ok(TestKeyAdded::Unknown);
    }
    if secret_keys::is_taken(group, &new.key.hash)? {
        return Ok(TestKeyAdded::Taken);
    }
    let known = tenant_row::sandbox_of(group, new.live)?;
    if let Some(sandbox) = &known
        && secret_keys::count(group, sandbox.id, now)? >= MAX_TEST_KEYS
    {
        return Ok(TestKeyAdded::TooMany);
    }
    if known.is_none() {
        make(group, new, now)?;
    }
    let Some(sandbox) = tenant_row::sandbox_of(group, new.live)? else { return Ok(TestKeyAdded::Unknown) };
    secret_keys::insert(group, sandbox.id, &new.key, now)?;
    secret_keys::note_added(group, (sandbox.id, &new.key), &new.by, now)?;
    Ok(TestKeyAdded::Added(Box::new(sandbox)))
}

/// Creates the sandbox, with the name and the settings of its tenant but without its routes.
fn make(group: &Group, new: &NewTestKey, now: Timestamp) -> Result<()> {
    let sql = "INSERT INTO tenants (id, handle, name, status, created_at, sandbox_of, settings, revision, routes) \
               SELECT ?2, ?3, name, ?4, ?5, id, settings, 0, NULL FROM tenants WHERE id = ?1";
    let (id, handle) = &new.sandbox;
    deletion::refuse_former(group, handle)?;
    let active = TenantStatus::Active.as_str();
    group.later(sql, with![new.live, *id, handle.as_str(), active, now])?;
    if let Some(sandbox) = tenant_row::by_id(group, *id)? {
        allowed_pages::keep(group, *id, &sandbox.settings)?;
    }
    group.note(now, AuditEvent::TenantRegistered, About::tenant(*id, &new.by))
}

/// Stores a mail, and deletes the oldest ones of its sandbox beyond the maximum.
fn keep(tx: &dyn Tx, mail: &SandboxMail) -> Result<()> {
    let sql =
        "INSERT INTO sandbox_mails (tenant, challenge, recipient, at, content) VALUES (?1, ?2, ?3, ?4, ?5)";
    tx.later(sql, with![mail.tenant, mail.challenge, &mail.recipient, mail.at, &mail.content])?;
    let sql = "DELETE FROM sandbox_mails WHERE tenant = ?1 AND id <= \
               (SELECT id FROM sandbox_mails WHERE tenant = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)";
    tx.later(sql, with![mail.tenant, MAX_MAILS])
}

fn mails(tx: &dyn Tx, tenant: TenantId, filter: &MailFilter, limit: usize) -> Result<Vec<SandboxMail>> {
    let sql = "SELECT challenge, recipient, at, content FROM sandbox_mails \
               WHERE tenant = ?1 AND (CAST(?2 AS BIGINT) IS NULL OR challenge = ?2) ORDER BY id DESC";
    let mut found = Vec::new();
    tx.rows(sql, with![tenant, filter.challenge], &mut |row| {
        if found.len() == limit {
            return Ok(ControlFlow::Break(()));
        }
        let mail = SandboxMail {
            tenant,
            challenge: row.get()?,
            recipient: row.get()?,
            at: row.get()?,
            content: row.get()?,
        };
        if filter.recipient.as_ref().is_none_or(|indexes| indexes.contains(&mail.recipient)) {
            found.push(mail);
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(found)
}

/// Deletes at most `limit` mails that have been kept long enough.
pub fn delete_old(tx: &dyn Tx, now: Timestamp, limit: usize) -> Result<usize> {
    let sql = "DELETE FROM sandbox_mails WHERE id IN \
               (SELECT id FROM sandbox_mails WHERE at <= ?1 ORDER BY at LIMIT ?2)";
    tx.change(sql, with![now - KEEP_MAILS, limit])
}
