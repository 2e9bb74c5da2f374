//! What the rules have refused, or would have.

use crate::domain::id::TenantId;
use crate::domain::phone::country::Country;
use crate::domain::phone::fraud::block::{Block, BlockId};
use crate::domain::phone::fraud::rule::FraudRule;
use crate::domain::phone::fraud::trail::Trail;
use crate::domain::reports::actor::Actor;
use crate::domain::reports::audit::AuditEvent;
use crate::domain::secret::TrailKey;
use crate::domain::time::Timestamp;
use crate::store::sql::audit::About;
use crate::store::sql::failed::Result;
use crate::store::sql::group::Group;
use crate::store::sql::row::Row;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;

/// The maximum number of blocks that are listed.
const LISTED: usize = 200;

/// A refusal to note.
pub struct NewBlock<'a> {
    pub rule: FraudRule,
    pub key: &'a [u8],
    pub subject: &'a str,
    pub refuses: bool,
}

/// Notes that a rule has refused a message, or would have. The audit trail has the beginning of a block only.
pub fn note(
    group: &Group,
    tenant: TenantId,
    new: &NewBlock,
    (now, until): (Timestamp, Timestamp),
) -> Result<()> {
    let NewBlock { rule, key, subject, refuses } = *new;
    let rule = rule.as_str();
    let sql = "SELECT 1 FROM phone_blocks WHERE tenant = ?1 AND rule = ?2 AND key = ?3 AND until > ?4 \
               AND refuses = ?5";
    let is_known = group.has(sql, with![tenant, rule, key, now, refuses])?;
    let sql = "INSERT INTO phone_blocks (tenant, rule, key, subject, refuses, since, until, refused) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1) ON CONFLICT (tenant, rule, key) DO UPDATE SET \
               since = CASE WHEN phone_blocks.until > ?6 THEN phone_blocks.since ELSE ?6 END, \
               refused = CASE WHEN phone_blocks.until > ?6 THEN phone_blocks.refused + 1 ELSE 1 END, \
               until = excluded.until, refuses = excluded.refuses, \
               subject = CASE WHEN excluded.subject = '' THEN phone_blocks.subject ELSE excluded.subject END";
    group.later(sql, with![tenant, rule, key, subject, refuses, now, until])?;
    if refuses && !is_known {
        let about = About { tenant: Some(tenant), recipient: Some(subject), ..About::default() };
        group.note(now, AuditEvent::PhoneBlocked, about)?;
    }
    Ok(())
}

/// Returns what is blocked at present, latest first.
pub fn list(tx: &dyn Tx, tenant: TenantId, now: Timestamp) -> Result<Vec<Block>> {
    let sql = "SELECT b.rule, b.key, b.subject, b.refuses, b.since, b.until, b.refused, t.steps \
               FROM phone_blocks b LEFT JOIN phone_trails t ON t.tenant = b.tenant AND t.key = b.key \
               WHERE b.tenant = ?1 AND b.until > ?2 ORDER BY b.since DESC, b.rule, b.key LIMIT ?3";
    tx.all(sql, with![tenant, now, LISTED], |row| read(row, now))
}

fn read(row: &mut Row, now: Timestamp) -> Result<Block> {
    Ok(Block {
        id: BlockId { rule: row.word(FraudRule::parse)?, key: row.get()? },
        subject: row.get()?,
        refuses: row.get()?,
        since: row.get()?,
        until: row.get()?,
        refused: row.get()?,
        messages: row.get::<Option<Vec<u8>>>()?.map(|steps| Trail::from_bytes(&steps).of_a_day(now)),
    })
}

/// Clears a block, and what was counted for it.
pub fn clear(group: &Group, tenant: TenantId, id: &BlockId, by: &Actor, now: Timestamp) -> Result<bool> {
    let sql = "SELECT subject FROM phone_blocks WHERE tenant = ?1 AND rule = ?2 AND key = ?3";
    let key = &id.key[..];
    let found: Option<String> = group.first(sql, with![tenant, id.rule.as_str(), key], |row| row.get())?;
    let Some(subject) = found else { return Ok(false) };
    match <[u8; 16]>::try_from(key) {
        Ok(key) => group.trail(tenant, TrailKey(key))?.change(()).trail = Trail::default(),
        Err(_) => {
            let country = str::from_utf8(key).ok().and_then(Country::known);
            let Some(country) = country else { return Ok(false) };
            group.tally(tenant, country.mark())?.change(()).tally.forgive();
        }
    }
    // All rules that count under this key start again.
    group.later("DELETE FROM phone_blocks WHERE tenant = ?1 AND key = ?2", with![tenant, key])?;
    let about = About { recipient: Some(&subject), ..About::tenant(tenant, by) };
    group.note(now, AuditEvent::PhoneBlockCleared, about)?;
    Ok(true)
}
