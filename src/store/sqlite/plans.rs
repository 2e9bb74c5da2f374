//! Tests of SQLite's query plans for reports: they use the indexes of the cells and of the recipients, and read no table
//! from end to end.

use std::cell::RefCell;
use std::ops::ControlFlow;

use rusqlite::Connection;

use crate::domain::deliveries::search::{RecipientFilter, RecipientQuery};
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::reports::course::CourseQuery;
use crate::domain::reports::statistics::{Day, Dimension, StatisticsQuery};
use crate::domain::secret::RecipientIndex;
use crate::domain::time::Timestamp;
use crate::store::sql::deliveries::search;
use crate::store::sql::failed::Result;
use crate::store::sql::reports;
use crate::store::sql::tx::{RowCallback, Tx};
use crate::store::sql::value::Value;

use super::schema;
use super::tx::SqliteTx;

/// Records the plans of statements, and returns no rows.
struct Explained<'a> {
    tx: SqliteTx<'a>,
    plans: RefCell<Vec<String>>,
}

impl Tx for Explained<'_> {
    fn rows(&self, sql: &str, with: &[Value<'_>], _: RowCallback<'_>) -> Result<()> {
        self.tx.rows(&format!("EXPLAIN QUERY PLAN {sql}"), with, &mut |row| {
            let _: (i64, i64, i64) = (row.get()?, row.get()?, row.get()?);
            self.plans.borrow_mut().push(row.get()?);
            Ok(ControlFlow::Continue(()))
        })
    }

    fn change(&self, _: &str, _: &[Value<'_>]) -> Result<usize> {
        Ok(0)
    }
}

fn plan(ask: impl Fn(&dyn Tx) -> Result<()>) -> String {
    let mut connection = Connection::open_in_memory().unwrap();
    schema::migrate(&mut connection).unwrap();
    let explained = Explained { tx: SqliteTx(&connection), plans: RefCell::default() };
    ask(&explained).unwrap();
    explained.plans.into_inner().join("; ")
}

#[test]
fn numbers_come_from_the_cells_of_the_days_asked_for() {
    let of_one = StatisticsQuery {
        tenant: Some(TenantId(1)),
        from: Day::from_number(1),
        to: Day::from_number(2),
        only: vec![(Dimension::Domain, "example.com".to_owned())],
        group_by: Dimension::ALL.to_vec(),
        limit: 10,
    };
    let of_all = StatisticsQuery { tenant: None, group_by: vec![Dimension::Day], ..of_one.clone() };
    let own = plan(|tx| reports::groups(tx, &of_one).map(|_| ()));
    assert!(own.contains("USING COVERING INDEX cells_kind (tenant=? AND day>? AND day<?)"), "{own}");
    let all = plan(|tx| reports::groups(tx, &of_all).map(|_| ()));
    assert!(all.contains("INDEX cells_day (day>? AND day<?)"), "{all}");
    for plan in [own, all] {
        assert!(
            plan.contains("SEARCH n USING PRIMARY KEY (cell=?)") && !plan.contains("challenges"),
            "{plan}"
        );
    }
}

#[test]
fn the_course_of_days_is_found_by_their_index() {
    let asked = |tenant| CourseQuery { tenant, from: Day::from_number(1), to: Day::from_number(2) };
    let own = plan(|tx| reports::by_day(tx, &asked(Some(TenantId(1)))).map(|_| ()));
    assert!(own.contains("INDEX cells_kind (tenant=? AND day>? AND day<?)"), "{own}");
    let all = plan(|tx| reports::by_day(tx, &asked(None)).map(|_| ()));
    assert!(all.contains("INDEX cells_day (day>? AND day<?)"), "{all}");
}

#[test]
fn what_was_sent_to_a_recipient_is_found_by_its_index() {
    let asked = RecipientQuery {
        tenant: TenantId(1),
        indexes: vec![RecipientIndex([1; 16]), RecipientIndex([2; 16])],
        overall: vec![RecipientIndex([3; 16])],
        now: Timestamp::from_millis(0),
        filter: RecipientFilter { limit: 20, ..RecipientFilter::default() },
    };
    let listed = plan(|tx| search::page(tx, &asked).map(|_| ()));
    let by_recipient =
        "INDEX deliveries_recipient (tenant=? AND recipient=? AND challenge>? AND challenge<?)";
    assert!(listed.contains(by_recipient) && !listed.contains("SCAN"), "{listed}");
    let one = plan(|tx| search::found(tx, &asked, ChallengeId(2)).map(|_| ()));
    assert!(one.contains("deliveries USING PRIMARY KEY (challenge=?)") && !one.contains("SCAN"), "{one}");
}
