//! Cells: the units in which challenges of one tenant, day and kind are counted together.

use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::details::Details;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::factors::factor::FactorChannel;
use crate::domain::id::{self, ChallengeId, TenantId};
use crate::domain::locale::Locale;
use crate::domain::reports::course::hour_of;
use crate::domain::reports::statistics::{Day, Dimension, NONE, OTHER};
use crate::domain::time::Timestamp;
use crate::store::sql::failed::Result;
use crate::store::sql::group::Group;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;

use super::counter::Counter;
use super::counts::CellId;

/// The maximum number of domains that are counted separately, per tenant and day.
const MAX_DOMAINS: i64 = 200;

/// The maximum number of purposes, and of locales, that are counted separately.
const MAX_WORDS: i64 = 50;

/// The maximum number of cells per tenant and day. Beyond it, a mint with a new combination is
/// counted as other.
const MAX_CELLS: i64 = 2_000;

/// What a challenge was opened for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Opened {
    /// Its code is answered here.
    Minted,
    /// Its code is only delivered, so that it says nothing about how many codes are entered.
    Relayed,
}

/// A kind of challenge on one day, which has a cell of its own.
#[derive(Clone, Copy)]
pub struct CellKind<'a> {
    tenant: TenantId,
    minted_at: Timestamp,
    day: i64,
    /// The hour of the day, which is counted within the cell.
    hour: u8,
    purpose: &'a str,
    channel: &'a str,
    locale: &'a str,
    domain: &'a str,
}

impl<'a> CellKind<'a> {
    /// Returns the kind of a challenge. Its identity encodes the day of its mint.
    pub fn of(
        (tenant, challenge): (TenantId, ChallengeId),
        purpose: &'a Purpose,
        channel: ChannelKind,
        details: &'a Details,
        domain: &'a str,
    ) -> Self {
        let minted_at = id::moment(challenge.0);
        Self {
            tenant,
            minted_at,
            day: Day::of(minted_at).number(),
            hour: hour_of(minted_at),
            purpose: purpose.as_str(),
            channel: channel.as_str(),
            locale: details.locale().unwrap_or(&Locale::ENGLISH).as_str(),
            domain,
        }
    }

    /// Returns the kind in which what happens to factors at `now` is counted: by what a check was for, if it was one.
    pub fn of_factors(tenant: TenantId, purpose: Option<&'a Purpose>, now: Timestamp) -> Self {
        Self {
            tenant,
            minted_at: now,
            day: Day::of(now).number(),
            hour: hour_of(now),
            purpose: purpose.map_or(NONE, Purpose::as_str),
            channel: FactorChannel::Totp.as_str(),
            locale: NONE,
            domain: NONE,
        }
    }

    /// Counts something that happened to a factor.
    pub fn count(&self, group: &Group, counter: Counter) -> Result<()> {
        group.count(self.known_or_new(group)?, counter, 1);
        Ok(())
    }

    /// Counts a message that a rule against toll fraud refused.
    pub fn refuse(&self, group: &Group) -> Result<()> {
        self.count(group, Counter::Refused)
    }

    fn known_or_new(&self, group: &Group) -> Result<CellId> {
        // Nearly always the cell exists.
        match self.cell(group)? {
            Some(cell) => Ok(cell),
            None => self.new_cell(group),
        }
    }

    /// Counts an opened challenge, and returns its cell.
    pub fn open(&self, group: &Group, opened: Opened) -> Result<CellId> {
        let cell = self.known_or_new(group)?;
        let counter = match opened {
            Opened::Minted => Counter::Minted(self.hour),
            Opened::Relayed => Counter::Relayed,
        };
        group.count(cell, counter, 1);
        Ok(cell)
    }

    /// Moves the count of a challenge from the cell in which it was counted when it was opened to
    /// this one.
    pub fn move_mint(&self, former: CellId, group: &Group) -> Result<CellId> {
        group.count(former, Counter::Minted(self.hour), -1);
        self.open(group, Opened::Minted)
    }

    /// Returns a cell for a kind that has none yet: a new one, or one that counts several kinds as other.
    fn new_cell(&self, group: &Group) -> Result<CellId> {
        let told_apart = Self {
            purpose: self.word(group, Dimension::Purpose, self.purpose, MAX_WORDS)?,
            locale: self.word(group, Dimension::Locale, self.locale, MAX_WORDS)?,
            domain: self.word(group, Dimension::Domain, self.domain, MAX_DOMAINS)?,
            ..*self
        };
        if let Some(cell) = told_apart.cell(group)? {
            return Ok(cell);
        }
        let other = Self { purpose: OTHER, locale: OTHER, domain: OTHER, ..*self };
        let bounded = if self.has_room(group)? { told_apart } else { other };
        match bounded.cell(group)? {
            Some(cell) => Ok(cell),
            None => bounded.add(group),
        }
    }

    fn cell(&self, group: &Group) -> Result<Option<CellId>> {
        let words = [self.purpose, self.channel, self.locale, self.domain].join("\0");
        let kind = format!("{}\0{}\0{words}", self.tenant.0, self.day);
        if let Some(known) = group.cells().find(&kind) {
            return Ok(Some(known));
        }
        let sql = "SELECT id FROM cells WHERE tenant = ?1 AND day = ?2 AND purpose = ?3 \
                   AND channel = ?4 AND locale = ?5 AND domain = ?6";
        let key = with![self.tenant, self.day, self.purpose, self.channel, self.locale, self.domain];
        let found = group.first(sql, key, |row| row.get().map(CellId))?;
        if let Some(cell) = found
            && !group.has_added_cell(cell)
        {
            group.cells().keep(kind, cell);
        }
        Ok(found)
    }

    fn add(&self, group: &Group) -> Result<CellId> {
        let sql = "INSERT INTO cells (id, tenant, day, purpose, channel, locale, domain) \
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        let cell = group.draw(self.minted_at);
        let row = with![cell, self.tenant, self.day, self.purpose, self.channel, self.locale, self.domain];
        group.later(sql, row)?;
        group.add_cell(CellId(cell));
        Ok(CellId(cell))
    }

    /// Returns the word itself if it was already counted on this day or there is room for one more;
    /// otherwise other.
    fn word(&self, tx: &dyn Tx, of: Dimension, word: &'a str, max: i64) -> Result<&'a str> {
        let sql = "SELECT 1 FROM cell_words WHERE tenant = ?1 AND day = ?2 AND dimension = ?3 AND word = ?4";
        let key = with![self.tenant, self.day, of.as_str(), word];
        if tx.has(sql, key)? {
            return Ok(word);
        }
        let sql = "SELECT count(*) FROM cell_words WHERE tenant = ?1 AND day = ?2 AND dimension = ?3";
        let known: i64 = tx.one(sql, with![self.tenant, self.day, of.as_str()], |row| row.get())?;
        if known >= max {
            return Ok(OTHER);
        }
        let sql = "INSERT INTO cell_words (tenant, day, dimension, word) VALUES (?1, ?2, ?3, ?4)";
        tx.later(sql, key)?;
        Ok(word)
    }

    fn has_room(&self, tx: &dyn Tx) -> Result<bool> {
        let sql = "SELECT count(*) FROM cells WHERE tenant = ?1 AND day = ?2";
        let cells: i64 = tx.one(sql, with![self.tenant, self.day], |row| row.get())?;
        Ok(cells < MAX_CELLS)
    }
}

/// Deletes at most `limit` cells, and as many words, from before `day`.
pub fn delete_before(tx: &dyn Tx, day: Day, limit: usize) -> Result<usize> {
    let with = with![day.number(), limit];
    let sql = "DELETE FROM cell_words WHERE (tenant, day, dimension, word) IN \
               (SELECT tenant, day, dimension, word FROM cell_words WHERE day < ?1 ORDER BY day LIMIT ?2)";
    let words = tx.change(sql, with)?;
    let old = "SELECT id FROM cells WHERE day < ?1 ORDER BY day, id LIMIT ?2";
    tx.later(&format!("DELETE FROM counts WHERE cell IN ({old})"), with)?;
    let cells = tx.change(&format!("DELETE FROM cells WHERE id IN ({old})"), with)?;
    Ok(words.max(cells))
}
