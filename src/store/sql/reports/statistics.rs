//! Statistics, computed from the cells.

use crate::domain::reports::statistics::{
    Counts, Day, Dimension, FactorCounts, Mark, StatisticsGroup, StatisticsQuery, VERIFICATION_TIME_BOUNDS,
    VerificationTimes,
};
use crate::store::sql::failed::Result;
use crate::store::sql::row::Row;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::Value;

use super::counter::{Counter, FAILED, MINTED, Numbers, SENT, VERIFIED};

/// Returns the requested groups, in the order of their marks.
pub fn groups(tx: &dyn Tx, asked: &StatisticsQuery) -> Result<Vec<StatisticsGroup>> {
    let by: Vec<Dimension> =
        Dimension::ALL.into_iter().filter(|dimension| asked.group_by.contains(dimension)).collect();
    let (sql, with) = statement(asked, &by);
    tx.all(&sql, &with, |row| {
        let marks = by.iter().map(|dimension| mark(row, *dimension)).collect::<Result<_>>()?;
        Ok(StatisticsGroup { marks, counts: counts(row)? })
    })
}

/// Builds the statement for a query. Its text is ours; the caller's values are bound.
fn statement<'a>(asked: &'a StatisticsQuery, by: &[Dimension]) -> (String, Vec<Value<'a>>) {
    let words: Vec<_> = by.iter().map(|dimension| format!("c.{}", dimension.as_str())).collect();
    let columns: Vec<String> = words.iter().cloned().chain(sums()).collect();
    let mut with = vec![Value::from(asked.from.number()), Value::from(asked.to.number())];
    let mut sql = format!(
        "SELECT {} FROM cells c JOIN counts n ON n.cell = c.id WHERE c.day BETWEEN ?1 AND ?2",
        columns.join(", ")
    );
    if let Some(tenant) = asked.tenant {
        with.push(tenant.into());
        sql.push_str(" AND c.tenant = ?3");
    }
    for (dimension, word) in &asked.only {
        with.push(word.into());
        sql.push_str(&format!(" AND c.{} = ?{}", dimension.as_str(), with.len()));
    }
    if !by.is_empty() {
        let words = words.join(", ");
        sql.push_str(&format!(" GROUP BY {words} ORDER BY {words} LIMIT {}", asked.limit));
    }
    (sql, with)
}

/// Returns the sums, in the order in which [`counts`] reads them.
fn sums() -> impl Iterator<Item = String> {
    let one = |counter: Counter| counter.number()..=counter.number();
    let counters = [
        MINTED,
        one(Counter::Resent),
        SENT,
        one(Counter::Delivered),
        FAILED,
        one(Counter::Refused),
        one(Counter::Mismatched),
        VERIFIED,
        one(Counter::Exhausted),
        one(Counter::Expired),
        one(Counter::Canceled),
        one(Counter::FactorAdded),
        one(Counter::FactorConfirmed),
        one(Counter::FactorChecked),
        one(Counter::FactorRecovered),
        one(Counter::FactorMismatched),
        one(Counter::FactorPaused),
        one(Counter::FactorRemoved),
        one(Counter::Relayed),
    ];
    counters
        .into_iter()
        .chain(VERIFICATION_TIME_BOUNDS.into_iter().map(move |step| one(Counter::Within(step))))
        .map(sum)
}

fn sum(counters: Numbers) -> String {
    let (first, last) = counters.into_inner();
    format!("coalesce(CAST(sum(CASE WHEN n.counter BETWEEN {first} AND {last} THEN n.n END) AS BIGINT), 0)")
}

fn mark(row: &mut Row, dimension: Dimension) -> Result<Mark> {
    Ok(match dimension {
        Dimension::Tenant => Mark::Tenant(row.get()?),
        Dimension::Day => Mark::Day(Day::from_number(row.get()?)),
        Dimension::Purpose | Dimension::Channel | Dimension::Locale | Dimension::Domain => {
            Mark::Word(dimension, row.get()?)
        }
    })
}

fn counts(row: &mut Row) -> Result<Counts> {
    let mut number = || -> Result<u64> { Ok(u64::try_from(row.get::<i64>()?).unwrap_or(0)) };
    let mut counts = Counts {
        minted: number()?,
        resent: number()?,
        sent: number()?,
        delivered: number()?,
        failed: number()?,
        refused: number()?,
        mismatched: number()?,
        verified: number()?,
        exhausted: number()?,
        expired: number()?,
        canceled: number()?,
        factors: FactorCounts {
            added: number()?,
            confirmed: number()?,
            checked: number()?,
            recovered: number()?,
            mismatched: number()?,
            paused: number()?,
            removed: number()?,
        },
        relayed: number()?,
        times: VerificationTimes::default(),
    };
    for count in &mut counts.times.0 {
        *count = number()?;
    }
    Ok(counts)
}
