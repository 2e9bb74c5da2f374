// SPDX-License-Identifier: MIT

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::bodies::{Body, plain};
use super::problems::Refused;
use crate::receipts::bind_hash;
use crate::types::{Channel, Fields, Status};

const MOST_SENDS: usize = 3;
const PAUSES: [u64; 2] = [30, 60];

/// A message that would have been sent.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Message {
    /// The recipient.
    pub to: String,
    /// How it would have travelled.
    pub channel: Channel,
    /// What it would have said.
    pub code: String,
    /// What the code is for.
    pub purpose: String,
    /// The shareable key of its challenge, or the id of a relayed message.
    pub key: String,
    /// When.
    pub at: Timestamp,
    /// Whether the code came from the app, by `messages().relay(…)`.
    pub relayed: bool,
}

impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Message").field("to", &self.to).field("key", &self.key).finish_non_exhaustive()
    }
}

/// A challenge, with what nobody is told.
pub(super) struct Entry {
    pub key: String,
    pub to: String,
    pub channel: Channel,
    pub code: String,
    pub purpose: String,
    pub locale: String,
    pub nonce: Option<String>,
    pub metadata: Fields,
    /// The hash of what was bound.
    pub bind: Option<String>,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    pub attempts: u32,
    pub sends: Vec<(Channel, Timestamp)>,
    pub ended: Option<Status>,
}

/// The challenges of a fake and the rules for them.
pub(super) struct Book {
    pub now: Timestamp,
    pub attempts: u32,
    pub code: Box<dyn Fn(usize) -> String + Send>,
    pub messages: Vec<Message>,
    entries: Vec<Entry>,
}

impl Book {
    pub fn new(now: Timestamp) -> Self {
        let code = Box::new(|length| "42".repeat(length)[..length].to_owned());
        Self { now, attempts: 5, code, messages: Vec::new(), entries: Vec::new() }
    }

    pub fn mint(&mut self, body: &Body) -> Result<usize, Refused> {
        if body.text("return_url").is_some() || body.value("embed") == true {
            return Err(Refused::of("no_pages"));
        }
        let to = recipient(body.text("to").unwrap_or_default())?;
        let ttl = body.value("ttl").as_u64().unwrap_or(600);
        if !(60..=900).contains(&ttl) {
            return Err(Refused::field("/ttl", "ttl must be from 60 to 900 seconds"));
        }
        let length = body.value("code")["length"].as_u64().and_then(|length| usize::try_from(length).ok());
        let channel = if body.text("channel") == Some("none") { Channel::None } else { way_to(&to, body)? };
        let entry = Entry {
            key: key_of(self.entries.len()),
            to,
            channel,
            code: (self.code)(length.unwrap_or(6)),
            purpose: body.text("purpose").unwrap_or("verification").to_owned(),
            locale: body.text("locale").unwrap_or("en").to_owned(),
            nonce: body.text("nonce").map(str::to_owned),
            metadata: body.fields("metadata"),
            bind: hash_of(&body.fields("bind")),
            created_at: self.now,
            expires_at: self.now + Duration::from_secs(ttl),
            attempts: self.attempts,
            sends: Vec::new(),
            ended: None,
        };
        self.entries.push(entry);
        let at = self.entries.len() - 1;
        if channel != Channel::None {
            self.send(at, channel);
        }
        Ok(at)
    }

    pub fn entry(&self, at: usize) -> &Entry {
        &self.entries[at]
    }

    pub fn find(&self, key: &str) -> Result<usize, Refused> {
        let found = self.entries.iter().position(|entry| entry.key == key);
        found.ok_or_else(|| Refused::of("challenge_not_found"))
    }

    /// The latest pending one.
    pub fn find_by_recipient(&self, to: &str, purpose: &str) -> Result<usize, Refused> {
        let is_meant = |entry: &Entry| {
            entry.to == to && entry.purpose == purpose && self.status(entry) == Status::Pending
        };
        self.entries.iter().rposition(is_meant).ok_or_else(|| Refused::of("challenge_not_found"))
    }

    pub fn status(&self, entry: &Entry) -> Status {
        match entry.ended {
            Some(status) => status,
            None if self.now >= entry.expires_at => Status::Expired,
            None => Status::Pending,
        }
    }

    pub fn verify(&mut self, at: usize, typed: &str, bind: &Fields) -> Result<(), Refused> {
        let code = plain(typed);
        if !(4..=10).contains(&code.len()) || !code.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(Refused::of("not_a_code"));
        }
        self.must_be_pending(at)?;
        let entry = &mut self.entries[at];
        entry.attempts -= 1;
        if hash_of(bind) == entry.bind && code == entry.code.to_uppercase() {
            entry.ended = Some(Status::Verified);
            return Ok(());
        }
        if entry.attempts == 0 {
            entry.ended = Some(Status::Exhausted);
        }
        Err(Refused::of("code_mismatch").with("attempts_remaining", entry.attempts))
    }

    pub fn resend(&mut self, at: usize, channel: Option<Channel>) -> Result<(), Refused> {
        self.must_be_pending(at)?;
        let entry = &self.entries[at];
        if entry.channel == Channel::None {
            return Err(Refused::of("nothing_to_resend"));
        }
        let next = resend_at(entry).ok_or_else(|| Refused::of("sends_spent"))?;
        let wait = next.duration_since(self.now);
        if wait > SignedDuration::ZERO {
            let seconds = wait.as_secs() + i64::from(wait.subsec_nanos() > 0);
            return Err(Refused::of("resend_cooldown").with("retry_after", seconds));
        }
        let channel = channel.unwrap_or(entry.channel);
        self.send(at, channel);
        Ok(())
    }

    pub fn cancel(&mut self, at: usize) -> Result<(), Refused> {
        self.must_be_pending(at)?;
        self.entries[at].ended = Some(Status::Canceled);
        Ok(())
    }

    fn send(&mut self, at: usize, channel: Channel) {
        let entry = &mut self.entries[at];
        entry.channel = channel;
        entry.sends.push((channel, self.now));
        let Entry { to, code, purpose, key, .. } = &*entry;
        let (to, code, purpose, key) = (to.clone(), code.clone(), purpose.clone(), key.clone());
        self.messages.push(Message { to, channel, code, purpose, key, at: self.now, relayed: false });
    }

    fn must_be_pending(&self, at: usize) -> Result<(), Refused> {
        match self.status(&self.entries[at]) {
            Status::Pending => Ok(()),
            ended => Err(Refused::of(&format!("challenge_{}", super::views::word(&ended)))),
        }
    }
}

pub(super) fn channel(body: &Body) -> Result<Option<Channel>, Refused> {
    let found = serde_json::from_value::<Option<Channel>>(body.value("channel").clone());
    match found {
        Ok(Some(Channel::Unknown)) | Err(_) => Err(Refused::field("/channel", "there is no such channel")),
        Ok(channel) => Ok(channel),
    }
}

/// The channel that was asked for, if it leads to this recipient; otherwise the usual one.
pub(super) fn way_to(to: &str, body: &Body) -> Result<Channel, Refused> {
    let is_mail = to.contains('@');
    match channel(body)? {
        None => Ok(if is_mail { Channel::Email } else { Channel::Sms }),
        Some(Channel::Email) if is_mail => Ok(Channel::Email),
        Some(wished @ (Channel::Sms | Channel::WhatsApp | Channel::Voice | Channel::Telegram))
            if !is_mail =>
        {
            Ok(wished)
        }
        Some(_) => Err(Refused::field("/channel", "no channel that reaches this recipient")),
    }
}

pub(super) fn sends_remaining(entry: &Entry) -> usize {
    if entry.channel == Channel::None { 0 } else { MOST_SENDS - entry.sends.len() }
}

pub(super) fn resend_at(entry: &Entry) -> Option<Timestamp> {
    let (_, last) = entry.sends.last().filter(|_| sends_remaining(entry) > 0)?;
    Some(*last + Duration::from_secs(PAUSES[entry.sends.len() - 1]))
}

pub(super) fn recipient(to: &str) -> Result<String, Refused> {
    let is_mail = to.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty() && !domain.contains('@') && domain.trim_matches('.').contains('.')
    });
    if is_mail && !to.contains(char::is_whitespace) {
        return Ok(to.to_owned());
    }
    let number: String = to.chars().filter(|c| !" ().-/".contains(*c)).collect();
    let digits = number.strip_prefix('+').unwrap_or_default();
    if (7..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(number);
    }
    Err(Refused::field("/to", "not a mail address that can receive a code"))
}

/// 23 letters that count.
pub(super) fn key_of(count: usize) -> String {
    let mut letters = String::new();
    let mut rest = count;
    while letters.len() < 23 {
        letters.insert(0, char::from(b'a' + u8::try_from(rest % 26).unwrap_or_default()));
        rest /= 26;
    }
    letters
}

fn hash_of(bind: &Fields) -> Option<String> {
    (!bind.is_empty()).then(|| bind_hash(bind))
}

/// For the view: null for nothing.
pub(super) fn or_null(text: Option<impl Into<Value>>) -> Value {
    text.map_or(Value::Null, Into::into)
}
