//! What was sent to a recipient, as pages show it, and how it stands under its limits.

use crate::domain::deliveries::delivery::DeliveryError;
use crate::domain::deliveries::search::{FoundChallenge, FoundMessage};
use crate::domain::id;
use crate::domain::limits::limit::Limit;
use crate::domain::limits::standing::{Block, WindowUse};
use crate::domain::time::Timestamp;
use crate::service::{RecipientReport, Services};

use super::deliveries::tone;
use super::words::{moment, plain, wait};

/// What one tenant has sent to a recipient.
pub(crate) struct Found {
    /// What refuses it at present, in sentences.
    pub(crate) blocks: Vec<String>,
    /// Whether only clearing the lockout lets it in again.
    pub(crate) is_locked_out: bool,
    /// What is used of the limits: the name, and how much.
    pub(crate) limits: Vec<(&'static str, String)>,
    pub(crate) challenges: Vec<FoundRow>,
    /// Whether there are older ones.
    pub(crate) more: bool,
}

/// A challenge or a relayed message.
pub(crate) struct FoundRow {
    pub(crate) key: String,
    pub(crate) at: (String, String),
    pub(crate) purpose: String,
    /// Its status; empty once it is deleted.
    pub(crate) status: &'static str,
    pub(crate) messages: Vec<MessageRow>,
}

/// A message.
pub(crate) struct MessageRow {
    pub(crate) channel: &'static str,
    pub(crate) route: String,
    pub(crate) status: &'static str,
    pub(crate) tone: &'static str,
    /// What happened, in sentences.
    pub(crate) story: Vec<String>,
    /// What to do about it.
    pub(crate) advice: Option<&'static str>,
}

impl Found {
    pub(crate) fn of(services: &Services, report: &RecipientReport) -> Self {
        let now = services.now();
        let standing = report.standing.as_ref();
        let blocks = standing.map(|standing| {
            let answering = standing.answering.map(|block| told("No answer is checked", block, now));
            let sending = standing.sending.map(|block| told("No message is sent", block, now));
            answering.into_iter().chain(sending).collect()
        });
        let locked = |block: Option<Block>| block.is_some_and(|block| block.limit == Limit::RecipientLockout);
        Self {
            blocks: blocks.unwrap_or_default(),
            is_locked_out: standing.is_some_and(|standing| locked(standing.answering)),
            limits: standing
                .map(|standing| {
                    let sends = standing.sends.iter().map(|window| ("Messages", used(window)));
                    let failures = standing.failures.iter().map(|window| ("Wrong codes", used(window)));
                    let in_a_row = format!("{} of {}", standing.failures_in_a_row, standing.most_in_a_row);
                    sends.chain(failures).chain([("Wrong codes in a row", in_a_row)]).collect()
                })
                .unwrap_or_default(),
            challenges: report.page.rows.iter().map(|found| FoundRow::of(services, found, now)).collect(),
            more: report.page.next.is_some(),
        }
    }
}

fn told(what: &str, block: Block, now: Timestamp) -> String {
    let limit = plain(block.limit.as_str());
    match block.until {
        Some(until) => format!("{what} for {} ({limit}).", wait(until.since(now).as_secs())),
        None => format!("{what} until the lockout is cleared."),
    }
}

fn used(window: &WindowUse) -> String {
    format!("{} of {} in {}", window.used, window.rate.max, wait(window.rate.per.as_secs()))
}

impl FoundRow {
    fn of(services: &Services, found: &FoundChallenge, now: Timestamp) -> Self {
        let at = id::moment(found.id.0);
        Self {
            key: services.challenges.shareable_key(found.id).as_str().to_owned(),
            at: (at.to_string(), moment(at)),
            purpose: found.purpose.as_str().to_owned(),
            status: found.challenge.as_ref().map_or("", |one| one.standing.status_at(now).as_str()),
            messages: found.messages.iter().map(MessageRow::of).collect(),
        }
    }
}

impl MessageRow {
    fn of(message: &FoundMessage) -> Self {
        let mut story: Vec<String> = message
            .failed_tries
            .iter()
            .filter_map(|one| Some(format!("{}: {}.", moment(one.at), plain(one.failed?.as_str()))))
            .collect();
        if let Some(at) = message.at {
            let why = message.error.map(|error| format!(", {}", plain(error.as_str()))).unwrap_or_default();
            let reason = message.reason.as_ref().map(|reason| format!(" ({reason})")).unwrap_or_default();
            story.push(format!("{}: {}{why}{reason}.", moment(at), message.status.as_str()));
        }
        if let Some(reply) = &message.reply {
            let status = message.reply_status.as_ref().map(|status| format!(" {status}")).unwrap_or_default();
            story.push(format!("The server answered {reply}{status}."));
        }
        if let Some(at) = message.next_try_at {
            story.push(format!("The next try is due at {}.", moment(at)));
        }
        Self {
            channel: message.channel.as_str(),
            route: message.route.as_ref().map(ToString::to_string).unwrap_or_default(),
            status: message.status.as_str(),
            tone: tone(message.status),
            story,
            advice: message.error.map(DeliveryError::advice),
        }
    }
}
