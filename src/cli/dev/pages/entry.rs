//! Messages in a list, whatever the channel.

use std::sync::Arc;

use askama::Template;
use mail_catcher::Mail;

use super::medium;
use crate::cli::dev::phones::PhoneMessage;
use crate::domain::deliveries::provider_report::Fate;
use crate::domain::time::Timestamp;

/// A message in a list.
#[derive(Template)]
#[template(path = "dev/entry.html")]
pub(super) struct EntryRow<'a> {
    /// The id of its element.
    anchor: String,
    path: String,
    /// The kind of message, as a sentence names it.
    kind: &'static str,
    /// The same as a label; `None` for mails.
    label: Option<&'static str>,
    pub(super) to: String,
    pub(super) subject: &'a str,
    received: Timestamp,
    pub(super) received_at: String,
    pub(super) code: Option<&'a str>,
    /// What was reported of it, if that is not what one expects.
    note: Option<&'static str>,
}

impl<'a> EntryRow<'a> {
    /// A mail.
    pub(super) fn of_mail(mail: &'a Mail) -> Self {
        let received = Timestamp::from(mail.received_at);
        Self {
            anchor: format!("mail-{}", mail.id),
            path: format!("/dev/inbox/{}", mail.id),
            kind: "mail",
            label: None,
            to: mail.to.join(", "),
            subject: match mail.subject() {
                "" => "(no subject)",
                subject => subject,
            },
            received,
            received_at: received.to_string(),
            code: mail.code(),
            note: None,
        }
    }

    /// A text, a call or a chat.
    pub(super) fn of_message(message: &'a PhoneMessage) -> Self {
        let channel = message.channel();
        Self {
            anchor: format!("message-{}", message.id),
            path: format!("/dev/inbox/messages/{}", message.id),
            kind: medium::noun(channel),
            label: Some(medium::label(channel)),
            to: message.to().to_owned(),
            subject: message.text().lines().next().unwrap_or_default(),
            received: message.received_at,
            received_at: message.received_at.to_string(),
            code: message.code(),
            note: (message.reported() == Some(Fate::Failed)).then_some("reported not to have arrived"),
        }
    }
}

/// Mails and other messages in one list, newest first. Both come oldest first.
pub(super) fn newest_first<'a>(
    mails: impl Iterator<Item = &'a Arc<Mail>>,
    messages: impl Iterator<Item = &'a Arc<PhoneMessage>>,
) -> Vec<EntryRow<'a>> {
    let mails = mails.map(|mail| EntryRow::of_mail(mail));
    let messages = messages.map(|message| EntryRow::of_message(message));
    let mut all: Vec<_> = mails.chain(messages).collect();
    all.sort_by_key(|entry| entry.received);
    all.reverse();
    all
}
