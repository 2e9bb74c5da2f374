use proptest::prelude::*;

use super::super::rules::Reaction;
use super::super::rules::tests::rules;
use super::*;

const SIX: i64 = 1_000_000;
const NOON: i64 = 500_000 * HOUR;

fn at(hours: i64) -> Timestamp {
    Timestamp::from_millis(NOON + hours * HOUR + HOUR / 2)
}

/// So many wrong answers in an hour, five for each recipient.
fn guessed(hour: i64, wrong: i64, space: i64) -> Hour {
    let mut answers = Answers { opened: wrong / 5, recipients: wrong / 5, ..Answers::default() };
    answers.wrong = wrong;
    answers.luck = Luck::of_guess(space).times(wrong);
    Hour { number: 500_000 + hour, answers }
}

fn level(hours: &[Hour], former: Option<&Suspicion>, now: Timestamp) -> Option<Level> {
    weigh(hours, former, &rules(), now).map(|suspicion| suspicion.level)
}

#[test]
fn ten_thousand_guesses_at_six_digits_are_an_attack() {
    assert_eq!(level(&[guessed(0, 2_499, SIX)], None, at(0)), None);
    assert_eq!(level(&[guessed(0, 2_500, SIX)], None, at(0)), Some(Level::Suspicious));
    assert_eq!(level(&[guessed(0, 9_999, SIX)], None, at(0)), Some(Level::Suspicious));
    assert_eq!(level(&[guessed(0, 10_000, SIX)], None, at(0)), Some(Level::UnderAttack));
    // Four digits fall sooner, and eight later.
    assert_eq!(level(&[guessed(0, 100, 10_000)], None, at(0)), Some(Level::UnderAttack));
    assert_eq!(level(&[guessed(0, 249_999, 100 * SIX)], None, at(0)), None);
}

#[test]
fn a_day_adds_up_and_no_more() {
    let spread: Vec<_> = (0..25).map(|hour| guessed(hour, 400, SIX)).collect();
    assert_eq!(level(&spread, None, at(24)), Some(Level::UnderAttack));
    assert_eq!(level(&spread, None, at(25)), Some(Level::Suspicious));
    assert_eq!(level(&spread, None, at(49)), None);
}

#[test]
fn few_recipients_are_no_spray() {
    let mut one = guessed(0, 40_000, SIX);
    one.answers.recipients = LEAST_RECIPIENTS - 1;
    assert_eq!(level(&[one], None, at(0)), None);
}

#[test]
fn wrong_answers_of_people_who_verify_in_the_end_never_count() {
    let mut answers = Answers::default();
    for _ in 0..100_000 {
        (answers.opened, answers.verified) = (answers.opened + 1, answers.verified + 1);
        for _ in 0..2 {
            answers += Answers { recipients: 1, ..Answers::wrong(SIX) };
        }
        answers += Answers::explained(SIX, 2);
    }
    assert_eq!(level(&[Hour { number: 500_000, answers }], None, at(0)), None);
}

#[test]
fn some_give_up_where_many_verify() {
    let mut busy = guessed(0, 19_000, SIX);
    busy.answers.verified = 100_000;
    assert_eq!(level(&[busy], None, at(0)), Some(Level::Suspicious));
    busy.answers.verified = 200_000;
    assert_eq!(level(&[busy], None, at(0)), None);
}

#[test]
fn own_verifications_cover_a_bounded_number_of_guesses() {
    let mut cover = guessed(0, 50_000, SIX);
    cover.answers.verified = 1_000_000_000;
    assert_eq!(level(&[cover], None, at(0)), Some(Level::UnderAttack));
}

#[test]
fn it_ends_by_itself_when_half_is_left() {
    let hours = [guessed(0, 6_000, SIX), guessed(3, 4_000, SIX)];
    let suspicion = weigh(&hours, None, &rules(), at(3)).unwrap();
    assert_eq!((suspicion.since, suspicion.measures), (at(3), rules().taken()));
    // The six thousand leave the window, and four are less than half of ten.
    assert_eq!(suspicion.until, Timestamp::from_millis(NOON + 25 * HOUR));
    assert_eq!(level(&hours, Some(&suspicion), at(24)), Some(Level::UnderAttack));
    assert!(!suspicion.lasts(at(25)));
    assert_eq!(level(&hours, Some(&suspicion), at(25)), Some(Level::Suspicious));
}

#[test]
fn a_level_does_not_come_and_go() {
    let under = weigh(&[guessed(0, 10_000, SIX)], None, &rules(), at(0)).unwrap();
    let later = weigh(&[guessed(0, 5_000, SIX)], Some(&under), &rules(), at(1)).unwrap();
    assert_eq!((later.level, later.since), (Level::UnderAttack, at(0)));
    let less = weigh(&[guessed(0, 4_999, SIX)], Some(&later), &rules(), at(2)).unwrap();
    assert_eq!((less.level, less.since, less.measures), (Level::Suspicious, at(2), None));
    assert_eq!(level(&[guessed(0, 1_249, SIX)], Some(&less), at(2)), None);
}

#[test]
fn what_was_ordered_lasts_as_long_as_ordered_at_least() {
    let ordered = Suspicion {
        level: Level::UnderAttack,
        origin: Origin::Ordered,
        since: at(0),
        until: at(24),
        measures: rules().taken(),
        seen: Answers::default(),
    };
    assert_eq!(weigh(&[], Some(&ordered), &rules(), at(1)), Some(ordered));
    let attacked = weigh(&[guessed(20, 20_000, SIX)], Some(&ordered), &rules(), at(20)).unwrap();
    assert_eq!(attacked.until, Timestamp::from_millis(NOON + 45 * HOUR));
    assert_eq!(weigh(&[], Some(&ordered), &rules(), at(24)), None);
}

#[test]
fn a_rule_that_only_records_takes_no_measures() {
    let records = SprayRules { reaction: Reaction::RecordsOnly, ..rules() };
    let suspicion = weigh(&[guessed(0, 90_000, SIX)], None, &records, at(0)).unwrap();
    assert_eq!((suspicion.level, suspicion.measures), (Level::UnderAttack, None));
}

proptest! {
    /// An attacker who guesses as it likes, and verifies challenges of its own as cover. A guess at a short code counts
    /// whenever the tenant was not under attack when it was last weighed.
    #[test]
    fn short_codes_are_guessed_at_for_the_budget_and_what_is_tolerated(
        steps in prop::collection::vec((0..400_i64, 0..5_000_i64, 0..4_i64), 1..400),
    ) {
        const CHUNK: i64 = 400;
        let rules = rules();
        let (mut hours, mut former): (Vec<Hour>, Option<Suspicion>) = (Vec::new(), None);
        let (mut short, mut now) = (Vec::new(), at(0));
        for (wrong, verified, pause) in steps {
            now = Timestamp::from_millis(now.as_millis() + pause * HOUR / 4);
            let is_guarded = former.is_some_and(|former| former.taken(now).is_some());
            let space = if is_guarded { 100 * SIX } else { SIX };
            let number = now.as_millis().div_euclid(HOUR);
            let mut answers = guessed(0, wrong, space).answers;
            answers.verified = verified;
            hours.push(Hour { number, answers });
            if !is_guarded {
                short.push((now, wrong));
            }
            former = weigh(&hours, former.as_ref(), &rules, now);
            let day = |moment: &Timestamp| moment.as_millis() > now.as_millis() - HOURS * HOUR;
            let guesses: i64 = short.iter().filter(|(moment, _)| day(moment)).map(|(_, wrong)| wrong).sum();
            let bound = rules.budget.times(1 + MOST_TOLERATED) + Luck::of_guess(SIX).times(CHUNK);
            prop_assert!(Luck::of_guess(SIX).times(guesses) <= bound, "{guesses} guesses within a day");
        }
    }

    #[test]
    fn more_guesses_never_calm_anybody(
        wrong in 0..30_000_i64,
        more in 0..30_000_i64,
        verified in 0..500_000_i64,
        hour in 0..30_i64,
    ) {
        let mut few = guessed(0, wrong, SIX);
        few.answers.verified = verified;
        let mut many = guessed(0, wrong + more, SIX);
        many.answers.verified = verified;
        prop_assert!(level(&[many], None, at(hour)) >= level(&[few], None, at(hour)));
    }

    #[test]
    fn without_more_guesses_a_level_is_left_when_it_said_so(
        wrong in prop::collection::vec(0..9_000_i64, 1..30),
    ) {
        let hours: Vec<_> = wrong.iter().zip(0..).map(|(wrong, hour)| guessed(hour, *wrong, SIX)).collect();
        let now = at(wrong.len() as i64 - 1);
        if let Some(suspicion) = weigh(&hours, None, &rules(), now) {
            prop_assert!(suspicion.until > now && suspicion.until <= Timestamp::from_millis(now.as_millis() + 25 * HOUR));
            let before = Timestamp::from_millis(suspicion.until.as_millis() - 1);
            let kept = weigh(&hours, Some(&suspicion), &rules(), before);
            prop_assert!(kept.is_some_and(|kept| kept.level == suspicion.level && kept.until == suspicion.until));
            let after = weigh(&hours, Some(&suspicion), &rules(), suspicion.until);
            prop_assert!(after.is_none_or(|after| after.level < suspicion.level));
        }
    }
}
