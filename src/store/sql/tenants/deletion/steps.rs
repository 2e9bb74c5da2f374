//! What belongs to a tenant: table by table, in the order in which it is deleted.
//!
//! A test compares this list with the schema, so that a new table cannot be forgotten.

use crate::domain::id::TenantId;
use crate::store::sql::failed::Result;
use crate::store::sql::scan::{self, Scanned};
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;

/// The maximum number of rows that one round deletes: a few milliseconds of the writer's time.
pub const ROUND: usize = 500;

/// The number of cells in one round; each has some dozens of counts.
const CELLS: usize = 20;

/// The number of factors in one round; each has some recovery codes.
const FACTORS: usize = 50;

/// One kind of rows.
#[derive(Clone, Copy)]
pub enum Step {
    /// Rows that an index finds by their tenant, or of which there are never many: the table, and its primary key.
    Owned(&'static str, &'static str),
    /// Rows whose primary key begins with the tenant and this column, by which they are taken in order: to find them one
    /// by one, an engine would read all of the tenant's.
    Ordered(&'static str, &'static str),
    /// Factors, and their recovery codes.
    Factors,
    /// Statistics: cells, and their counts.
    Cells,
    /// Rows that only a walk over the whole table finds.
    Scanned(Scanned),
}

/// All of them. Messages go first, so that none is sent any more, and cells when nothing counts in them any more.
pub const STEPS: [Step; 26] = [
    Step::Owned("outbox", "challenge"),
    Step::Owned("fallbacks", "challenge"),
    Step::Scanned(scan::CHALLENGES),
    Step::Scanned(scan::DELIVERIES),
    Step::Ordered("idempotency", "key"),
    Step::Owned("results", "hash"),
    Step::Owned("sandbox_mails", "id"),
    Step::Owned("webhooks", "id"),
    Step::Scanned(scan::EVENTS),
    Step::Owned("factor_results", "hash"),
    Step::Factors,
    Step::Ordered("recipients", "recipient"),
    Step::Ordered("recipient_moves", "former"),
    Step::Ordered("phone_trails", "key"),
    Step::Ordered("phone_tallies", "country"),
    Step::Ordered("guesses", "hour"),
    Step::Owned("phone_blocks", "tenant, rule, key"),
    Step::Owned("hooks", "id"),
    Step::Owned("templates", "tenant, purpose, locale, medium"),
    Step::Owned("logos", "tenant"),
    Step::Owned("route_logins", "id"),
    Step::Owned("origins", "origin, tenant"),
    Step::Owned("sessions", "hash"),
    Step::Owned("secret_keys", "id"),
    Step::Cells,
    Step::Ordered("cell_words", "day"),
];

/// The tenant, and its sandbox; the tenant twice if it has none.
pub type Both = [TenantId; 2];

/// Deletes some rows of a kind that is found by its tenant.
pub fn delete(tx: &dyn Tx, step: Step, both: Both) -> Result<Deleted> {
    let (rows, most) = match step {
        Step::Owned(table, key) => {
            let sql = format!(
                "DELETE FROM {table} WHERE ({key}) IN \
                 (SELECT {key} FROM {table} WHERE tenant IN (?1, ?2) LIMIT ?3)"
            );
            (tx.change(&sql, with![both[0], both[1], ROUND])?, ROUND)
        }
        Step::Ordered(table, column) => {
            let sql = format!(
                "DELETE FROM {table} WHERE tenant = ?1 AND {column} <= coalesce(\
                 (SELECT {column} FROM {table} WHERE tenant = ?1 ORDER BY {column} LIMIT 1 OFFSET ?2), \
                 (SELECT {column} FROM {table} WHERE tenant = ?1 ORDER BY {column} DESC LIMIT 1))"
            );
            let mut rows = 0;
            for tenant in both {
                rows += tx.change(&sql, with![tenant, ROUND / 2])?;
            }
            return Ok(Deleted { rows, more: rows > 0 });
        }
        Step::Factors => {
            let some = "SELECT id FROM factors WHERE tenant IN (?1, ?2) ORDER BY id LIMIT ?3";
            let with = with![both[0], both[1], FACTORS];
            tx.change(&format!("DELETE FROM recovery_codes WHERE factor IN ({some})"), with)?;
            (tx.change(&format!("DELETE FROM factors WHERE id IN ({some})"), with)?, FACTORS)
        }
        Step::Cells => {
            let some = "SELECT id FROM cells WHERE tenant IN (?1, ?2) ORDER BY id LIMIT ?3";
            let with = with![both[0], both[1], CELLS];
            tx.change(&format!("DELETE FROM counts WHERE cell IN ({some})"), with)?;
            (tx.change(&format!("DELETE FROM cells WHERE id IN ({some})"), with)?, CELLS)
        }
        Step::Scanned(_) => (0, ROUND),
    };
    Ok(Deleted { rows, more: rows == most })
}

/// What a round has deleted.
#[derive(Clone, Copy)]
pub struct Deleted {
    pub rows: usize,
    /// Whether there may be more of the same kind.
    pub more: bool,
}
