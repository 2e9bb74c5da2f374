//! Counters of recipients to whom nothing has happened for long: found and deleted.

use rusqlite::Connection;

use crate::domain::id;
use crate::domain::limits::history::History;
use crate::domain::time::Timestamp;

/// A place in one of the two tables: everything up to it has been looked at.
pub(super) type Position = Option<(i64, [u8; 16])>;

/// Which counters may go.
#[derive(Clone, Copy)]
pub(super) struct Idle {
    /// Those whose latest event is older than this.
    pub(super) since: Timestamp,
    /// Unless there are so many wrong answers in a row.
    pub(super) in_a_row: u32,
}

/// Looks at the next `limit` rows of `table` after `position` and deletes the idle ones.
pub(super) fn delete_idle(
    connection: &Connection,
    table: Table,
    position: &mut Position,
    idle: Idle,
    limit: usize,
) -> rusqlite::Result<usize> {
    let (tenant, recipient) = position.unwrap_or((i64::MIN, [0; 16]));
    let mut query = connection.prepare_cached(table.next_rows())?;
    let rows = query.query_map((tenant, recipient, limit as i64), |row| {
        let counted = History::from_bytes(row.get_ref(2)?.as_blob()?).latest();
        let opened = row.get_ref(3)?.as_blob()?.last_chunk::<8>().copied();
        let opened = opened.map(|raw| id::moment(i64::from_be_bytes(raw)));
        Ok((row.get(0)?, row.get(1)?, counted.max(opened), row.get(4)?))
    })?;
    let rows: Vec<(i64, [u8; 16], Option<Timestamp>, u32)> = rows.collect::<rusqlite::Result<_>>()?;
    *position = rows.last().filter(|_| rows.len() == limit).map(|row| (row.0, row.1));
    let mut deleted = 0;
    let mut delete = connection.prepare_cached(table.delete())?;
    for (tenant, recipient, latest, in_a_row) in rows {
        if latest.is_none_or(|latest| latest < idle.since) && in_a_row < idle.in_a_row {
            deleted += delete.execute((tenant, recipient))?;
        }
    }
    Ok(deleted)
}

/// One of the two tables of counters.
#[derive(Clone, Copy)]
pub(super) enum Table {
    Sends,
    Failures,
}

impl Table {
    fn next_rows(self) -> &'static str {
        match self {
            Self::Sends => {
                "SELECT tenant, recipient, times, latest, 0 FROM recipient_sends \
                 WHERE (tenant, recipient) > (?1, ?2) ORDER BY tenant, recipient LIMIT ?3"
            }
            Self::Failures => {
                "SELECT tenant, recipient, times, x'', in_a_row FROM recipient_failures \
                 WHERE (tenant, recipient) > (?1, ?2) ORDER BY tenant, recipient LIMIT ?3"
            }
        }
    }

    /// All rows with what they have counted, and how that is changed in one of them.
    pub(super) fn times(self) -> (&'static str, &'static str) {
        match self {
            Self::Sends => (
                "SELECT tenant, recipient, times FROM recipient_sends",
                "UPDATE recipient_sends SET times = ?3 WHERE tenant = ?1 AND recipient = ?2",
            ),
            Self::Failures => (
                "SELECT tenant, recipient, times FROM recipient_failures",
                "UPDATE recipient_failures SET times = ?3 WHERE tenant = ?1 AND recipient = ?2",
            ),
        }
    }

    /// Deletes the counter of one recipient.
    pub(super) fn delete(self) -> &'static str {
        match self {
            Self::Sends => "DELETE FROM recipient_sends WHERE tenant = ?1 AND recipient = ?2",
            Self::Failures => "DELETE FROM recipient_failures WHERE tenant = ?1 AND recipient = ?2",
        }
    }
}
