//! The mails, rendered for people.

use std::sync::Arc;

use askama::Template;
use mail_catcher::{Evidence, Mail, Transport};
use serde::Deserialize;

use super::search::Search;
use super::switches::Switches;
use crate::domain::time::Timestamp;

/// Maximum mails on the page; a search finds the others.
const SHOWN: usize = 100;

/// The displayed parts of a mail.
#[derive(Deserialize)]
pub(super) struct MailView {
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

/// A mail in a list.
#[derive(Template)]
#[template(path = "dev/entry.html")]
pub(super) struct MailRow<'a> {
    id: u64,
    to: String,
    subject: &'a str,
    received_at: String,
    code: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "dev/inbox.html")]
struct InboxPage<'a> {
    here: &'static str,
    entries: Vec<MailRow<'a>>,
    kept: usize,
    found: usize,
    search: &'a str,
    switches: Switches,
}

#[derive(Template)]
#[template(path = "dev/mail.html")]
struct MailPage<'a> {
    here: &'static str,
    entry: MailRow<'a>,
    evidence: &'static str,
    /// The search that finds its deliveries in the log.
    log: String,
    mail: &'a Mail,
    tab: Tab,
    protection: &'static str,
}

/// The page with the mails that match `search`, newest first.
pub(super) fn inbox(mails: &[Arc<Mail>], search: &Search, switches: Switches) -> askama::Result<String> {
    let found: Vec<_> = mails.iter().rev().filter(|mail| search.finds_mail(mail)).collect();
    InboxPage {
        here: "inbox",
        entries: found.iter().take(SHOWN).map(|mail| entry(mail)).collect(),
        kept: mails.len(),
        found: found.len(),
        search: &search.typed,
        switches,
    }
    .render()
}

/// The page of one mail.
pub(super) fn mail(mail: &Mail, view: &MailView) -> askama::Result<String> {
    let preferred = if mail.text().is_none() && mail.html().is_some() { Tab::Html } else { Tab::Text };
    let protection = match mail.session.transport {
        Transport::Tls => "through TLS",
        Transport::Clear => "in clear",
    };
    let evidence = match mail.found().map(|found| found.evidence) {
        Some(Evidence::Marked) => "The code, as the mail marks it.",
        Some(Evidence::Guessed) => "This looks like the code. The mail does not mark it with class=\"code\".",
        None => "No code was found in this mail.",
    };
    MailPage {
        here: "mail",
        entry: entry(mail),
        evidence,
        log: form_urlencoded::Serializer::new(String::new()).append_pair("q", &mail.to.join(" ")).finish(),
        mail,
        tab: view.view.unwrap_or(preferred),
        protection,
    }
    .render()
}

/// A mail in a list.
pub(super) fn entry(mail: &Mail) -> MailRow<'_> {
    MailRow {
        id: mail.id.0,
        to: mail.to.join(", "),
        subject: match mail.subject() {
            "" => "(no subject)",
            subject => subject,
        },
        received_at: Timestamp::from(mail.received_at).to_string(),
        code: mail.code(),
    }
}
