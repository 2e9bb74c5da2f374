//! The inbox for people.

use std::sync::Arc;

use askama::Template;
use serde::Deserialize;

use crate::mail_catcher::{Mail, Transport};

/// What is shown of a mail.
#[derive(Deserialize)]
pub(super) struct View {
    view: Option<Tab>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Tab {
    Text,
    Html,
    Headers,
    Source,
}

impl Tab {
    const ALL: [Self; 4] = [Self::Text, Self::Html, Self::Headers, Self::Source];

    const fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Html => "html",
            Self::Headers => "headers",
            Self::Source => "source",
        }
    }

    const fn label(self) -> &'static str {
        match self {
            Self::Text => "Text",
            Self::Html => "HTML",
            Self::Headers => "Headers",
            Self::Source => "Source",
        }
    }
}

/// A mail in the list.
#[derive(Template)]
#[template(path = "dev/entry.html")]
struct Entry<'a> {
    id: u64,
    to: String,
    subject: &'a str,
    received_at: String,
    code: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "dev/inbox.html")]
struct InboxPage<'a> {
    entries: Vec<Entry<'a>>,
    last: u64,
}

#[derive(Template)]
#[template(path = "dev/mail.html")]
struct MailPage<'a> {
    entry: Entry<'a>,
    mail: &'a Mail,
    tab: Tab,
    protection: &'static str,
}

/// The page with all mails, newest first.
pub(super) fn inbox(mails: &[Arc<Mail>]) -> askama::Result<String> {
    let last = mails.last().map_or(0, |mail| mail.id.0);
    InboxPage { entries: mails.iter().rev().map(|mail| entry_of(mail)).collect(), last }.render()
}

/// A mail in the list, alone.
pub(super) fn entry(mail: &Mail) -> askama::Result<String> {
    entry_of(mail).render()
}

/// The page of one mail.
pub(super) fn mail(mail: &Mail, view: &View) -> askama::Result<String> {
    let preferred = if mail.text().is_none() && mail.html().is_some() { Tab::Html } else { Tab::Text };
    let protection = match mail.session.transport {
        Transport::Tls => "through TLS",
        Transport::Clear => "in clear",
    };
    MailPage { entry: entry_of(mail), mail, tab: view.view.unwrap_or(preferred), protection }.render()
}

fn entry_of(mail: &Mail) -> Entry<'_> {
    Entry {
        id: mail.id.0,
        to: mail.to.join(", "),
        subject: match mail.subject() {
            "" => "(no subject)",
            subject => subject,
        },
        received_at: mail.received_at.to_string(),
        code: mail.code(),
    }
}
