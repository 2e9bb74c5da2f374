//! The state that the mail pages show.

use std::sync::Arc;

use mail_catcher::MailCatcher;

use crate::cli::dev::delivery_log::DeliveryLog;

/// The state that the mail pages show.
#[derive(Clone)]
pub struct Desk {
    /// The mails.
    pub catcher: MailCatcher,
    /// The deliveries that led to them.
    pub log: Arc<DeliveryLog>,
}
