//! Counting, in the transactions in which things happen. A challenge counts in one cell, that of the
//! day and the kind with which it was minted.

use rusqlite::{Connection, OptionalExtension};

use crate::domain::challenge::ChallengeStatus;
use crate::domain::delivery::DeliveryStatus;
use crate::domain::id::{self, ChallengeId};
use crate::domain::locale::Locale;
use crate::domain::statistics::{Day, Dimension, OTHER, Times};
use crate::domain::time::Timestamp;
use crate::store::OpenChallenge;

/// Domains that are counted apart, for each tenant and day.
const MAX_DOMAINS: i64 = 200;

/// Purposes, and locales, that are counted apart.
const MAX_WORDS: i64 = 50;

/// Cells of each tenant and day. Beyond, a mint with a new combination counts as other.
const MAX_CELLS: i64 = 2_000;

/// A kind of challenge on a day: what has a row of its own.
#[derive(Clone, Copy)]
struct Kind<'a> {
    tenant: i64,
    day: i64,
    purpose: &'a str,
    channel: &'a str,
    locale: &'a str,
    domain: &'a str,
}

/// Counts a challenge that is opened, and answers its cell.
pub(super) fn mint(connection: &Connection, new: &OpenChallenge) -> rusqlite::Result<i64> {
    let kind = Kind {
        tenant: new.binding.tenant.0,
        day: Day::of(new.now).number(),
        purpose: new.binding.purpose.as_str(),
        channel: new.binding.channel.as_str(),
        locale: new.details.locale().unwrap_or(&Locale::ENGLISH).as_str(),
        domain: &new.domain,
    };
    // Nearly always there is one already.
    if let Some(cell) = kind.count(connection)? {
        return Ok(cell);
    }
    let told_apart = Kind {
        purpose: kind.word(connection, Dimension::Purpose, kind.purpose, MAX_WORDS)?,
        locale: kind.word(connection, Dimension::Locale, kind.locale, MAX_WORDS)?,
        domain: kind.word(connection, Dimension::Domain, kind.domain, MAX_DOMAINS)?,
        ..kind
    };
    if let Some(cell) = told_apart.count(connection)? {
        return Ok(cell);
    }
    let other = Kind { purpose: OTHER, locale: OTHER, domain: OTHER, ..kind };
    let bounded = if kind.is_room(connection)? { told_apart } else { other };
    match bounded.count(connection)? {
        Some(cell) => Ok(cell),
        None => bounded.add(connection),
    }
}

impl<'a> Kind<'a> {
    fn count(&self, connection: &Connection) -> rusqlite::Result<Option<i64>> {
        let sql = "UPDATE statistics SET minted = minted + 1 WHERE tenant = ?1 AND day = ?2 AND purpose = ?3 \
                   AND channel = ?4 AND locale = ?5 AND domain = ?6 RETURNING id";
        let key = (self.tenant, self.day, self.purpose, self.channel, self.locale, self.domain);
        connection.prepare_cached(sql)?.query_row(key, |row| row.get(0)).optional()
    }

    fn add(&self, connection: &Connection) -> rusqlite::Result<i64> {
        let sql = "INSERT INTO statistics (tenant, day, purpose, channel, locale, domain, minted) \
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1)";
        let key = (self.tenant, self.day, self.purpose, self.channel, self.locale, self.domain);
        connection.prepare_cached(sql)?.insert(key)
    }

    /// The word itself as long as it was counted before on this day or there is room for one more.
    fn word(
        &self,
        connection: &Connection,
        of: Dimension,
        word: &'a str,
        max: i64,
    ) -> rusqlite::Result<&'a str> {
        let sql = "SELECT EXISTS (SELECT 1 FROM statistics_words WHERE tenant = ?1 AND day = ?2 \
                   AND dimension = ?3 AND word = ?4)";
        let key = (self.tenant, self.day, of.as_str(), word);
        if connection.prepare_cached(sql)?.query_row(key, |row| row.get(0))? {
            return Ok(word);
        }
        let sql = "SELECT count(*) FROM statistics_words WHERE tenant = ?1 AND day = ?2 AND dimension = ?3";
        let place = (self.tenant, self.day, of.as_str());
        let known: i64 = connection.prepare_cached(sql)?.query_row(place, |row| row.get(0))?;
        if known >= max {
            return Ok(OTHER);
        }
        let sql = "INSERT INTO statistics_words (tenant, day, dimension, word) VALUES (?1, ?2, ?3, ?4)";
        connection.prepare_cached(sql)?.execute(key)?;
        Ok(word)
    }

    fn is_room(&self, connection: &Connection) -> rusqlite::Result<bool> {
        let sql = "SELECT count(*) < ?3 FROM statistics WHERE tenant = ?1 AND day = ?2";
        connection.prepare_cached(sql)?.query_row((self.tenant, self.day, MAX_CELLS), |row| row.get(0))
    }
}

/// Counts a message beyond the first.
pub(super) fn resend(connection: &Connection, id: ChallengeId) -> rusqlite::Result<()> {
    add_one(
        connection,
        id,
        "UPDATE statistics SET resent = resent + 1 WHERE id = (SELECT cell FROM challenges WHERE id = ?1)",
    )
}

/// Counts a wrong answer.
pub(super) fn mismatch(connection: &Connection, id: ChallengeId) -> rusqlite::Result<()> {
    add_one(
        connection,
        id,
        "UPDATE statistics SET mismatched = mismatched + 1 WHERE id = (SELECT cell FROM challenges WHERE id = ?1)",
    )
}

/// Counts a message that was not sent.
pub(super) fn failed(connection: &Connection, id: ChallengeId) -> rusqlite::Result<()> {
    add_one(
        connection,
        id,
        "UPDATE statistics SET failed = failed + 1 WHERE id = (SELECT cell FROM challenges WHERE id = ?1)",
    )
}

fn add_one(connection: &Connection, id: ChallengeId, sql: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute([id.0])?;
    Ok(())
}

/// Counts a message that was sent, before that is noted in its challenge: once, however often it is
/// told, and instead of the failure that it counted as when its challenge ended before.
pub(super) fn sent(connection: &Connection, id: ChallengeId) -> rusqlite::Result<()> {
    let sql = "UPDATE statistics SET sent = sent + 1, \
               failed = failed - (SELECT delivery = ?3 FROM challenges WHERE id = ?1) \
               WHERE id = (SELECT cell FROM challenges WHERE id = ?1 AND delivery <> ?2)";
    let (sent, failed) = (DeliveryStatus::Sent.as_str(), DeliveryStatus::Failed.as_str());
    connection.prepare_cached(sql)?.execute((id.0, sent, failed))?;
    Ok(())
}

/// Counts the end of a challenge, before it is noted there. A message that was still queued is not
/// sent any more; where there is none (`delivery` is NULL) none fails.
pub(super) fn end(
    connection: &Connection,
    id: ChallengeId,
    status: ChallengeStatus,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let times;
    let ended = match status {
        ChallengeStatus::Pending => return Ok(()),
        ChallengeStatus::Verified => {
            let step = Times::step(now.since(id::moment(id.0)).as_millis());
            times = format!("verified = verified + 1, within_{step} = within_{step} + 1");
            &times
        }
        ChallengeStatus::Exhausted => "exhausted = exhausted + 1",
        ChallengeStatus::Expired => "expired = expired + 1",
        ChallengeStatus::Canceled => "canceled = canceled + 1",
    };
    let sql = format!(
        "UPDATE statistics SET {ended}, failed = failed + (SELECT delivery IS ?2 FROM challenges WHERE id = ?1) \
         WHERE id = (SELECT cell FROM challenges WHERE id = ?1)"
    );
    connection.prepare_cached(&sql)?.execute((id.0, DeliveryStatus::Queued.as_str()))?;
    Ok(())
}

/// Deletes at most `limit` cells and as many words from before `day`.
pub(super) fn delete_before(connection: &Connection, day: Day, limit: usize) -> rusqlite::Result<usize> {
    let parameters = (day.number(), limit as i64);
    let sql = "DELETE FROM statistics_words WHERE (tenant, day, dimension, word) IN \
               (SELECT tenant, day, dimension, word FROM statistics_words WHERE day < ?1 LIMIT ?2)";
    let words = connection.prepare_cached(sql)?.execute(parameters)?;
    let sql = "DELETE FROM statistics WHERE id IN (SELECT id FROM statistics WHERE day < ?1 LIMIT ?2)";
    let cells = connection.prepare_cached(sql)?.execute(parameters)?;
    Ok(words.max(cells))
}
