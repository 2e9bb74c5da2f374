//! Counting, in the transactions in which things happen. A challenge counts in one cell, that of the
//! day and the kind with which it was minted.

use std::borrow::Cow;
use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension};

use crate::domain::challenge::ChallengeStatus;
use crate::domain::channel::ChannelKind;
use crate::domain::delivery::DeliveryStatus;
use crate::domain::details::Details;
use crate::domain::id::{self, ChallengeId, TenantId};
use crate::domain::locale::Locale;
use crate::domain::purpose::Purpose;
use crate::domain::statistics::{Day, Dimension, OTHER, Times};
use crate::domain::time::Timestamp;

use super::challenges::Affected;
use super::group::Group;

/// Domains that are counted apart, for each tenant and day.
const MAX_DOMAINS: i64 = 200;

/// Purposes, and locales, that are counted apart.
const MAX_WORDS: i64 = 50;

/// Cells of each tenant and day. Beyond, a mint with a new combination counts as other.
const MAX_CELLS: i64 = 2_000;

/// A row of the statistics.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct CellId(pub(super) i64);

/// A column of the statistics.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Counter {
    Minted,
    Resent,
    Sent,
    Failed,
    Mismatched,
    Verified,
    Exhausted,
    Expired,
    Canceled,
    /// Verified within so many seconds.
    Within(u32),
}

impl Counter {
    /// What counts the challenges that ended so.
    const fn of(status: ChallengeStatus) -> Option<Self> {
        match status {
            ChallengeStatus::Pending => None,
            ChallengeStatus::Verified => Some(Self::Verified),
            ChallengeStatus::Exhausted => Some(Self::Exhausted),
            ChallengeStatus::Expired => Some(Self::Expired),
            ChallengeStatus::Canceled => Some(Self::Canceled),
        }
    }

    fn column(self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Minted => "minted",
            Self::Resent => "resent",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Mismatched => "mismatched",
            Self::Verified => "verified",
            Self::Exhausted => "exhausted",
            Self::Expired => "expired",
            Self::Canceled => "canceled",
            Self::Within(step) => return Cow::Owned(format!("within_{step}")),
        })
    }
}

/// What was counted and is not written yet.
#[derive(Default)]
pub(super) struct Tally(BTreeMap<(CellId, Counter), i64>);

impl Tally {
    pub(super) fn add(&mut self, cell: CellId, counter: Counter, change: i64) {
        *self.0.entry((cell, counter)).or_default() += change;
    }

    pub(super) fn write(self, connection: &Connection) -> rusqlite::Result<()> {
        for ((cell, counter), change) in self.0 {
            let column = counter.column();
            let sql = format!("UPDATE statistics SET {column} = {column} + ?2 WHERE id = ?1");
            connection.prepare_cached(&sql)?.execute((cell.0, change))?;
        }
        Ok(())
    }
}

/// A kind of challenge on a day: what has a row of its own.
#[derive(Clone, Copy)]
pub(super) struct Kind<'a> {
    tenant: i64,
    day: i64,
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
        Self {
            tenant: tenant.0,
            day: Day::of(id::moment(challenge.0)).number(),
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
        group.count(cell, Counter::Minted, 1);
        Ok(cell)
    }

    /// Counts a challenge here that was counted in another cell when it was opened.
    pub(super) fn mint_instead_of(&self, former: CellId, group: &Group) -> rusqlite::Result<CellId> {
        group.count(former, Counter::Minted, -1);
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
    let Some(counter) = Counter::of(status) else { return };
    group.count(challenge.cell, counter, 1);
    if status == ChallengeStatus::Verified {
        let step = Times::step(now.since(id::moment(challenge.id.0)).as_millis());
        group.count(challenge.cell, Counter::Within(step), 1);
    }
    if challenge.is_queued() {
        group.count(challenge.cell, Counter::Failed, 1);
    }
}

/// Counts a message that was sent: once, however often it is told, and instead of the failure that
/// it counted as when its challenge ended before.
pub(super) fn sent(group: &Group, challenge: &Affected) {
    match challenge.delivery {
        Some(DeliveryStatus::Sent) => return,
        Some(DeliveryStatus::Failed) => group.count(challenge.cell, Counter::Failed, -1),
        Some(DeliveryStatus::Queued) | None => {}
    }
    group.count(challenge.cell, Counter::Sent, 1);
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
