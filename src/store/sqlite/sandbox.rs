//! Sandboxes, and what they would have sent.

use rusqlite::Connection;

use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::reports::audit::AuditEvent;
use crate::domain::secret::{RecipientIndex, Sealed};
use crate::domain::tenants::tenant::{Tenant, TenantStatus};
use crate::domain::time::Timestamp;
use crate::store::{
    KEEP_MAILS, MAX_MAILS, MAX_TEST_KEYS, MailFilter, NewTestKey, SandboxMail, SandboxStore, TestKeyAdded,
    Verb,
};

use super::group::Group;
use super::{SqliteStore, pages, row, tenants};
use crate::store::sql::audit::About;

impl SandboxStore for SqliteStore {
    fn add_test_key(&self, new: NewTestKey, now: Timestamp) -> Verb<'_, TestKeyAdded> {
        self.engine.writer.write(move |group| add_key(group, &new, now))
    }

    fn sandbox_of(&self, live: TenantId) -> Verb<'_, Option<Tenant>> {
        self.engine.look(move |connection| tenants::sandbox_of(connection, live))
    }

    fn keep_mail(&self, mail: SandboxMail) -> Verb<'_, ()> {
        self.engine.writer.write(move |connection| keep(connection, &mail))
    }

    fn sandbox_mails(
        &self,
        tenant: TenantId,
        filter: MailFilter,
        limit: usize,
    ) -> Verb<'_, Vec<SandboxMail>> {
        self.engine.look(move |connection| mails(connection, tenant, &filter, limit))
    }

    fn empty_sandbox(&self, tenant: TenantId) -> Verb<'_, usize> {
        self.engine.writer.write(move |connection| {
            connection.prepare_cached("DELETE FROM sandbox_mails WHERE tenant = ?1")?.execute([tenant.0])
        })
    }
}

/// Adds a key to the sandbox of a live tenant. A refusal comes before the first write.
fn add_key(group: &Group, new: &NewTestKey, now: Timestamp) -> rusqlite::Result<TestKeyAdded> {
    let live = tenants::by_id(group, new.live)?;
    if live.is_none_or(|live| live.sandbox_of.is_some()) {
        return Ok(TestKeyAdded::Unknown);
    }
    if tenants::is_taken(group, new.key.hash)? {
        return Ok(TestKeyAdded::Taken);
    }
    let known = tenants::sandbox_of(group, new.live)?;
    if let Some(sandbox) = &known
        && tenants::count_keys(group, sandbox.id, now)? >= MAX_TEST_KEYS
    {
        return Ok(TestKeyAdded::TooMany);
    }
    if known.is_none() {
        make(group, new, now)?;
    }
    let Some(sandbox) = tenants::sandbox_of(group, new.live)? else { return Ok(TestKeyAdded::Unknown) };
    tenants::add_key(group, sandbox.id, &new.key, now)?;
    group.note(now, AuditEvent::KeyAdded, About::tenant(sandbox.id, &new.by))?;
    Ok(TestKeyAdded::Added(Box::new(sandbox)))
}

/// Makes the sandbox, with the name and the settings of its tenant and without its accounts.
fn make(group: &Group, new: &NewTestKey, now: Timestamp) -> rusqlite::Result<()> {
    let sql = "INSERT INTO tenants (id, handle, name, status, created_at, sandbox_of, settings, revision, smtp) \
               SELECT ?2, ?3, name, ?4, ?5, id, settings, 0, NULL FROM tenants WHERE id = ?1";
    let (id, handle) = &new.sandbox;
    let active = TenantStatus::Active.as_str();
    group.execute(sql, (new.live.0, id.0, handle.as_str(), active, now.as_millis()))?;
    if let Some(sandbox) = tenants::by_id(group, *id)? {
        pages::keep(group, *id, &sandbox.settings)?;
    }
    group.note(now, AuditEvent::TenantRegistered, About::tenant(*id, &new.by))
}

/// Keeps a mail, and of its sandbox no more than the latest.
fn keep(connection: &Connection, mail: &SandboxMail) -> rusqlite::Result<()> {
    let sql =
        "INSERT INTO sandbox_mails (tenant, challenge, recipient, at, content) VALUES (?1, ?2, ?3, ?4, ?5)";
    connection.prepare_cached(sql)?.execute((
        mail.tenant.0,
        mail.challenge.0,
        mail.recipient.0,
        mail.at.as_millis(),
        &mail.content.0,
    ))?;
    let sql = "DELETE FROM sandbox_mails WHERE tenant = ?1 AND id <= \
               (SELECT id FROM sandbox_mails WHERE tenant = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)";
    connection.prepare_cached(sql)?.execute((mail.tenant.0, MAX_MAILS as i64))?;
    Ok(())
}

fn mails(
    connection: &Connection,
    tenant: TenantId,
    filter: &MailFilter,
    limit: usize,
) -> rusqlite::Result<Vec<SandboxMail>> {
    let sql = "SELECT challenge, recipient, at, content FROM sandbox_mails \
               WHERE tenant = ?1 AND (?2 IS NULL OR challenge = ?2) ORDER BY id DESC";
    let mut query = connection.prepare_cached(sql)?;
    let mut rows = query.query((tenant.0, filter.challenge.map(|id| id.0)))?;
    let mut found = Vec::new();
    while found.len() < limit
        && let Some(row) = rows.next()?
    {
        let recipient = RecipientIndex(row.get("recipient")?);
        if filter.recipient.as_ref().is_some_and(|indexes| !indexes.contains(&recipient)) {
            continue;
        }
        found.push(SandboxMail {
            tenant,
            challenge: ChallengeId(row.get("challenge")?),
            recipient,
            at: row::moment(row, "at")?,
            content: Sealed(row.get("content")?),
        });
    }
    Ok(found)
}

/// Deletes at most `limit` mails that were kept long enough.
pub(super) fn delete_old(connection: &Connection, now: Timestamp, limit: usize) -> rusqlite::Result<usize> {
    let sql = "DELETE FROM sandbox_mails WHERE id IN \
               (SELECT id FROM sandbox_mails WHERE at <= ?1 ORDER BY at LIMIT ?2)";
    connection.prepare_cached(sql)?.execute(((now - KEEP_MAILS).as_millis(), limit as i64))
}
