//! The rule for new passwords.

use super::expected::Expected;
use super::guesses::guesses;
use super::readings::{folded, is_leaked, normalised, skeleton, trimmed, unit, without_signs};
use super::rows;

/// The maximum length of a password, in bytes: at least 64 characters of any script.
pub const MAX_PASSWORD: usize = 256;

/// The characters of its own that a password has at least beside rows of keys and expected words.
const OWN: usize = 8;

/// What a password is good for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PasswordUse {
    /// It lets its owner in alone.
    Alone,
    /// Signing in takes a code of an authenticator app besides.
    WithApp,
}

impl PasswordUse {
    /// Returns the minimum length, in characters (Unicode code points).
    pub const fn least(self) -> usize {
        match self {
            Self::Alone => 15,
            Self::WithApp => 8,
        }
    }

    /// Returns how hard to guess a password is at least: 10⁸ guesses alone, and 10⁶ with a code, as eight characters
    /// drawn at random are rated at just below 10⁸.
    const fn least_score(self) -> zxcvbn::Score {
        match self {
            Self::Alone => zxcvbn::Score::Three,
            Self::WithApp => zxcvbn::Score::Two,
        }
    }
}

/// Why a password may not be chosen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PasswordFlaw {
    /// It has more than [`MAX_PASSWORD`] bytes.
    TooLong,
    /// It has fewer characters than this.
    TooShort(usize),
    /// It is a leaked password, perhaps repeated, or with digits and signs at its ends.
    Leaked,
    /// It is one text repeated, and the text has fewer characters than this.
    Repeated(usize),
    /// It is little more than neighbours of the alphabet or of the keyboard.
    Rows,
    /// It is little more than words of the account or of this product, with digits and signs.
    Expected,
    /// It is easy to guess for another reason.
    Guessable,
}

/// Returns the first flaw of a new password, if it has one.
///
/// It is judged as a whole: a word that everybody knows is allowed in a password that has enough besides.
pub fn judge(password: &str, expected: &Expected, used: PasswordUse) -> Result<(), PasswordFlaw> {
    if password.len() > MAX_PASSWORD {
        return Err(PasswordFlaw::TooLong);
    }
    let password = normalised(password);
    let least = used.least();
    if password.chars().count() < least {
        return Err(PasswordFlaw::TooShort(least));
    }
    let text = folded(&password);
    if is_leaked(&text) {
        return Err(PasswordFlaw::Leaked);
    }
    if is_short_unit(&text, least) || is_short_unit(&without_signs(&text), least) {
        return Err(PasswordFlaw::Repeated(least));
    }
    has_enough_of_its_own(&text, expected)?;
    if guesses(&password, &expected.words()) < used.least_score() {
        Err(PasswordFlaw::Guessable)
    } else {
        Ok(())
    }
}

/// Returns whether a text is a shorter one repeated that has fewer characters than `least`.
fn is_short_unit(text: &[char], least: usize) -> bool {
    let unit = unit(text);
    unit.len() < text.len() && unit.len() < least
}

/// Looks at what is left of a text without rows and expected words: enough, and no leaked password. What is not a letter
/// counts for nothing beside expected words, as that is what people add to them.
fn has_enough_of_its_own(text: &[char], expected: &Expected) -> Result<(), PasswordFlaw> {
    let mut covered = vec![false; text.len()];
    let has_rows = rows::cover(text, &mut covered);
    let has_words = expected.cover(&skeleton(text), &mut covered);
    let rest = uncovered(text, &covered);
    let (own, flaw): (Vec<char>, _) = match (has_words, has_rows) {
        (true, _) => {
            let parts = rest.into_iter().flat_map(trimmed).copied();
            (parts.filter(|c| c.is_alphanumeric()).collect(), PasswordFlaw::Expected)
        }
        (false, true) => (rest.concat(), PasswordFlaw::Rows),
        (false, false) => return Ok(()),
    };
    if own.len() < OWN || is_leaked(&own) { Err(flaw) } else { Ok(()) }
}

/// Returns the parts of a text that are not covered.
fn uncovered<'a>(text: &'a [char], covered: &[bool]) -> Vec<&'a [char]> {
    let mut rest = text;
    let parts = covered.chunk_by(|one, next| one == next).map(|part| {
        let (chars, later) = rest.split_at(part.len());
        rest = later;
        (chars, part[0])
    });
    parts.filter(|(_, is_covered)| !is_covered).map(|(chars, _)| chars).collect()
}
