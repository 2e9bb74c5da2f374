//! The set of leaked passwords: it is what its source gives, and finds what is in it and hardly anything else.

use std::collections::BTreeSet;
use std::io::Read;
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use otpmint::app::SystemEntropy;
use otpmint::domain::operator::OperatorName;
use otpmint::domain::passwords::{Expected, PasswordFlaw, PasswordUse, judge, leaked_entry};
use otpmint::domain::random::Entropy;

const SOURCE: &str = "tests/passwords/leaked.txt.gz";
const SET: &str = "src/domain/passwords/leaked.bin";

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The passwords of the source, one a line.
fn source() -> Vec<String> {
    let packed = std::fs::File::open(path(SOURCE)).expect("the source");
    let mut text = String::new();
    GzDecoder::new(packed).read_to_string(&mut text).expect("text");
    text.lines().map(str::to_owned).collect()
}

/// The set of these passwords, as it is shipped.
fn set_of(passwords: &[String]) -> Vec<u8> {
    let entries: BTreeSet<_> = passwords.iter().filter_map(|password| leaked_entry(password)).collect();
    entries.into_iter().flatten().collect()
}

fn is_leaked(password: &str) -> bool {
    let expected = Expected::of(&OperatorName::parse("x").expect("a name"), None);
    judge(password, &expected, PasswordUse::WithApp) == Err(PasswordFlaw::Leaked)
}

/// With `WRITE_SET` set the set is written first.
#[test]
fn the_set_is_made_of_its_source() {
    let made = set_of(&source());
    if std::env::var_os("WRITE_SET").is_some() {
        std::fs::write(path(SET), &made).expect("the set is written");
    }
    let shipped = std::fs::read(path(SET)).expect("the set");
    assert!(
        shipped == made,
        "{SET} is not of {SOURCE}. Make it with:\n\n    WRITE_SET=1 cargo test --test suite the_set_is_made\n"
    );
    assert!(made.len() < 300_000, "{} bytes are not compact", made.len());
}

#[test]
fn everything_in_the_source_is_found() {
    let source = source();
    assert!(source.len() > 59_000);
    let long_enough = |password: &&String| (8..=64).contains(&password.chars().count());
    let missed: Vec<_> = source.iter().filter(long_enough).filter(|password| !is_leaked(password)).collect();
    assert!(missed.is_empty(), "{missed:?}");
    assert!(
        is_leaked("Password") && is_leaked("mailcreated5240") && !is_leaked("violet-canoe-under-7-moons")
    );
}

#[test]
fn of_passwords_drawn_at_random_hardly_any_is_taken_for_a_leaked_one() {
    let letters: Vec<char> = ('a'..='z').collect();
    let entropy: &dyn Entropy = &SystemEntropy;
    let drawn = (0..20_000).map(|_| entropy.text(&letters, 12));
    let taken: Vec<_> = drawn.filter(|password| is_leaked(password)).collect();
    assert!(taken.len() <= 1, "{taken:?}");
}
