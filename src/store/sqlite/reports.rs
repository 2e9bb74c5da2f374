//! Looking back: numbers out of their cells, the audit trail page by page, deliveries.

use rusqlite::types::Value;
use rusqlite::{Connection, Row, params_from_iter};

use crate::domain::deliveries::history::{DeliveryHistory, DeliveryPage, DeliveryQuery, HistoryQuery};
use crate::domain::id::TenantId;
use crate::domain::reports::audit::{AuditPage, AuditQuery};
use crate::domain::reports::course::{Course, CourseQuery};
use crate::domain::reports::statistics::{
    Counts, Day, Dimension, Mark, STEPS, StatisticsGroup, StatisticsQuery, Times,
};
use crate::store::{ReportStore, Verb};

use super::{SqliteStore, courses, delivery_history};
use crate::store::sql::audit::trail;

impl ReportStore for SqliteStore {
    fn statistics(&self, asked: StatisticsQuery) -> Verb<'_, Vec<StatisticsGroup>> {
        self.engine.look_at_length(move |connection| groups(connection, &asked))
    }

    fn courses(&self, asked: CourseQuery) -> Verb<'_, Vec<(Day, Course)>> {
        self.engine.look_at_length(move |connection| courses::by_day(connection, &asked))
    }

    fn audit_page(&self, asked: AuditQuery) -> Verb<'_, AuditPage> {
        self.read_at_length(move |tx| trail::page(tx, &asked))
    }

    fn delivery_page(&self, asked: DeliveryQuery) -> Verb<'_, DeliveryPage> {
        self.engine.look_at_length(move |connection| delivery_history::page(connection, &asked))
    }

    fn delivery_history(&self, asked: HistoryQuery) -> Verb<'_, Option<DeliveryHistory>> {
        self.engine.look_at_length(move |connection| delivery_history::of_one(connection, asked))
    }
}

/// The columns of [`Counts`], in the order in which [`counts`] reads them.
const COUNTED: [&str; 9] =
    ["minted", "resent", "sent", "failed", "mismatched", "verified", "exhausted", "expired", "canceled"];

fn groups(connection: &Connection, asked: &StatisticsQuery) -> rusqlite::Result<Vec<StatisticsGroup>> {
    let by: Vec<Dimension> =
        Dimension::ALL.into_iter().filter(|dimension| asked.group_by.contains(dimension)).collect();
    let (sql, parameters) = statement(asked, &by);
    let mut query = connection.prepare(&sql)?;
    let rows = query.query_map(params_from_iter(parameters), |row| {
        let marks = by.iter().enumerate().map(|(column, dimension)| mark(row, column, *dimension));
        Ok(StatisticsGroup { marks: marks.collect::<rusqlite::Result<_>>()?, counts: counts(row, by.len())? })
    })?;
    rows.collect()
}

/// The statement for what is asked. Its words are ours; what the caller sent is bound.
fn statement(asked: &StatisticsQuery, by: &[Dimension]) -> (String, Vec<Value>) {
    let dimensions = by.iter().map(|dimension| dimension.as_str().to_owned());
    let sums = COUNTED.iter().map(|column| format!("ifnull(sum({column}), 0)"));
    let steps = STEPS.iter().map(|step| format!("ifnull(sum(within_{step}), 0)"));
    let columns: Vec<String> = dimensions.chain(sums).chain(steps).collect();
    let mut parameters = vec![Value::from(asked.from.number()), Value::from(asked.to.number())];
    let mut sql = format!("SELECT {} FROM statistics WHERE day BETWEEN ?1 AND ?2", columns.join(", "));
    if let Some(tenant) = asked.tenant {
        parameters.push(tenant.0.into());
        sql.push_str(" AND tenant = ?3");
    }
    for (dimension, word) in &asked.only {
        parameters.push(word.clone().into());
        sql.push_str(&format!(" AND {} = ?{}", dimension.as_str(), parameters.len()));
    }
    if !by.is_empty() {
        let words: Vec<_> = by.iter().map(|dimension| dimension.as_str()).collect();
        let words = words.join(", ");
        sql.push_str(&format!(" GROUP BY {words} ORDER BY {words} LIMIT {}", asked.limit));
    }
    (sql, parameters)
}

fn mark(row: &Row, column: usize, dimension: Dimension) -> rusqlite::Result<Mark> {
    Ok(match dimension {
        Dimension::Tenant => Mark::Tenant(TenantId(row.get(column)?)),
        Dimension::Day => Mark::Day(Day::from_number(row.get(column)?)),
        Dimension::Purpose | Dimension::Channel | Dimension::Locale | Dimension::Domain => {
            Mark::Word(dimension, row.get(column)?)
        }
    })
}

fn counts(row: &Row, first: usize) -> rusqlite::Result<Counts> {
    let number =
        |column: usize| row.get::<_, i64>(first + column).map(|number| u64::try_from(number).unwrap_or(0));
    let mut times = Times::default();
    for (step, count) in times.0.iter_mut().enumerate() {
        *count = number(COUNTED.len() + step)?;
    }
    Ok(Counts {
        minted: number(0)?,
        resent: number(1)?,
        sent: number(2)?,
        failed: number(3)?,
        mismatched: number(4)?,
        verified: number(5)?,
        exhausted: number(6)?,
        expired: number(7)?,
        canceled: number(8)?,
        times,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sqlite::schema;

    /// How SQLite would carry out a statement.
    fn plan(connection: &Connection, sql: &str, parameters: Vec<Value>) -> String {
        let mut query = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let rows = query.query_map(params_from_iter(parameters), |row| row.get::<_, String>(3)).unwrap();
        rows.collect::<rusqlite::Result<Vec<_>>>().unwrap().join("; ")
    }

    #[test]
    fn numbers_come_from_the_cells_of_the_days_asked_for_and_no_challenge_is_touched() {
        let mut connection = Connection::open_in_memory().unwrap();
        schema::migrate(&mut connection).unwrap();
        let asked = StatisticsQuery {
            tenant: Some(TenantId(1)),
            from: Day::from_number(1),
            to: Day::from_number(2),
            only: vec![(Dimension::Domain, "example.com".to_owned())],
            group_by: Dimension::ALL.to_vec(),
            limit: 10,
        };
        let (sql, parameters) = statement(&asked, &Dimension::ALL);
        let own = plan(&connection, &sql, parameters);
        assert!(
            own.starts_with("SEARCH statistics USING INDEX statistics_cell (tenant=? AND day>? AND day<?)"),
            "{own}"
        );
        let (sql, parameters) = statement(&StatisticsQuery { tenant: None, ..asked }, &[Dimension::Day]);
        let all = plan(&connection, &sql, parameters);
        assert!(all.starts_with("SEARCH statistics USING INDEX statistics_day (day>? AND day<?)"), "{all}");
        assert!(!own.contains("challenges") && !all.contains("challenges"), "{own} {all}");
    }
}
