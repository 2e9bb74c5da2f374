//! The inbox for programs.

use std::sync::Arc;

use mail_catcher::{Mail, Transport};
use serde::{Deserialize, Serialize};

use super::search::Search;
use crate::cli::dev::phones::PhoneMessage;
use crate::domain::deliveries::provider_report::Fate;
use crate::domain::sms::SmsLength;
use crate::domain::time::Timestamp;

/// Which messages are requested.
#[derive(Deserialize)]
pub(super) struct Filter {
    to: Option<String>,
    /// How many seconds to wait for the first.
    #[serde(default)]
    pub(super) wait: u64,
}

/// The inbox, newest message first.
#[derive(Serialize)]
pub(super) struct Inbox<'a> {
    mails: Vec<MailEntry<'a>>,
    messages: Vec<MessageEntry<'a>>,
}

#[derive(Serialize)]
struct MailEntry<'a> {
    id: u64,
    received_at: String,
    from: &'a str,
    to: &'a [String],
    subject: &'a str,
    code: Option<&'a str>,
    text: Option<&'a str>,
    html: Option<&'a str>,
    tls: bool,
    username: Option<&'a str>,
    headers: Vec<Field<'a>>,
}

#[derive(Serialize)]
struct Field<'a> {
    name: &'a str,
    value: &'a str,
}

#[derive(Serialize)]
struct MessageEntry<'a> {
    id: u64,
    received_at: String,
    channel: &'static str,
    from: &'a str,
    to: &'a str,
    code: Option<&'a str>,
    text: &'a str,
    language: &'a str,
    encoding: Option<&'static str>,
    parts: Option<usize>,
    report: Option<&'static str>,
}

impl<'a> Inbox<'a> {
    /// The mails and messages that match `filter` and `search`. Both come oldest first.
    pub(super) fn of(
        mails: &'a [Arc<Mail>],
        messages: &'a [Arc<PhoneMessage>],
        filter: &Filter,
        search: &Search,
    ) -> Self {
        let to = filter.to.as_deref();
        let mails =
            mails.iter().rev().filter(|mail| to.is_none_or(|to| mail.is_to(to)) && search.finds_mail(mail));
        let wanted = |message: &&Arc<PhoneMessage>| {
            to.is_none_or(|to| message.is_to(to)) && search.finds_message(message)
        };
        Self {
            mails: mails.map(|mail| MailEntry::of(mail)).collect(),
            messages: messages.iter().rev().filter(wanted).map(|message| MessageEntry::of(message)).collect(),
        }
    }

    /// Whether nothing matches.
    pub(super) fn is_empty(&self) -> bool {
        self.mails.is_empty() && self.messages.is_empty()
    }
}

impl<'a> MailEntry<'a> {
    fn of(mail: &'a Mail) -> Self {
        Self {
            id: mail.id.0,
            received_at: Timestamp::from(mail.received_at).to_string(),
            from: &mail.from,
            to: &mail.to,
            subject: mail.subject(),
            code: mail.code(),
            text: mail.text(),
            html: mail.html(),
            tls: mail.session.transport == Transport::Tls,
            username: mail.session.username.as_deref(),
            headers: mail.headers().iter().map(|(name, value)| Field { name, value }).collect(),
        }
    }
}

impl<'a> MessageEntry<'a> {
    fn of(message: &'a PhoneMessage) -> Self {
        let length = message.length();
        Self {
            id: message.id,
            received_at: message.received_at.to_string(),
            channel: message.channel().as_str(),
            from: message.from(),
            to: message.to(),
            code: message.code(),
            text: message.text(),
            language: message.language(),
            encoding: length.map(|SmsLength { encoding, .. }| encoding.as_str()),
            parts: length.map(|SmsLength { parts, .. }| parts),
            report: message.reported().map(|fate| match fate {
                Fate::Delivered => "delivered",
                Fate::Failed => "failed",
            }),
        }
    }
}
