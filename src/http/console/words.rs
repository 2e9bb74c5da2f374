//! How the console writes numbers, moments and stable words.

use crate::domain::operator::Role;
use crate::domain::passwords::{MAX_PASSWORD, PasswordFlaw};
use crate::domain::reports::statistics::Day;
use crate::domain::time::Timestamp;

/// A clause as a sentence: with a capital at its beginning and a full stop.
pub(crate) fn sentence(clause: &str) -> String {
    let mut letters = clause.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).chain(Some('.')).collect()
}

/// What a role may do, for readers.
pub(crate) const fn role_words(role: Role) -> &'static str {
    match role {
        Role::Owner => "owner: everything",
        Role::Support => "support: looks, unlocks and sends again",
        Role::ReadOnly => "read only: looks",
    }
}

/// What to change about a password with this flaw.
pub(crate) fn of_flaw(flaw: PasswordFlaw) -> String {
    match flaw {
        PasswordFlaw::TooLong => format!("A password has at most {MAX_PASSWORD} bytes."),
        PasswordFlaw::TooShort(least) => {
            format!("A password has at least {least} characters. Four words that have nothing to do with each other do.")
        }
        PasswordFlaw::Leaked => {
            "This is one of the passwords that everybody tries first, or one with something added. Choose another.".to_owned()
        }
        PasswordFlaw::Repeated(least) => format!(
            "This repeats one text, and that counts once. Choose a password that has {least} characters before it repeats."
        ),
        PasswordFlaw::Rows => {
            "This is little more than letters, digits or keys in their order. Add words that have nothing to do with them.".to_owned()
        }
        PasswordFlaw::Expected => {
            "This is little more than your name, the server's, or words of this console. Add words that have nothing to do with \
             them.".to_owned()
        }
        PasswordFlaw::Guessable => {
            "This is easy to guess. Add words that have nothing to do with each other.".to_owned()
        }
    }
}

/// A stable word such as `timed_out` for readers: `timed out`.
pub(crate) fn plain(word: &str) -> String {
    word.replace('_', " ")
}

/// A duration in a suitable unit: `85 ms`, `1.5 s`, `2 min 30 s`.
pub(crate) fn span(seconds: f64) -> String {
    match seconds {
        short if short < 0.995 => format!("{:.0} ms", short * 1_000.0),
        short if short < 59.95 => format!("{} s", (short * 10.0).round() / 10.0),
        long => {
            let whole = long.round() as u64;
            match whole % 60 {
                0 => format!("{} min", whole / 60),
                rest => format!("{} min {rest} s", whole / 60),
            }
        }
    }
}

/// A waiting time: `1 second`, `40 seconds`, `12 minutes`, `3 hours`. It is rounded up, so that it is long
/// enough.
pub(crate) fn wait(seconds: u64) -> String {
    let (count, unit) = match seconds {
        0..120 => (seconds, "second"),
        120..7_200 => (seconds.div_ceil(60), "minute"),
        _ => (seconds.div_ceil(3_600), "hour"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

/// How far a moment is from now: `just now`, `12 minutes ago`, `in 3 days`.
pub(crate) fn ago(at: Timestamp, now: Timestamp) -> String {
    let is_ahead = at > now;
    let seconds = if is_ahead { at.since(now) } else { now.since(at) }.as_secs();
    let (count, unit) = match seconds {
        0..60 => return if is_ahead { "in a moment" } else { "just now" }.to_owned(),
        60..3_600 => (seconds / 60, "minute"),
        3_600..86_400 => (seconds / 3_600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    let amount = format!("{count} {unit}{}", if count == 1 { "" } else { "s" });
    if is_ahead { format!("in {amount}") } else { format!("{amount} ago") }
}

/// A number with its thousands apart: `21,949`.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A day for readers: `24 Oct`.
pub(crate) fn day(day: Day) -> String {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let text = day.to_string();
    let mut parts = text.rsplit('-');
    let (date, month) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let named = month.parse().ok().and_then(|month: usize| MONTHS.get(month.checked_sub(1)?));
    named.map_or_else(|| text.clone(), |month| format!("{} {month}", date.trim_start_matches('0')))
}

/// A fraction as per cent: `12.5 %`.
pub(crate) fn share(part: f64) -> String {
    format!("{:.1} %", part * 100.0)
}

/// A moment for readers, beside its `datetime`: `2026-11-21 08:30:00`, always in UTC.
pub(crate) fn moment(at: Timestamp) -> String {
    at.to_string().replace('T', " ").trim_end_matches('Z').to_owned()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn times_are_told_in_the_unit_that_suits_them() {
        let spans = [0.0, 0.0854, 0.9999, 1.5, 12.0, 59.96, 60.0, 150.4, 900.0].map(span);
        let told = ["0 ms", "85 ms", "1 s", "1.5 s", "12 s", "1 min", "1 min", "2 min 30 s", "15 min"];
        assert_eq!(spans, told);
    }

    #[test]
    fn a_wait_is_never_told_too_short() {
        let told = [1, 40, 119, 120, 121, 900, 7_199, 7_200, 7_201].map(wait);
        let expected = [
            "1 second",
            "40 seconds",
            "119 seconds",
            "2 minutes",
            "3 minutes",
            "15 minutes",
            "120 minutes",
            "2 hours",
            "3 hours",
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn numbers_and_days_are_for_readers() {
        assert_eq!(
            [0, 999, 1_000, 21_949, 1_234_567].map(count),
            ["0", "999", "1,000", "21,949", "1,234,567"]
        );
        let days = ["2026-10-24", "2026-01-05"].map(|text| day(Day::parse(text).expect("a day")));
        assert_eq!(days, ["24 Oct", "5 Jan"]);
    }

    #[test]
    fn a_moment_is_told_by_its_distance() {
        let now = Timestamp::from_millis(1_000_000_000);
        let told =
            [0, 59, 60, 7_199, 86_400, 200_000].map(|seconds| ago(now - Duration::from_secs(seconds), now));
        assert_eq!(told, ["just now", "just now", "1 minute ago", "1 hour ago", "1 day ago", "2 days ago"]);
        assert_eq!(ago(now + Duration::from_secs(86_400 * 3), now), "in 3 days");
    }

    #[test]
    fn moments_and_words_are_for_readers() {
        assert_eq!(moment(Timestamp::from_millis(1_000_000_000_000)), "2001-09-09 01:46:40");
        assert_eq!((plain("timed_out"), share(0.125)), ("timed out".to_owned(), "12.5 %".to_owned()));
    }
}
