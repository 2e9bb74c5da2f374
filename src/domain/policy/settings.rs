//! Policy settings: what a tenant sets for its codes, for all purposes or for one.

use serde::{Deserialize, Serialize};

use super::channels::{PAUSES, is_order};
use super::code::InvalidPolicy;
use super::sends::{MAX_PAUSE, MAX_SENDS};
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::code::Alphabet;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::limits::named::{MAX_LIMITS, NamedLimits};
use crate::domain::limits::rate::{MAX_WINDOW, Rate};

/// The maximum number of windows in which a tenant may count messages.
pub const MAX_WINDOWS: usize = 5;

/// The maximum number of purposes that a tenant may have settings for.
pub const MAX_PURPOSES: usize = 40;

/// A partial policy. A field that is not set is inherited: from purpose to tenant to operator.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct PolicySettings {
    /// The shape of codes.
    #[serde(skip_serializing_if = "CodeSettings::is_empty")]
    pub code: CodeSettings,
    /// The lifetime of a code, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttl: Option<u64>,
    /// How many answers are evaluated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attempts: Option<u8>,
    /// The maximum number of messages of one challenge, the first included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sends: Option<u8>,
    /// The pauses between messages, in seconds; the last one repeats.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resend_after: Option<Vec<u64>>,
    /// Limits that apply in addition to the operator's.
    #[serde(skip_serializing_if = "LimitSettings::is_empty")]
    pub limits: LimitSettings,
    /// The order of the channels to phone numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channels: Option<Vec<ChannelKind>>,
    /// The pause before the next channel, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fallback_after: Option<u64>,
    /// The purpose whose templates the messages use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template: Option<Purpose>,
}

/// The shape of codes.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct CodeSettings {
    /// The length, in characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub length: Option<usize>,
    /// The alphabet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alphabet: Option<Alphabet>,
}

/// Limits that a tenant sets itself.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct LimitSettings {
    /// Messages, in several windows at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sends_per_recipient: Option<Vec<Rate>>,
    /// Wrong answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failures_per_recipient: Option<Rate>,
    /// Mints for the subjects that they name. One of the same name in a wider policy is replaced.
    #[serde(skip_serializing_if = "NamedLimits::is_empty")]
    pub named: NamedLimits,
}

/// An error in one setting, and those in others.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{path}: {problem}")]
pub struct InvalidSetting {
    /// The path of the setting, such as `purposes.login.code.length`.
    pub path: String,
    /// What is wrong with it.
    pub problem: String,
    /// The errors in other settings, of which none has others.
    pub others: Vec<Self>,
}

impl InvalidSetting {
    /// Creates the error of the setting at this path.
    pub fn at(path: &str, problem: impl Into<String>) -> Self {
        Self { path: path.to_owned(), problem: problem.into(), others: Vec::new() }
    }

    /// Returns the same errors with `path` put in front of their own.
    pub(super) fn below(self, path: &str) -> Self {
        let others = self.others.into_iter().map(|other| other.below(path)).collect();
        Self { path: format!("{path}.{}", self.path), problem: self.problem, others }
    }

    /// Returns all errors of these checks as one.
    pub(super) fn all(checks: impl IntoIterator<Item = Result<(), Self>>) -> Result<(), Self> {
        let mut errors = checks.into_iter().filter_map(Result::err);
        let Some(mut first) = errors.next() else { return Ok(()) };
        for mut error in errors {
            let others = std::mem::take(&mut error.others);
            first.others.push(error);
            first.others.extend(others);
        }
        Err(first)
    }

    /// Returns this error and the others.
    pub fn each(&self) -> impl Iterator<Item = &Self> {
        std::iter::once(self).chain(&self.others)
    }
}

impl CodeSettings {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl LimitSettings {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl PolicySettings {
    /// Returns whether nothing is set.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Returns these settings, with those of `wider` where these are not set.
    #[must_use]
    pub(super) fn over(&self, wider: &Self) -> Self {
        let (code, limits) = (&self.code, &self.limits);
        Self {
            code: CodeSettings {
                length: code.length.or(wider.code.length),
                alphabet: code.alphabet.or(wider.code.alphabet),
            },
            ttl: self.ttl.or(wider.ttl),
            attempts: self.attempts.or(wider.attempts),
            sends: self.sends.or(wider.sends),
            resend_after: self.resend_after.as_ref().or(wider.resend_after.as_ref()).cloned(),
            limits: LimitSettings {
                sends_per_recipient: limits
                    .sends_per_recipient
                    .as_ref()
                    .or(wider.limits.sends_per_recipient.as_ref())
                    .cloned(),
                failures_per_recipient: limits.failures_per_recipient.or(wider.limits.failures_per_recipient),
                named: wider.limits.named.clone().into_iter().chain(limits.named.clone()).collect(),
            },
            channels: self.channels.as_ref().or(wider.channels.as_ref()).cloned(),
            fallback_after: self.fallback_after.or(wider.fallback_after),
            template: self.template.as_ref().or(wider.template.as_ref()).cloned(),
        }
    }

    /// Checks these settings by themselves; the code is checked where the settings are resolved.
    pub(super) fn check(&self) -> Result<(), InvalidSetting> {
        let limits = &self.limits;
        let limits = InvalidSetting::all([
            check_windows(limits.sends_per_recipient.as_deref(), limits.failures_per_recipient),
            check_named(&limits.named),
        ]);
        InvalidSetting::all([
            self.check_sends(),
            self.check_pauses(),
            self.check_channels(),
            self.check_fallback(),
            limits.map_err(|error| error.below("limits")),
        ])
    }

    fn check_sends(&self) -> Result<(), InvalidSetting> {
        match self.sends.is_none_or(|sends| (1..=MAX_SENDS).contains(&sends)) {
            true => Ok(()),
            false => Err(InvalidSetting::at("sends", format!("sends must be from 1 to {MAX_SENDS}"))),
        }
    }

    fn check_pauses(&self) -> Result<(), InvalidSetting> {
        let pauses = |pauses: &Vec<u64>| {
            (1..=usize::from(MAX_SENDS)).contains(&pauses.len())
                && pauses.iter().all(|pause| (1..=MAX_PAUSE.as_secs()).contains(pause))
        };
        if !self.resend_after.as_ref().is_none_or(pauses) {
            let problem = format!("1 to {MAX_SENDS} pauses of 1 to {} seconds", MAX_PAUSE.as_secs());
            return Err(InvalidSetting::at("resend_after", problem));
        }
        Ok(())
    }

    fn check_channels(&self) -> Result<(), InvalidSetting> {
        if !self.channels.as_deref().is_none_or(is_order) {
            let problem = "one or more of sms, whatsapp, voice and telegram, each once";
            return Err(InvalidSetting::at("channels", problem));
        }
        Ok(())
    }

    fn check_fallback(&self) -> Result<(), InvalidSetting> {
        if !self.fallback_after.as_ref().is_none_or(|pause| PAUSES.contains(pause)) {
            let problem = format!("{} to {} seconds", PAUSES.start(), PAUSES.end());
            return Err(InvalidSetting::at("fallback_after", problem));
        }
        Ok(())
    }

    /// Returns the path of the setting that is blamed for a refused code policy.
    pub(super) fn blamed(&self, problem: &InvalidPolicy) -> &'static str {
        match problem {
            InvalidPolicy::Length => "code.length",
            InvalidPolicy::Ttl => "ttl",
            InvalidPolicy::Attempts => "attempts",
            InvalidPolicy::TooEasy { .. } if self.code.length.is_some() => "code.length",
            InvalidPolicy::TooEasy { .. } if self.code.alphabet.is_some() => "code.alphabet",
            InvalidPolicy::TooEasy { .. } => "attempts",
        }
    }
}

/// Returns an error for limits that cannot be counted.
fn check_named(limits: &NamedLimits) -> Result<(), InvalidSetting> {
    if limits.len() > MAX_LIMITS {
        return Err(InvalidSetting::at("named", format!("at most {MAX_LIMITS} limits")));
    }
    // One without windows refuses nothing: its name is taken before its windows are known.
    let counted = limits.iter().filter(|(_, rates)| !rates.is_empty());
    InvalidSetting::all(counted.map(|(name, rates)| {
        let at = |problem| InvalidSetting::at(&format!("named.{}", name.as_str()), problem);
        rates_problem(rates).map_or(Ok(()), |problem| Err(at(problem)))
    }))
}

/// Returns an error if a rate needs more events, or a limit more windows, than can be counted for a
/// recipient.
pub(super) fn check_windows(sends: Option<&[Rate]>, failures: Option<Rate>) -> Result<(), InvalidSetting> {
    let failures = failures.filter(|rate| has_too_many(*rate)).map(|_| too_many());
    let problems =
        [("failures_per_recipient", failures), ("sends_per_recipient", sends.and_then(rates_problem))];
    InvalidSetting::all(problems.map(|(name, problem)| match problem {
        Some(problem) => Err(InvalidSetting::at(name, problem)),
        None => Ok(()),
    }))
}

/// Returns why these windows cannot be counted together, if so.
fn rates_problem(rates: &[Rate]) -> Option<String> {
    if rates.iter().copied().any(has_too_many) {
        return Some(too_many());
    }
    let fits = (1..=MAX_WINDOWS).contains(&rates.len());
    (!fits).then(|| format!("1 to {MAX_WINDOWS} rates such as \"3/10m\""))
}

fn has_too_many(rate: Rate) -> bool {
    rate.max > MAX_WINDOW
}

fn too_many() -> String {
    format!("at most {MAX_WINDOW} events can be counted in one window")
}
