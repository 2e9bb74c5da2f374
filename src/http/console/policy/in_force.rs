//! What holds where a tenant sets nothing, and where that comes from.

use std::time::Duration;

use serde_json::{Value, json};

use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::code::Alphabet;
use crate::domain::limits::rate::Rate;
use crate::domain::policy::{Policy, PolicySettings};

use crate::http::console::fields::{FieldRow, get};

/// Tells each field what holds without it: `inherited`, which is the server's where `general`, the settings for
/// all purposes, say nothing.
pub(super) fn tell(rows: &mut [FieldRow], inherited: &Policy, general: Option<&PolicySettings>) {
    let (values, general) = (values(inherited), json!(general));
    for row in rows {
        let source = match get(&general, row.field.pointer) {
            Some(_) => "set for all purposes",
            None => "server default",
        };
        row.inherit(&values, source);
    }
}

fn values(policy: &Policy) -> Value {
    let (code, order) = (&policy.code, &policy.channels);
    let pauses: Vec<_> = policy.sends.cooldowns.iter().map(Duration::as_secs).collect();
    json!({
        "code": { "length": code.length(), "alphabet": code.alphabet() },
        "ttl": lifetime(policy),
        "attempts": code.max_attempts(),
        "sends": policy.sends.max_sends,
        "resend_after": pauses,
        "template": policy.template.as_ref().map_or("its own", |purpose| purpose.as_str()),
        "channels": order.order.as_ref().map_or(json!("the first with a route"), |order| json!(order)),
        "fallback_after": fallback(order.pause),
        "limits": {
            "sends_per_recipient": policy.limits.as_ref().map(|limits| &limits.sends),
            "failures_per_recipient": policy.limits.as_ref().map(|limits| rates(&limits.failure_windows())),
        },
    })
}

fn lifetime(policy: &Policy) -> Value {
    let (usual, phones) = (policy.code.ttl().as_secs(), policy.code_over(ChannelKind::Sms).ttl().as_secs());
    if usual == phones { json!(usual) } else { json!(format!("{usual}, to phone numbers {phones}")) }
}

fn fallback(pause: Option<Duration>) -> Value {
    pause.map_or_else(
        || json!("30 after a chat, 45 after a text message or a call"),
        |pause| json!(pause.as_secs()),
    )
}

fn rates(rates: &[Rate]) -> String {
    rates.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// The odds of a guesser for each shape of code, as the page's script reckons them: what is in force, and the
/// size of each alphabet.
pub(super) struct Odds {
    pub(super) length: usize,
    pub(super) attempts: u8,
    /// The size of the alphabet in force.
    pub(super) size: usize,
    pub(super) digits: usize,
    pub(super) unambiguous: usize,
    /// One in this many, with what is stored.
    pub(super) one_in: String,
}

impl Odds {
    pub(super) fn of(inherited: &Policy, in_force: &Policy) -> Self {
        let code = &inherited.code;
        Self {
            length: code.length(),
            attempts: code.max_attempts(),
            size: code.alphabet().chars().len(),
            digits: Alphabet::Digits.chars().len(),
            unambiguous: Alphabet::Unambiguous.chars().len(),
            one_in: crate::http::console::words::count(in_force.code.odds()),
        }
    }
}
