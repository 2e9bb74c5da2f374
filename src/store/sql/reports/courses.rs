//! Daily courses, computed from the cells.

use crate::domain::reports::course::{Course, CourseQuery};
use crate::domain::reports::statistics::Day;
use crate::store::sql::failed::Result;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;

use super::counter::{FAILED, MINTED, SENT, VERIFIED};

/// Returns the requested days, oldest first.
pub fn by_day(tx: &dyn Tx, asked: &CourseQuery) -> Result<Vec<(Day, Course)>> {
    let mut days: Vec<(Day, Course)> = Vec::new();
    let bounds = (asked.from.number(), asked.to.number());
    let mut add = |day: i64, counter: i64, n: i64| {
        let day = Day::from_number(day);
        if days.last().is_none_or(|(last, _)| *last != day) {
            days.push((day, Course::default()));
        }
        if let Some((_, course)) = days.last_mut()
            && let Some(number) = place(course, counter)
        {
            *number = u64::try_from(n).unwrap_or(0);
        }
    };
    let mut each = |row: &mut crate::store::sql::row::Row| {
        add(row.get()?, row.get()?, row.get()?);
        Ok(std::ops::ControlFlow::Continue(()))
    };
    match asked.tenant {
        None => tx.rows(OF_ALL, with![bounds.0, bounds.1], &mut each)?,
        Some(tenant) => tx.rows(OF_ONE, with![bounds.0, bounds.1, tenant], &mut each)?,
    }
    Ok(days)
}

const OF_ALL: &str = "SELECT c.day, n.counter, CAST(sum(n.n) AS BIGINT) FROM cells c \
                      JOIN counts n ON n.cell = c.id WHERE c.day BETWEEN ?1 AND ?2 \
                      GROUP BY c.day, n.counter ORDER BY c.day";

const OF_ONE: &str = "SELECT c.day, n.counter, CAST(sum(n.n) AS BIGINT) FROM cells c \
                      JOIN counts n ON n.cell = c.id WHERE c.day BETWEEN ?1 AND ?2 AND c.tenant = ?3 \
                      GROUP BY c.day, n.counter ORDER BY c.day";

/// Returns the field of a course that a counter belongs to, if there is one.
fn place(course: &mut Course, counter: i64) -> Option<&mut u64> {
    let within = |start: &i64| usize::try_from(counter - start).ok();
    match counter {
        _ if MINTED.contains(&counter) => {
            course.hours.get_mut(within(MINTED.start())?).map(|hour| &mut hour.minted)
        }
        _ if VERIFIED.contains(&counter) => {
            course.hours.get_mut(within(VERIFIED.start())?).map(|hour| &mut hour.verified)
        }
        // The first number is for messages whose time is not known.
        _ if SENT.contains(&counter) => course.waits.0.get_mut(within(&(SENT.start() + 1))?),
        _ if FAILED.contains(&counter) => course.causes.get_mut(within(FAILED.start())?),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::deliveries::delivery::DeliveryError;
    use crate::store::sql::reports::counter::Counter;

    #[test]
    fn each_counter_of_a_course_has_a_place_of_its_own() {
        let mut course = Course::default();
        let hours = (0..24).flat_map(|hour| [Counter::Minted(hour), Counter::Verified(hour)]);
        let reasons = DeliveryError::ALL.into_iter().map(Counter::Failed);
        let steps = crate::domain::reports::course::DELIVERY_TIME_BOUNDS
            .into_iter()
            .map(|step| Counter::Sent(Some(step)));
        for counter in hours.chain(reasons).chain(steps) {
            *place(&mut course, counter.number()).unwrap() += 1;
        }
        let hours = course.hours.iter().flat_map(|hour| [hour.minted, hour.verified]);
        assert!(hours.chain(course.waits.0).chain(course.causes).all(|number| number == 1), "{course:?}");
        for other in [Counter::Sent(None), Counter::Resent, Counter::Within(1)] {
            assert!(place(&mut course, other.number()).is_none(), "{other:?}");
        }
    }
}
