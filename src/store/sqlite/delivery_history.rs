//! Deliveries, to be looked after: newest first, and the way of one.
//!
//! Nothing is indexed for them: the audit trail has a row for each mint, a tenant's own ones are found in
//! it, and it leads to the challenges that are still there.

use rusqlite::{Connection, OptionalExtension, Row};

use crate::domain::challenges::channel::ChannelKind;
use crate::domain::deliveries::delivery::DeliveryStatus;
use crate::domain::deliveries::history::{
    DeliveryCursor, DeliveryHistory, DeliveryPage, DeliveryQuery, DeliveryRow, HistoryQuery, Try, Waiting,
};
use crate::domain::id::{self, ChallengeId, TenantId};

use super::challenges::{self, challenge_columns};
use super::group::Former;
use super::row::{self, Columns};
use super::tx::SqliteTx;
use crate::store::sql::audit::trail::{self, LOOKED_AT};
use crate::store::sql::value::with;

/// A page of deliveries, newest first.
pub(super) fn page(connection: &Connection, asked: &DeliveryQuery) -> rusqlite::Result<DeliveryPage> {
    let whose = asked.tenant.map(|tenant| tenant.0);
    let (least, below) = (oldest(connection)?, asked.after.map_or(i64::MAX, |cursor| cursor.0));
    let tenant = if whose.is_some() { "tenant = ?1" } else { "?1 IS NULL" };
    let looked_at = format!(
        "SELECT id, event, challenge FROM audit \
         WHERE {tenant} AND id >= ?2 AND id < ?3 ORDER BY id DESC LIMIT {LOOKED_AT}"
    );
    let sql = format!(
        "SELECT a.id, c.tenant, {} FROM ({looked_at}) a JOIN challenges c ON c.id = a.challenge \
         WHERE a.event = 'minted' AND c.delivery IS NOT NULL AND (?4 IS NULL OR c.delivery = ?4) \
         AND (?5 IS NULL OR c.channel = ?5) ORDER BY a.id DESC LIMIT ?6",
        challenge_columns!()
    );
    let status = asked.status.map(DeliveryStatus::as_str);
    let channel = asked.channel.map(ChannelKind::as_str);
    let one_more = asked.limit as i64 + 1;
    let mut query = connection.prepare_cached(&sql)?;
    let found = query.query_map((whose, least, below, status, channel, one_more), |row| {
        let mut columns = Columns::of(row);
        Ok((columns.get()?, listed(&mut columns)?))
    })?;
    let mut found: Vec<(i64, DeliveryRow)> = found.collect::<rusqlite::Result<_>>()?;
    let next = match found.len() > asked.limit {
        true => {
            found.truncate(asked.limit);
            found.last().map(|(id, _)| *id)
        }
        false => trail::last_looked_at(&SqliteTx(connection), &looked_at, with![asked.tenant, least, below])
            .map_err(Former::error)?,
    };
    Ok(DeliveryPage { rows: found.into_iter().map(|(_, row)| row).collect(), next: next.map(DeliveryCursor) })
}

/// From before the mint of the oldest challenge the trail leads nowhere.
fn oldest(connection: &Connection) -> rusqlite::Result<i64> {
    let sql = "SELECT ifnull(min(id), 0) FROM challenges";
    let oldest = connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
    Ok(id::first_at(id::moment(oldest)))
}

fn listed(columns: &mut Columns) -> rusqlite::Result<DeliveryRow> {
    Ok(DeliveryRow { tenant: TenantId(columns.get()?), challenge: challenges::read(columns)? })
}

/// The way of the messages of a challenge.
pub(super) fn of_one(
    connection: &Connection,
    asked: HistoryQuery,
) -> rusqlite::Result<Option<DeliveryHistory>> {
    let sql = concat!(
        "SELECT c.tenant, ",
        challenge_columns!(),
        ", c.tries FROM challenges c WHERE c.id = ?1 AND (?2 IS NULL OR c.tenant = ?2) \
         AND c.delivery IS NOT NULL"
    );
    let read = |row: &Row| {
        let mut columns = Columns::of(row);
        Ok((listed(&mut columns)?, columns.get::<Option<String>>()?))
    };
    let parameters = (asked.challenge.0, asked.tenant.map(|tenant| tenant.0));
    let found = connection.prepare_cached(sql)?.query_row(parameters, read).optional()?;
    let Some((row, tries)) = found else { return Ok(None) };
    let audit = trail::about(&SqliteTx(connection), row.tenant, &row.challenge).map_err(Former::error)?;
    let waiting = waiting(connection, asked.challenge)?;
    Ok(Some(DeliveryHistory { row, tries: Try::parse_all(&tries.unwrap_or_default()), waiting, audit }))
}

fn waiting(connection: &Connection, challenge: ChallengeId) -> rusqlite::Result<Option<Waiting>> {
    let sql = "SELECT tries, due_at FROM outbox WHERE challenge = ?1";
    let read = |row: &Row| Ok(Waiting { tries: row.get(0)?, due_at: row::maybe_moment(row, 1)? });
    connection.prepare_cached(sql)?.query_row([challenge.0], read).optional()
}
