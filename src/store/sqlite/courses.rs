//! How days went: out of the cells that everything is counted in.

use rusqlite::{Connection, Row};

use crate::domain::deliveries::delivery::DeliveryError;
use crate::domain::reports::course::{Course, CourseQuery, HOURS, Hour, WAITS, Waits};
use crate::domain::reports::statistics::Day;

/// The days that were asked for, oldest first.
pub(super) fn by_day(connection: &Connection, asked: &CourseQuery) -> rusqlite::Result<Vec<(Day, Course)>> {
    let whose = asked.tenant.map(|tenant| tenant.0);
    let mut query = connection.prepare_cached(&statement(whose.is_some()))?;
    let parameters = (asked.from.number(), asked.to.number(), whose);
    let rows = query.query_map(parameters, |row| Ok((Day::from_number(row.get(0)?), course(row)?)))?;
    rows.collect()
}

fn statement(of_one_tenant: bool) -> String {
    let columns: Vec<String> = columns().map(|column| format!("sum({column})")).collect();
    let whose = if of_one_tenant { "tenant = ?3" } else { "?3 IS NULL" };
    format!(
        "SELECT day, {} FROM statistics WHERE day BETWEEN ?1 AND ?2 AND {whose} GROUP BY day ORDER BY day",
        columns.join(", ")
    )
}

/// In the order in which [`course`] reads them.
fn columns() -> impl Iterator<Item = String> {
    let of_hours = |word: &'static str| (0..HOURS).map(move |hour| format!("{word}_{hour:02}"));
    let waits = WAITS.iter().map(|step| format!("sent_{step}"));
    let causes = DeliveryError::ALL.iter().map(|reason| format!("failed_{}", reason.as_str()));
    of_hours("minted").chain(of_hours("verified")).chain(waits).chain(causes)
}

fn course(row: &Row) -> rusqlite::Result<Course> {
    let numbers =
        (1..=columns().count()).map(|column| Ok(u64::try_from(row.get::<_, i64>(column)?).unwrap_or(0)));
    let numbers: Vec<u64> = numbers.collect::<rusqlite::Result<_>>()?;
    let mut rest = numbers.into_iter();
    let mut next = || rest.next().unwrap_or_default();
    let minted: [u64; HOURS] = std::array::from_fn(|_| next());
    let hours = minted.map(|minted| Hour { minted, verified: next() });
    Ok(Course {
        hours,
        waits: Waits(std::array::from_fn(|_| next())),
        causes: std::array::from_fn(|_| next()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sqlite::schema;

    #[test]
    fn days_are_found_by_their_index_and_every_column_is_there() {
        let mut connection = Connection::open_in_memory().unwrap();
        schema::migrate(&mut connection).unwrap();
        for (of_one_tenant, index) in
            [(true, "statistics_cell (tenant=? AND day>? AND day<?)"), (false, "statistics_day")]
        {
            let sql = format!("EXPLAIN QUERY PLAN {}", statement(of_one_tenant));
            let plan: String = connection.query_row(&sql, (1, 2, 3), |row| row.get(3)).unwrap();
            assert!(plan.starts_with("SEARCH statistics USING INDEX") && plan.contains(index), "{plan}");
        }
    }
}
