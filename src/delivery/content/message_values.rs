//! The values that a message has for the names in templates.

use super::template::values::Values;
use super::wording::{self, MissingText};
use crate::delivery::ports::message::Message;
use crate::domain::locale::Locale;

/// Returns the template values of `message`, sent by `app`. The name and the code are as the medium writes or
/// says them.
pub(super) fn message_values<'a>(
    message: &'a Message,
    app: &'a str,
    code: &'a str,
) -> Result<Values<'a>, MissingText> {
    let lifetime = message.expires_at.since(message.created_at);
    let locale = message.locale.as_ref().unwrap_or(&Locale::ENGLISH);
    Ok(Values {
        app,
        code,
        lifetime,
        locale,
        purpose: &message.purpose,
        to: &message.recipient,
        validity: wording::lifetime(locale, lifetime)?,
        vars: &message.vars,
        link: message.link.as_ref(),
    })
}
