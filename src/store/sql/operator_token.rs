//! Operator tokens: the one of the settings, and those with names of their own.

use crate::domain::operator::Role;
use crate::domain::operator_token::{TokenInfo, TokenName};
use crate::domain::reports::actor::{Actor, Author};
use crate::domain::reports::audit::AuditEvent;
use crate::domain::secret::OperatorTokenHash;
use crate::domain::time::Timestamp;
use crate::store::{NewOperatorToken, OperatorTokenStore, TokenAdded, Verb};

use super::audit::About;
use super::engine::Engine;
use super::failed::Result;
use super::group::Group;
use super::needs::Needs;
use super::row::Row;
use super::store::SqlStore;
use super::tx::Tx;
use super::value::with;

impl<E: Engine> OperatorTokenStore for SqlStore<E> {
    fn operator_token(
        &self,
        hashes: Vec<OperatorTokenHash>,
    ) -> Verb<'_, Option<(OperatorTokenHash, TokenInfo)>> {
        self.read(move |tx| {
            let sql = "SELECT name, role, hint, created_at, expires_at, used_at FROM operator_tokens \
                       WHERE hash = ?1";
            for hash in &hashes {
                if let Some(found) = tx.first(sql, with![hash], read)? {
                    return Ok(Some((*hash, found)));
                }
            }
            Ok(None)
        })
    }

    fn operator_tokens(&self) -> Verb<'_, Vec<TokenInfo>> {
        self.read(|tx| {
            let sql =
                "SELECT name, role, hint, created_at, expires_at, used_at FROM operator_tokens ORDER BY name";
            tx.all(sql, &[], read)
        })
    }

    fn add_operator_token(&self, new: NewOperatorToken, most: usize) -> Verb<'_, TokenAdded> {
        self.write(move |group| add(group, &new, most))
    }

    fn set_operator_token(&self, new: NewOperatorToken) -> Verb<'_, ()> {
        self.write(move |group| set(group, &new))
    }

    fn revoke_operator_token(
        &self,
        name: TokenName,
        (by, now): (Actor, Timestamp),
    ) -> Verb<'_, Option<TokenInfo>> {
        self.write(move |group| {
            let found = find(group, &name)?;
            if found.is_some() {
                group.later("DELETE FROM operator_tokens WHERE name = ?1", with![name.as_str()])?;
                note(group, AuditEvent::TokenRevoked, &name, (&by, now))?;
            }
            Ok(found)
        })
    }

    fn rehash_operator_token(&self, former: OperatorTokenHash, present: OperatorTokenHash) -> Verb<'_, ()> {
        self.write(move |group| {
            // Another request may have done it a moment ago.
            let sql = "UPDATE operator_tokens SET hash = ?2 WHERE hash = ?1 \
                       AND NOT EXISTS (SELECT 1 FROM operator_tokens WHERE hash = ?2)";
            group.later(sql, with![&former, &present])
        })
    }

    fn touch_operator_token(&self, name: TokenName, now: Timestamp) -> Verb<'_, ()> {
        self.write_soon(Needs::NOTHING, move |group| {
            let sql = "UPDATE operator_tokens SET used_at = ?2 \
                       WHERE name = ?1 AND (used_at IS NULL OR used_at < ?2)";
            group.later(sql, with![name.as_str(), now])
        })
    }
}

fn read(row: &mut Row) -> Result<TokenInfo> {
    Ok(TokenInfo {
        name: row.word(TokenName::parse)?,
        role: row.word(Role::parse)?,
        hint: row.get()?,
        created_at: row.get()?,
        expires_at: row.get()?,
        used_at: row.get()?,
    })
}

fn find(tx: &dyn Tx, name: &TokenName) -> Result<Option<TokenInfo>> {
    let sql = "SELECT name, role, hint, created_at, expires_at, used_at FROM operator_tokens WHERE name = ?1";
    tx.first(sql, with![name.as_str()], read)
}

fn add(group: &Group, new: &NewOperatorToken, most: usize) -> Result<TokenAdded> {
    if find(group, &new.info.name)?.is_some() {
        return Ok(TokenAdded::NameTaken);
    }
    let sql = "SELECT count(*) FROM operator_tokens WHERE name <> ?1";
    let of_settings = TokenName::of_settings();
    let count: u32 = group.one(sql, with![of_settings.as_str()], |row| row.get())?;
    if count as usize >= most && !new.info.name.is_of_settings() {
        return Ok(TokenAdded::TooMany);
    }
    insert(group, new)?;
    note(group, AuditEvent::TokenAdded, &new.info.name, (&new.by, new.info.created_at))?;
    Ok(TokenAdded::Added)
}

/// Replaces the token of the settings. Somebody may have set it to one that had a name.
fn set(group: &Group, new: &NewOperatorToken) -> Result<()> {
    let name = &new.info.name;
    let event = match find(group, name)? {
        Some(_) => AuditEvent::TokenReplaced,
        None => AuditEvent::TokenAdded,
    };
    group.change(
        "DELETE FROM operator_tokens WHERE name = ?1 OR hash = ?2",
        with![name.as_str(), &new.hash],
    )?;
    insert(group, new)?;
    note(group, event, name, (&new.by, new.info.created_at))
}

fn insert(group: &Group, new: &NewOperatorToken) -> Result<()> {
    let sql = "INSERT INTO operator_tokens (name, hash, role, hint, created_at, expires_at) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let TokenInfo { name, role, hint, created_at, expires_at, .. } = &new.info;
    group.later(sql, with![name.as_str(), &new.hash, role.as_str(), hint, *created_at, *expires_at])
}

fn note(group: &Group, event: AuditEvent, name: &TokenName, (by, now): (&Actor, Timestamp)) -> Result<()> {
    let token = Author::Token(name.clone());
    let object = token.word();
    group.note(now, event, About { object: object.as_deref(), ..About::by(by) })
}
