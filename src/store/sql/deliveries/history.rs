//! Delivery reports: a list, newest first, and the history of one challenge.
//!
//! There is no index for them. The audit trail has a row for each mint and an index by tenant, and
//! leads to the challenges that still exist.

use crate::domain::challenges::channel::ChannelKind;
use crate::domain::deliveries::delivery::{DeliveryError, DeliveryStatus};
use crate::domain::deliveries::history::{
    DeliveryCursor, DeliveryHistory, DeliveryPage, DeliveryQuery, DeliveryRow, HistoryQuery, NextTry, Try,
};
use crate::domain::id::{self, ChallengeId};
use crate::store::sql::audit::trail::{self, LOOKED_AT};
use crate::store::sql::failed::Result;
use crate::store::sql::row::Row;
use crate::store::sql::rows::{read_shown, shown_columns};
use crate::store::sql::tx::Tx;
use crate::store::sql::value::{Value, with};

/// Returns a page of deliveries, newest first.
pub fn page(tx: &dyn Tx, asked: &DeliveryQuery) -> Result<DeliveryPage> {
    let (least, below) = (oldest(tx)?, asked.after.map_or(i64::MAX, |cursor| cursor.0));
    let tenant = if asked.tenant.is_some() { "tenant = ?1" } else { "CAST(?1 AS BIGINT) IS NULL" };
    let looked_at = format!(
        "SELECT id, event, challenge FROM audit \
         WHERE {tenant} AND id >= ?2 AND id < ?3 ORDER BY id DESC LIMIT {LOOKED_AT}"
    );
    let (status, channel) =
        (asked.status.map(DeliveryStatus::as_str), asked.channel.map(ChannelKind::as_str));
    let mut with = with![asked.tenant, least, below, status, channel, asked.limit + 1].to_vec();
    let sent_to = sent_to(asked, &mut with);
    let sql = format!(
        "SELECT a.id, c.tenant, {} FROM ({looked_at}) a JOIN challenges c ON c.id = a.challenge \
         WHERE a.event IN ('minted', 'relayed') AND c.delivery IS NOT NULL \
         AND (CAST(?4 AS TEXT) IS NULL OR c.delivery = ?4) AND (CAST(?5 AS TEXT) IS NULL OR c.channel = ?5) \
         {sent_to} ORDER BY a.id DESC LIMIT ?6",
        shown_columns!()
    );
    let mut found: Vec<(i64, DeliveryRow)> = tx.all(&sql, &with, |row| Ok((row.get()?, listed(row)?)))?;
    let next = match found.len() > asked.limit {
        true => {
            found.truncate(asked.limit);
            found.last().map(|(id, _)| *id)
        }
        false => trail::last_looked_at(tx, &looked_at, with![asked.tenant, least, below])?,
    };
    Ok(DeliveryPage { rows: found.into_iter().map(|(_, row)| row).collect(), next: next.map(DeliveryCursor) })
}

/// Returns the conditions on whom messages were for, and adds their values. The challenge knows it of the message that
/// is queued, and the deliveries of those that have ended.
fn sent_to<'a>(asked: &'a DeliveryQuery, with: &mut Vec<Value<'a>>) -> String {
    let mut place = |value: Value<'a>| {
        with.push(value);
        format!("?{}", with.len())
    };
    let country = asked.country.iter().map(|country| ("country", place(country.into())));
    let mut wanted: Vec<(&str, String)> = country.collect();
    if let Some(indexes) = &asked.recipient {
        let indexes: Vec<String> = indexes.iter().map(|index| place(index.into())).collect();
        wanted.push(("recipient", indexes.join(", ")));
    }
    let condition = |(column, places): (&str, String)| {
        format!(
            "AND (c.{column} IN ({places}) OR EXISTS (SELECT 1 FROM deliveries d \
             WHERE d.challenge = c.id AND d.{column} IN ({places}))) "
        )
    };
    wanted.into_iter().map(condition).collect()
}

/// Returns the lower bound of the scan: audit rows from before the mint of the oldest challenge
/// lead to no challenge.
fn oldest(tx: &dyn Tx) -> Result<i64> {
    let oldest = tx.one("SELECT coalesce(min(id), 0) FROM challenges", &[], |row| row.get())?;
    Ok(id::first_at(id::moment(oldest)))
}

fn listed(row: &mut Row) -> Result<DeliveryRow> {
    Ok(DeliveryRow { tenant: row.get()?, challenge: read_shown(row)? })
}

/// Returns the delivery history of a challenge.
pub fn of_challenge(tx: &dyn Tx, asked: HistoryQuery) -> Result<Option<DeliveryHistory>> {
    let sql = concat!(
        "SELECT c.tenant, ",
        shown_columns!(),
        " FROM challenges c WHERE c.id = ?1 AND (CAST(?2 AS BIGINT) IS NULL OR c.tenant = ?2) \
         AND c.delivery IS NOT NULL"
    );
    let Some(row) = tx.first(sql, with![asked.challenge, asked.tenant], listed)? else { return Ok(None) };
    let audit = trail::about(tx, row.tenant, &row.challenge)?;
    let mut tries = ended(tx, asked.challenge)?;
    let sql = "SELECT tries, due_at, log FROM outbox WHERE challenge = ?1";
    let read = |row: &mut Row| Ok((NextTry { tries: row.get()?, due_at: row.get()? }, log(row)?));
    let waiting = match tx.first(sql, with![asked.challenge], read)? {
        Some((waiting, log)) => {
            tries.extend(log);
            Some(waiting)
        }
        // The challenge itself has the outcome of the latest try.
        None => {
            tries.pop();
            None
        }
    };
    Ok(Some(DeliveryHistory { row, tries, waiting, audit }))
}

/// Returns the tries of messages that have ended, each message's outcome included.
fn ended(tx: &dyn Tx, challenge: ChallengeId) -> Result<Vec<Try>> {
    let sql = "SELECT log, at, error FROM deliveries WHERE challenge = ?1 ORDER BY message";
    let messages = tx.all(sql, with![challenge], |row| {
        let mut tries = log(row)?;
        tries.push(Try { at: row.get()?, failed: row.maybe_word(DeliveryError::parse)? });
        Ok(tries)
    })?;
    Ok(messages.concat())
}

fn log(row: &mut Row) -> Result<Vec<Try>> {
    Ok(row.get::<Option<String>>()?.map_or_else(Vec::new, |log| Try::parse_all(&log)))
}
