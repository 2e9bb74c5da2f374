//! Tests of tallies.

use super::*;

const FLOOR: Unverified = Unverified { day: 20, hour: 3 };
const START: i64 = 1_800_000_000;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis((START + seconds) * 1000)
}

fn sent(tally: &mut Tally, count: u32, verified: u32, now: Timestamp) {
    (0..count).for_each(|_| tally.record_send(now));
    tally.record_verified(verified, now);
}

#[test]
fn a_budget_is_never_exceeded_and_is_free_again_when_it_says() {
    let budget = Budget { hour: Some(3), day: Some(5) };
    let mut tally = Tally::default();
    for _ in 0..3 {
        assert_eq!(tally.over_budget(budget, at(0)), None);
        tally.record_send(at(0));
    }
    let wait = tally.over_budget(budget, at(0)).unwrap();
    assert!(wait >= Duration::from_secs(3_600) && wait <= Duration::from_secs(3_900), "{wait:?}");
    assert!(tally.over_budget(budget, at(0) + (wait - Duration::from_secs(1))).is_some());
    let later = at(0) + wait;
    for _ in 0..2 {
        assert_eq!(tally.over_budget(budget, later), None);
        tally.record_send(later);
    }
    let wait = tally.over_budget(budget, later).unwrap();
    assert!(wait > Duration::from_secs(22 * 3_600), "the day is spent: {wait:?}");
    assert_eq!(tally.over_budget(budget, later + wait), None);
    assert_eq!(tally.over_budget(Budget::NONE, later), None);
}

#[test]
fn a_tenant_is_told_once_when_four_fifths_are_spent() {
    let budget = Budget { hour: None, day: Some(10) };
    let mut tally = Tally::default();
    let told: Vec<usize> = (0..10)
        .map(|second| {
            tally.record_send(at(second));
            tally.warn(budget, at(second)).len()
        })
        .collect();
    assert_eq!(told, [0, 0, 0, 0, 0, 0, 0, 1, 0, 0]);
    let next = at(2 * 86_400);
    sent(&mut tally, 8, 0, next);
    assert_eq!(tally.warn(budget, next), [BudgetWarning { period: "day", used: 8, of: 10 }]);
}

#[test]
fn unverified_codes_are_suspicious_above_the_greatest_of_three_bounds() {
    let refused = |tally: &Tally, now| tally.too_many_unverified(FLOOR, now).is_some();
    let spread = |hours: i64, count: u32, verified: u32| {
        let mut tally = Tally::default();
        (0..hours).for_each(|hour| sent(&mut tally, count, verified, at(hour * 7_200)));
        (tally, at(hours * 7_200))
    };
    for (hours, count, verified, is_refused) in [
        // The floor of a day is 20.
        (9, 2, 0, false),
        (10, 2, 0, true),
        // A fifth of 140 verified is 28.
        (10, 16, 14, false),
        (10, 17, 14, true),
    ] {
        let (tally, now) = spread(hours, count, verified);
        assert_eq!(refused(&tally, now), is_refused, "{hours} × {count}, {verified} verified");
    }
    // The floor of an hour is 3, and a sixth of the day's bound is 3⅓.
    for (count, verified, is_refused) in [(2, 0, false), (3, 0, true), (24, 20, true), (23, 20, false)] {
        let mut tally = Tally::default();
        sent(&mut tally, count, verified, at(0));
        assert_eq!(refused(&tally, at(0)), is_refused, "{count} in an hour, {verified} verified");
    }
}

#[test]
fn the_best_day_of_a_fortnight_makes_room() {
    let mut tally = Tally::default();
    sent(&mut tally, 300, 300, at(0));
    let later = at(10 * 86_400);
    sent(&mut tally, 9, 0, later);
    assert_eq!(tally.too_many_unverified(FLOOR, later), None, "a fifth of 300 is 60, a sixth of it 10");
    let much_later = at(26 * 86_400);
    sent(&mut tally, 9, 0, much_later);
    assert!(tally.too_many_unverified(FLOOR, much_later).is_some());
}

#[test]
fn a_country_whose_codes_nobody_enters_raises_an_alarm_once_an_hour() {
    let alarm = ConversionAlarm { percent: 20, messages: 50 };
    let raised = |count, verified| {
        let mut tally = Tally::default();
        sent(&mut tally, count, verified, at(0));
        tally.alarm(alarm, at(0)).is_some()
    };
    assert!(!raised(49, 0) && raised(50, 0) && raised(50, 9) && !raised(50, 10));
    let mut tally = Tally::default();
    sent(&mut tally, 60, 0, at(0));
    assert_eq!(tally.alarm(alarm, at(0)), Some(Sends { sent: 60, verified: 0 }));
    assert_eq!(tally.alarm(alarm, at(60)), None);
    sent(&mut tally, 60, 0, at(7_200));
    assert!(tally.alarm(alarm, at(7_200)).is_some());
}

#[test]
fn a_tally_is_small_reads_back_and_moves_with_the_clock() {
    let mut tally = Tally::default();
    for hour in 0..24 * 30 {
        sent(&mut tally, 3, 1, at(hour * 3_600));
        sent(&mut tally, 3, 1, at(hour * 3_600 + 1_200));
    }
    assert!(tally.to_bytes().len() < 900);
    assert_eq!(Tally::from_bytes(&tally.to_bytes()), tally);
    assert_eq!(Tally::from_bytes(&[]), Tally::default());
    let (now, day) = (at(24 * 30 * 3_600), Duration::from_secs(86_400));
    assert_eq!(tally.clone().earlier_by(day).of_a_day(now - day), tally.of_a_day(now));
    tally.forgive();
    assert_eq!(tally.of_a_day(now).unverified(), 0);
}
