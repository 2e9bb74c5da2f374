//! What was counted for a tenant, hour by hour.

use crate::domain::id::TenantId;
use crate::domain::reports::course::{self, CourseQuery};
use crate::domain::reports::statistics::Day;
use crate::domain::spray::answers::{Answers, HOURS, Hour};
use crate::domain::spray::luck::Luck;
use crate::domain::time::Timestamp;
use crate::store::sql::failed::Result;
use crate::store::sql::reports;
use crate::store::sql::row::Row;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;

use super::guesses::hour_of;

/// Returns what was counted for a tenant, over all lanes, in the hours that matter now. Mints and verifications are in
/// the statistics, by the same hours.
pub fn of(tx: &dyn Tx, tenant: TenantId, now: Timestamp) -> Result<Vec<Hour>> {
    let first = hour_of(now) - HOURS;
    let sql = "SELECT hour, CAST(sum(exhausted) AS BIGINT), CAST(sum(wrong) AS BIGINT), \
               CAST(sum(explained) AS BIGINT), CAST(sum(recipients) AS BIGINT), CAST(sum(luck) AS BIGINT) \
               FROM guesses WHERE tenant = ?1 AND hour >= ?2 GROUP BY hour ORDER BY hour";
    let mut hours = tx.all(sql, with![tenant, first], read)?;
    let to = Day::of(now);
    let asked = CourseQuery { tenant: Some(tenant), from: Day::from_number(to.number() - 1), to };
    for (day, course) in reports::by_day(tx, &asked)? {
        let day = hour_of(day.begins_at());
        hours.extend((day..).zip(&course.hours).map(|(number, counted)| answered(number, *counted)));
    }
    Ok(hours)
}

fn answered(number: i64, counted: course::Hour) -> Hour {
    let number_of = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let (opened, verified) = (number_of(counted.minted), number_of(counted.verified));
    Hour { number, answers: Answers { opened, verified, ..Answers::default() } }
}

fn read(row: &mut Row) -> Result<Hour> {
    Ok(Hour {
        number: row.get()?,
        answers: Answers {
            exhausted: row.get()?,
            wrong: row.get()?,
            explained: row.get()?,
            recipients: row.get()?,
            luck: Luck(row.get()?),
            ..Answers::default()
        },
    })
}
