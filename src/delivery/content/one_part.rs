//! What a text message has to be: one part, with the code where a preview shows it.

use crate::domain::sms::measure;

/// How many characters a preview on a locked screen shows, approximately. The code is among them.
pub(super) const SHOWN: usize = 40;

/// Returns whether `text` is one part, and shows `code` in a preview.
pub(super) fn fits(text: &str, code: &str) -> bool {
    let before = text.split_once(code).map_or(SHOWN, |(before, _)| before.chars().count());
    before + code.len() <= SHOWN && measure(text).parts == 1
}
