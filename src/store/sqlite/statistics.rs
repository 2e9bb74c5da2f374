//! Counting, in the transactions in which things happen. A challenge counts in one cell, that of the
//! day and the kind with which it was minted.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension};

use crate::domain::challenges::challenge::ChallengeStatus;
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::details::Details;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::deliveries::delivery::{DeliveryError, DeliveryStatus};
use crate::domain::id::{self, ChallengeId, TenantId};
use crate::domain::locale::Locale;
use crate::domain::reports::course::{Waits, hour_of};
use crate::domain::reports::statistics::{Day, Dimension, OTHER, Times};
use crate::domain::time::Timestamp;

use super::challenges::Affected;
use super::group::Group;
use crate::store::sql::reports::{CellId, Counter};

/// Domains that are counted apart, for each tenant and day.
const MAX_DOMAINS: i64 = 200;

/// Purposes, and locales, that are counted apart.
const MAX_WORDS: i64 = 50;

/// Cells of each tenant and day. Beyond, a mint with a new combination counts as other.
const MAX_CELLS: i64 = 2_000;

/// A kind of challenge on a day: what has a row of its own.
#[derive(Clone, Copy)]
pub(super) struct Kind<'a> {
    tenant: i64,
    day: i64,
    /// Of the day; counted in the row.
    hour: u8,
    purpose: &'a str,
    channel: &'a str,
    locale: &'a str,
    domain: &'a str,
}

impl<'a> Kind<'a> {
    /// That of a challenge, whose identity tells the day of its mint.
    pub(super) fn of(
        (tenant, challenge): (TenantId, ChallengeId),
        purpose: &'a Purpose,
        channel: ChannelKind,
        details: &'a Details,
        domain: &'a str,
    ) -> Self {
        let minted_at = id::moment(challenge.0);
        Self {
            tenant: tenant.0,
            day: Day::of(minted_at).number(),
            hour: hour_of(minted_at),
            purpose: purpose.as_str(),
            channel: channel.as_str(),
            locale: details.locale().unwrap_or(&Locale::ENGLISH).as_str(),
            domain,
        }
    }

    /// Counts a challenge that is opened, and answers its cell.
    pub(super) fn mint(&self, group: &Group) -> rusqlite::Result<CellId> {
        // Nearly always there is one already.
        let cell = match self.cell(group)? {
            Some(cell) => cell,
            None => self.new_cell(group)?,
        };
        group.count(cell, Counter::Minted(self.hour), 1);
        Ok(cell)
    }

    /// Counts a challenge here that was counted in another cell when it was opened.
    pub(super) fn mint_instead_of(&self, former: CellId, group: &Group) -> rusqlite::Result<CellId> {
        group.count(former, Counter::Minted(self.hour), -1);
        self.mint(group)
    }

    /// A cell for what has none of its own yet: one more, or the one that counts what is not told apart.
    fn new_cell(&self, connection: &Connection) -> rusqlite::Result<CellId> {
        let told_apart = Self {
            purpose: self.word(connection, Dimension::Purpose, self.purpose, MAX_WORDS)?,
            locale: self.word(connection, Dimension::Locale, self.locale, MAX_WORDS)?,
            domain: self.word(connection, Dimension::Domain, self.domain, MAX_DOMAINS)?,
            ..*self
        };
        if let Some(cell) = told_apart.cell(connection)? {
            return Ok(cell);
        }
        let other = Self { purpose: OTHER, locale: OTHER, domain: OTHER, ..*self };
        let bounded = if self.is_room(connection)? { told_apart } else { other };
        match bounded.cell(connection)? {
            Some(cell) => Ok(cell),
            None => bounded.add(connection),
        }
    }

    fn cell(&self, connection: &Connection) -> rusqlite::Result<Option<CellId>> {
        let sql = "SELECT id FROM statistics WHERE tenant = ?1 AND day = ?2 AND purpose = ?3 \
                   AND channel = ?4 AND locale = ?5 AND domain = ?6";
        let key = (self.tenant, self.day, self.purpose, self.channel, self.locale, self.domain);
        connection.prepare_cached(sql)?.query_row(key, |row| row.get(0).map(CellId)).optional()
    }

    fn add(&self, connection: &Connection) -> rusqlite::Result<CellId> {
        let sql = "INSERT INTO statistics (tenant, day, purpose, channel, locale, domain) \
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let key = (self.tenant, self.day, self.purpose, self.channel, self.locale, self.domain);
        connection.prepare_cached(sql)?.insert(key).map(CellId)
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

/// Counts the end of a challenge. A message that was still queued is not sent any more.
pub(super) fn end(group: &Group, challenge: &Affected, status: ChallengeStatus, now: Timestamp) {
    let minted = id::moment(challenge.id.0);
    let Some(counter) = Counter::of(status, hour_of(minted)) else { return };
    group.count(challenge.cell, counter, 1);
    if status == ChallengeStatus::Verified {
        let step = Times::step(now.since(minted).as_millis());
        group.count(challenge.cell, Counter::Within(step), 1);
    }
    if challenge.is_queued() {
        group.count(challenge.cell, Counter::Failed(challenge.unsent_because(status)), 1);
    }
}

/// Counts a message that was sent after so much time: once, however often it is told, and instead of
/// the failure that it counted as when its challenge ended before.
pub(super) fn sent(group: &Group, challenge: &Affected, waited: Option<Duration>) {
    match (challenge.delivery, challenge.delivery_error) {
        (Some(DeliveryStatus::Sent), _) => return,
        (Some(DeliveryStatus::Failed), reason) => {
            let reason = reason.unwrap_or(DeliveryError::Canceled);
            group.count(challenge.cell, Counter::Failed(reason), -1);
        }
        (Some(DeliveryStatus::Queued) | None, _) => {}
    }
    let step = waited.map(|waited| Waits::step(waited.as_millis()));
    group.count(challenge.cell, Counter::Sent(step), 1);
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
