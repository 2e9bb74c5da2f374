//! The inbox and its mails, rendered for people.

use askama::Template;
use mail_catcher::{Evidence, Mail, Transport};
use serde::Deserialize;

use super::desk::Desk;
use super::entry::{EntryRow, newest_first};
use super::medium;
use super::search::Search;
use super::switches::Switch;
use crate::domain::challenges::channel::ChannelKind;

/// Maximum messages on the page; a search finds the others.
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

/// A channel that can be chosen.
struct ChannelChoice {
    word: &'static str,
    label: &'static str,
    is_chosen: bool,
}

impl ChannelChoice {
    fn all(chosen: Option<ChannelKind>) -> [Self; 5] {
        let [email, sms, whatsapp, voice, telegram, _] = ChannelKind::ALL;
        [email, sms, whatsapp, voice, telegram].map(|channel| Self {
            word: channel.as_str(),
            label: medium::label(channel),
            is_chosen: chosen == Some(channel),
        })
    }
}

#[derive(Template)]
#[template(path = "dev/inbox.html")]
struct InboxPage<'a> {
    here: &'static str,
    entries: Vec<EntryRow<'a>>,
    kept: usize,
    found: usize,
    search: &'a Search,
    channels: [ChannelChoice; 5],
    switches: Vec<Switch>,
}

#[derive(Template)]
#[template(path = "dev/mail.html")]
struct MailPage<'a> {
    here: &'static str,
    entry: EntryRow<'a>,
    evidence: &'static str,
    /// The search that finds its deliveries in the log.
    log: String,
    mail: &'a Mail,
    tab: Tab,
    protection: &'static str,
}

/// The page with the messages that match `search`, newest first.
pub(super) fn inbox(desk: &Desk, search: &Search) -> askama::Result<String> {
    let (mails, messages) = (desk.catcher.mails(), desk.phones.messages());
    let mut entries = newest_first(
        mails.iter().filter(|mail| search.finds_mail(mail)),
        messages.iter().filter(|message| search.finds_message(message)),
    );
    let found = entries.len();
    entries.truncate(SHOWN);
    let kept = mails.len() + messages.len();
    let (channels, switches) = (ChannelChoice::all(search.channel), Switch::all(desk));
    InboxPage { here: "inbox", entries, kept, found, search, channels, switches }.render()
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
        entry: EntryRow::of_mail(mail),
        evidence,
        log: form_urlencoded::Serializer::new(String::new()).append_pair("q", &mail.to.join(" ")).finish(),
        mail,
        tab: view.view.unwrap_or(preferred),
        protection,
    }
    .render()
}
