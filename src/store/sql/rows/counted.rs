//! The rows that the rules against toll fraud count in.

use crate::domain::id::TenantId;
use crate::domain::phone::fraud::tally::Tally;
use crate::domain::phone::fraud::trail::{Mark, Trail};
use crate::domain::reports::statistics::Day;
use crate::domain::secret::TrailKey;
use crate::store::sql::dialect::lock;
use crate::store::sql::failed::Result;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;

/// The messages to a range of numbers, or for an end user.
#[derive(Default)]
pub struct TrailRow {
    /// Whether the database has a row.
    is_kept: bool,
    pub trail: Trail,
}

impl TrailRow {
    /// Loads a trail; it is empty if there is none.
    pub fn load(tx: &dyn Tx, tenant: TenantId, key: TrailKey) -> Result<Self> {
        let sql = concat!("SELECT steps FROM phone_trails WHERE tenant = ?1 AND key = ?2 ", lock!());
        let found = tx.first(sql, with![tenant, &key], |row| Ok(Trail::from_bytes(row.bytes()?)))?;
        Ok(Self { is_kept: found.is_some(), trail: found.unwrap_or_default() })
    }

    /// Writes the trail, or deletes the row of an empty one.
    pub fn write(&self, tx: &dyn Tx, tenant: TenantId, key: TrailKey) -> Result<()> {
        let Some(latest) = self.trail.latest() else {
            return match self.is_kept {
                true => {
                    let sql = "DELETE FROM phone_trails WHERE tenant = ?1 AND key = ?2";
                    tx.later(sql, with![tenant, &key])
                }
                false => Ok(()),
            };
        };
        // Where there was no row, another node may have inserted one: its count must not be overwritten.
        let sql = match self.is_kept {
            true => "UPDATE phone_trails SET steps = ?3, day = ?4 WHERE tenant = ?1 AND key = ?2",
            false => "INSERT INTO phone_trails (tenant, key, steps, day) VALUES (?1, ?2, ?3, ?4)",
        };
        tx.later(sql, with![tenant, &key, &self.trail.to_bytes(), Day::of(latest).number()])
    }
}

/// The messages of a tenant, of the server, or to a country.
#[derive(Default)]
pub struct TallyRow {
    /// Whether the database has a row.
    is_kept: bool,
    pub tally: Tally,
}

impl TallyRow {
    /// Loads a tally; it is empty if there is none.
    pub fn load(tx: &dyn Tx, tenant: TenantId, country: Mark) -> Result<Self> {
        let sql = concat!("SELECT sends FROM phone_tallies WHERE tenant = ?1 AND country = ?2 ", lock!());
        let found = tx.first(sql, with![tenant, &country], |row| Ok(Tally::from_bytes(row.bytes()?)))?;
        Ok(Self { is_kept: found.is_some(), tally: found.unwrap_or_default() })
    }

    /// Writes the tally.
    pub fn write(&self, tx: &dyn Tx, tenant: TenantId, country: Mark) -> Result<()> {
        let sql = match self.is_kept {
            true => "UPDATE phone_tallies SET sends = ?3, day = ?4 WHERE tenant = ?1 AND country = ?2",
            false => "INSERT INTO phone_tallies (tenant, country, sends, day) VALUES (?1, ?2, ?3, ?4)",
        };
        tx.later(sql, with![tenant, &country, &self.tally.to_bytes(), self.tally.last_day()])
    }
}
