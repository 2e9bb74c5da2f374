//! Templates that could not be used for a message.

use crate::delivery::ports::message::Message;
use crate::delivery::ports::sender::Sender;

/// Logs that the built-in words were used although the tenant has a template, which made too long
/// a message.
pub(super) fn log_unused(sender: &Sender, message: &Message, is_own: bool) {
    if message.template.is_some() && !is_own {
        tracing::warn!(
            tenant = sender.tenant.0,
            purpose = message.purpose.as_str(),
            "a template makes too long a message; the usual words are sent instead"
        );
    }
}
