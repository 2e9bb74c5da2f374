//! How long a password takes to be judged.

use std::time::{Duration, Instant};

use otpmint::domain::operator::OperatorName;
use otpmint::domain::passwords::{Expected, MAX_PASSWORD, PasswordUse, judge};

/// Far above what the rule takes when nothing is optimised, and far below the 20 s of an estimate without a bound.
const AT_MOST: Duration = Duration::from_secs(5);

/// Runs of signs that each stand for letters, which take the estimate longest, and what else may take long.
const PARTS: [&str; 9] = [
    "4@8({[<369!1|70$5+7%2",
    "4@8({[<3e6g9!i1|l7t0o$s5+%x2z",
    "1i!l|4a@7t+5s$0o3e",
    "a4@b8c({[<d",
    "x7#Qv",
    "19840312v",
    "violetcanoe",
    "\u{fdfa}\u{20000}",
    "o\u{308}\u{323}q",
];

#[test]
fn the_longest_password_is_judged_in_bounded_time() {
    let expected =
        Expected::of(&OperatorName::parse(&"ab.".repeat(21)).expect("a name"), Some("a.b.c.example"));
    for part in PARTS {
        // No repetition, which would end the judgement early.
        let rest = part.repeat((MAX_PASSWORD - 1) / part.len());
        let began = Instant::now();
        let judged = judge(&format!("~{rest}"), &expected, PasswordUse::Alone);
        let took = began.elapsed();
        assert!(took < AT_MOST, "{part} took {took:?}: {judged:?}");
    }
}
