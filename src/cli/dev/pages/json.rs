//! The inbox for programs.

use std::sync::Arc;

use mail_catcher::{Mail, Transport};
use serde::{Deserialize, Serialize};

use super::search::Search;
use crate::domain::time::Timestamp;

/// Which mails are requested.
#[derive(Deserialize)]
pub(super) struct Filter {
    to: Option<String>,
}

/// The inbox, newest mail first.
#[derive(Serialize)]
pub(super) struct Inbox<'a> {
    mails: Vec<InboxEntry<'a>>,
}

#[derive(Serialize)]
struct InboxEntry<'a> {
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

/// The mails that match `filter` and `search`.
pub(super) fn inbox<'a>(mails: &'a [Arc<Mail>], filter: &Filter, search: &Search) -> Inbox<'a> {
    let wanted =
        |mail: &&Arc<Mail>| filter.to.as_deref().is_none_or(|to| mail.is_to(to)) && search.finds_mail(mail);
    Inbox { mails: mails.iter().rev().filter(wanted).map(|mail| entry(mail)).collect() }
}

fn entry(mail: &Mail) -> InboxEntry<'_> {
    InboxEntry {
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
