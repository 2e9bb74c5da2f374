//! Weighing what was counted: is a tenant under attack?
//!
//! What counts is not how many answers are wrong, but how many accounts the wrong ones are expected to open. People
//! mistype too: an answer whose challenge is verified afterwards is explained, whatever its number, since whoever gave
//! it had the code. An attacker cannot explain guesses at the codes of others. Some people give up, so that a share of
//! what was verified is tolerated besides; because an attacker can verify challenges of its own, that share is bounded.

use crate::domain::time::Timestamp;

use super::answers::{Answers, HOUR, HOURS, Hour};
use super::luck::Luck;
use super::rules::SprayRules;
use super::suspicion::{Level, Origin, Suspicion};

/// Into how many parts a budget is divided: so much of it is used up at most before it is weighed again. Every node
/// adds up for itself.
pub const PARTS: i64 = 64;

/// The most that is tolerated for what was verified, in budgets.
pub const MOST_TOLERATED: i64 = 4;

/// A suspicion begins with at least so many recipients: one or a few have limits of their own.
pub const LEAST_RECIPIENTS: i64 = 10;

/// Returns the suspicion that what was counted in these hours gives, after the former one.
///
/// A level is reached at a bound and left at half of it, so that it does not come and go.
pub fn weigh(
    hours: &[Hour],
    former: Option<&Suspicion>,
    rules: &SprayRules,
    now: Timestamp,
) -> Option<Suspicion> {
    let former = former.filter(|former| former.lasts(now));
    let present = now.as_millis().div_euclid(HOUR);
    let seen = within(hours, present);
    let ordered = former.filter(|former| former.origin == Origin::Ordered);
    let counted = Level::ALL.into_iter().rev().find(|level| {
        let has_begun = former.is_some_and(|former| former.level >= *level);
        let excess = excess(&seen, rules);
        match has_begun {
            true => excess >= left_below(*level, rules),
            false => excess >= reached_at(*level, rules) && seen.recipients >= LEAST_RECIPIENTS,
        }
    });
    let (level, origin) = match (ordered, counted) {
        (Some(ordered), _) => (ordered.level, Origin::Ordered),
        (None, Some(level)) => (level, Origin::Counted),
        (None, None) => return None,
    };
    let by_itself = Timestamp::from_millis((present + quiet_after(hours, present, level, rules)) * HOUR);
    let until = ordered.map_or(by_itself, |ordered| ordered.until.max(by_itself));
    let since = former.filter(|former| former.level == level).map_or(now, |former| former.since);
    let measures = rules.taken().filter(|_| level == Level::UnderAttack);
    Some(Suspicion { level, origin, since, until, measures, seen })
}

/// The sum over the hours that count in an hour. One that is ahead of the clock counts as well.
fn within(hours: &[Hour], present: i64) -> Answers {
    let mut sum = Answers::default();
    for hour in hours.iter().filter(|hour| hour.number >= present - HOURS) {
        sum += hour.answers;
    }
    sum
}

/// The luck that neither right answers nor what is tolerated explain.
fn excess(answers: &Answers, rules: &SprayRules) -> Luck {
    let expected = answers.verified.saturating_mul(rules.tolerated_percent.into()) / 100;
    let tolerated = answers.luck.share(expected, answers.unexplained());
    (answers.luck - tolerated.min(rules.budget.times(MOST_TOLERATED))).max(Luck::default())
}

fn reached_at(level: Level, rules: &SprayRules) -> Luck {
    match level {
        Level::Suspicious => rules.budget.part(4),
        Level::UnderAttack => rules.budget,
    }
}

fn left_below(level: Level, rules: &SprayRules) -> Luck {
    reached_at(level, rules).part(2)
}

/// In how many hours the level is left if nothing more is counted.
fn quiet_after(hours: &[Hour], present: i64, level: Level, rules: &SprayRules) -> i64 {
    let is_left = |ahead: &i64| excess(&within(hours, present + ahead), rules) < left_below(level, rules);
    (1..=HOURS).find(is_left).unwrap_or(HOURS + 1)
}

#[cfg(test)]
mod tests;
