//! What surrounds a template: it decides how long its messages get.

use crate::delivery::ports::sender::Look;
use crate::domain::locale::Locale;
use crate::domain::sms::{AppHash, CodeHost};

/// The longest host whose line a template must leave room for. A longer one goes without its line
/// where there is no room.
const MAX_HOST: usize = 24;

/// The tenant and the language of a template.
#[derive(Clone, Copy, Debug)]
pub struct Setting<'a> {
    /// The tenant's name; may be empty.
    pub name: &'a str,
    /// The language of the template.
    pub locale: &'a Locale,
    /// The hosts of the pages that may ask for codes.
    pub hosts: &'a [CodeHost],
    /// How the tenant's built-in mails look.
    pub look: &'a Look,
}

impl Setting<'_> {
    /// Returns how many characters the last line may add, with its line break, to a text message
    /// with a code of `code` characters.
    pub(super) fn last_line(&self, code: usize) -> usize {
        let hosts = self.hosts.iter().map(|host| host.as_str().len()).filter(|length| *length <= MAX_HOST);
        let line = hosts.max().map_or(0, |host| "@".len() + host + " #".len() + code);
        "\n".len() + line.max(AppHash::LENGTH)
    }
}
