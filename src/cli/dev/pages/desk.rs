//! The state that the pages show.

use std::sync::Arc;

use mail_catcher::MailCatcher;

use crate::cli::dev::delivery_log::DeliveryLog;
use crate::cli::dev::phones::PhoneInbox;

/// The state that the pages show.
#[derive(Clone)]
pub struct Desk {
    /// The mails.
    pub catcher: MailCatcher,
    /// The texts, calls and chats.
    pub phones: PhoneInbox,
    /// The deliveries that led to them.
    pub log: Arc<DeliveryLog>,
}
