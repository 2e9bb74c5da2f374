//! Policies in answers: the tenant's settings, and the policies in force.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::code::Alphabet;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::limits::named::{LimitName, MAX_LIMITS, NamedLimits};
use crate::domain::limits::rate::Rate;
use crate::domain::policy::Policy;

use crate::http::shared::description::operation::Example;
use crate::http::shared::description::schemas::part;
use crate::http::shared::description::words::{Attempts, CodeLength, Sends, Ttl};
use crate::http::v1::code_shape::{CodeAlphabet, CodeShape};

/// The tenant's settings for its codes. An absent setting falls back to the tenant's general policy, then to the
/// operator's. In a patch null removes a setting.
#[derive(ToSchema)]
#[schema(as = Policy)]
#[expect(dead_code, reason = "only its schema is used: the domain's own types are read and written")]
pub(crate) struct PolicySchema {
    code: Option<CodeShape>,
    /// Lifetime of a code in seconds.
    #[schema(value_type = Option<Ttl>)]
    ttl: Option<u64>,
    /// How many answers are evaluated.
    #[schema(value_type = Option<Attempts>)]
    attempts: Option<u8>,
    /// How many messages a challenge may have, including the first.
    #[schema(value_type = Option<Sends>)]
    sends: Option<u8>,
    /// Seconds between the messages of a challenge; the last value repeats.
    #[schema(schema_with = pauses)]
    resend_after: Option<Vec<u64>>,
    limits: Option<PolicyLimitsSchema>,
    #[schema(schema_with = channels)]
    channels: Option<Vec<String>>,
    /// Seconds after a message before the code follows over the next channel.
    #[schema(minimum = 10, maximum = 600, example = 30)]
    fallback_after: Option<u64>,
    /// The purpose whose template the messages use.
    #[schema(value_type = Option<Purpose>)]
    template: Option<String>,
}

/// Limits per recipient, in addition to the operator's.
#[derive(ToSchema)]
#[schema(as = PolicyLimits)]
#[expect(dead_code, reason = "only its schema is used: the domain's own types are read and written")]
pub(crate) struct PolicyLimitsSchema {
    /// Messages, in several windows at once.
    #[schema(schema_with = rates)]
    sends_per_recipient: Option<Vec<String>>,
    /// Wrong answers.
    #[schema(schema_with = rate)]
    failures_per_recipient: Option<String>,
    #[schema(schema_with = named)]
    named: Option<BTreeMap<String, Vec<String>>>,
}

fn channels() -> RefOr<Schema> {
    let words: Vec<_> =
        ChannelKind::media().filter(|channel| channel.reaches_numbers()).map(ChannelKind::as_str).collect();
    part(json!({
        "type": ["array", "null"],
        "description": "The channels of codes to phone numbers, in the order in which they are used: the next one if \
                        a message fails, or is not reported to have arrived in time.",
        "items": { "type": "string", "enum": words },
        "uniqueItems": true,
        "minItems": 1, "maxItems": words.len(), "examples": [["whatsapp", "sms", "voice"]],
    }))
}

fn named() -> RefOr<Schema> {
    part(json!({
        "type": ["object", "null"],
        "description": "Limits of your own on mints for what they name in `limits`, in several windows at once. Those of \
                        a purpose replace those of the general policy with the same name. One without rates refuses nothing.",
        "propertyNames": { "type": "string", "pattern": "^[a-z][a-z0-9_]*$", "maxLength": LimitName::MAX_LENGTH },
        "additionalProperties": {
            "type": ["array", "null"],
            "items": { "type": "string", "pattern": RATE, "maxLength": 9 },
            "maxItems": 5,
        },
        "maxProperties": MAX_LIMITS,
        "examples": [{ "device": ["5/10m", "20/24h"] }],
    }))
}

fn effective_named() -> RefOr<Schema> {
    part(json!({
        "type": "object",
        "description": "Your own limits on mints, by what they name.",
        "additionalProperties": { "type": "array", "items": { "type": "string" }, "maxItems": 5 },
        "maxProperties": 2 * MAX_LIMITS,
    }))
}

const RATE: &str = "^[1-9][0-9]?/[1-9][0-9]*[smh]$";

fn pauses() -> RefOr<Schema> {
    part(json!({
        "type": ["array", "null"],
        "description": "Seconds between the messages of a challenge; the last value repeats.",
        "items": { "type": "integer", "format": "int64", "minimum": 1, "maximum": 900 },
        "minItems": 1, "maxItems": 10, "examples": [[30, 60]],
    }))
}

fn rates() -> RefOr<Schema> {
    part(json!({
        "type": ["array", "null"],
        "description": "Messages, in several windows at once.",
        "items": { "type": "string", "pattern": RATE, "maxLength": 9 },
        "minItems": 1, "maxItems": 5, "examples": [["3/10m", "10/24h"]],
    }))
}

fn rate() -> RefOr<Schema> {
    part(json!({
        "type": ["string", "null"],
        "description": "Wrong answers.",
        "pattern": RATE, "maxLength": 9, "examples": ["20/24h"],
    }))
}

/// The policy in force for one purpose.
#[derive(Serialize, ToSchema)]
#[schema(as = EffectivePolicy)]
pub(crate) struct EffectivePolicyView {
    code: EffectiveCode,
    /// Lifetime of a code in seconds.
    #[schema(value_type = Ttl)]
    ttl: u64,
    /// How many answers are evaluated.
    #[schema(value_type = Attempts)]
    attempts: u8,
    /// How many messages a challenge may have, including the first.
    #[schema(value_type = Sends)]
    sends: u8,
    /// Seconds between the messages; the last value repeats.
    #[schema(max_items = 100)]
    resend_after: Vec<u64>,
    /// Null if the operator has switched limits off.
    #[schema(required)]
    limits: Option<EffectiveLimits>,
    /// The purpose whose template the messages use.
    #[schema(max_length = 32)]
    template: String,
    /// An attacker who uses all attempts guesses the code of one challenge in this many.
    #[schema(minimum = 2000, format = "int64")]
    guess_odds: u64,
}

/// The shape of codes.
#[derive(Serialize, ToSchema)]
pub(crate) struct EffectiveCode {
    /// The number of characters.
    #[schema(value_type = CodeLength)]
    length: usize,
    #[schema(value_type = CodeAlphabet)]
    alphabet: Alphabet,
}

/// Limits per recipient, the operator's and the tenant's: all of them apply.
#[derive(Serialize, ToSchema)]
pub(crate) struct EffectiveLimits {
    /// Messages.
    #[schema(value_type = Vec<String>, max_items = 100)]
    sends_per_recipient: Vec<Rate>,
    /// Wrong answers.
    #[schema(value_type = Vec<String>, max_items = 2)]
    failures_per_recipient: Vec<Rate>,
    /// Your own, by what they name.
    #[schema(schema_with = effective_named)]
    named: NamedLimits,
}

impl EffectivePolicyView {
    /// The policies of these purposes.
    pub(crate) fn of_all(policies: &BTreeMap<Purpose, Policy>) -> BTreeMap<String, Self> {
        let one =
            |(purpose, policy): (&Purpose, &Policy)| (purpose.as_str().to_owned(), Self::of(purpose, policy));
        policies.iter().map(one).collect()
    }

    fn of(purpose: &Purpose, policy: &Policy) -> Self {
        let code = &policy.code;
        let limits = policy.limits.as_ref().map(|limits| EffectiveLimits {
            sends_per_recipient: limits.sends.clone(),
            failures_per_recipient: limits.failure_windows(),
            named: policy.named.clone(),
        });
        Self {
            code: EffectiveCode { length: code.length(), alphabet: code.alphabet() },
            ttl: code.ttl().as_secs(),
            attempts: code.max_attempts(),
            sends: policy.sends.max_sends,
            resend_after: policy.sends.cooldowns.iter().map(std::time::Duration::as_secs).collect(),
            limits,
            template: policy.template(purpose).as_str().to_owned(),
            guess_odds: code.odds(),
        }
    }
}

impl Example for EffectivePolicyView {
    fn example() -> Self {
        let rate = |max, seconds| Rate { max, per: std::time::Duration::from_secs(seconds) };
        Self {
            code: EffectiveCode { length: 8, alphabet: Alphabet::Digits },
            ttl: 600,
            attempts: 5,
            sends: 3,
            resend_after: vec![30, 60],
            limits: Some(EffectiveLimits {
                sends_per_recipient: vec![rate(3, 600), rate(5, 3600), rate(10, 86_400)],
                failures_per_recipient: vec![rate(20, 86_400)],
                named: NamedLimits::new(),
            }),
            template: "login".to_owned(),
            guess_odds: 20_000_000,
        }
    }
}
