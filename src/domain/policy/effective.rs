//! Effective policies: the tenant's settings over the operator's.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::channels::ChannelOrder;
use super::code::{CodePolicy, InvalidPolicy};
use super::granted::GrantedLimits;
use super::sends::SendPolicy;
use super::settings::{InvalidSetting, MAX_PURPOSES, PolicySettings};
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::limits::named::NamedLimits;
use crate::domain::limits::recipient::RecipientLimits;
use crate::domain::tenants::tenant::TenantSettings;

/// The effective policy for the codes of one purpose.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Policy {
    /// How codes are drawn and tried.
    pub code: CodePolicy,
    /// The lifetime of codes that are sent to phone numbers.
    pub phone_ttl: Duration,
    /// The channels of codes to phone numbers.
    pub channels: ChannelOrder,
    /// How often one code may be sent.
    pub sends: SendPolicy,
    /// The limits per recipient; `None` if limits are switched off.
    pub limits: Option<Arc<RecipientLimits>>,
    /// The limits that the tenant names. They are not counted where `limits` are switched off.
    pub named: NamedLimits,
    /// The purpose whose templates the messages use; `None` for the challenge's own purpose.
    pub template: Option<Purpose>,
}

impl Policy {
    /// Returns the purpose whose templates are used for a code for `purpose`.
    pub fn template<'a>(&'a self, purpose: &'a Purpose) -> &'a Purpose {
        self.template.as_ref().unwrap_or(purpose)
    }

    /// Returns the policy for codes over this channel.
    pub fn code_over(&self, channel: ChannelKind) -> CodePolicy {
        match channel.reaches_numbers() {
            true => self.code.living(self.phone_ttl),
            false => self.code.clone(),
        }
    }

    /// Returns the code policy with `settings` applied.
    fn code(&self, settings: &PolicySettings) -> Result<CodePolicy, InvalidPolicy> {
        CodePolicy::new(
            settings.code.alphabet.unwrap_or(self.code.alphabet()),
            settings.code.length.unwrap_or(self.code.length()),
            settings.ttl.map_or(self.code.ttl(), Duration::from_secs),
            settings.attempts.unwrap_or(self.code.max_attempts()),
        )
    }

    /// Returns this policy with `settings` applied and `code` as its code policy.
    fn with(&self, settings: &PolicySettings, code: CodePolicy) -> Self {
        let pauses = |seconds: &Vec<u64>| seconds.iter().copied().map(Duration::from_secs).collect();
        let cooldowns = settings.resend_after.as_ref().map(pauses);
        Self {
            code,
            phone_ttl: settings.ttl.map_or(self.phone_ttl, Duration::from_secs),
            channels: ChannelOrder {
                order: settings.channels.clone(),
                pause: settings.fallback_after.map(Duration::from_secs),
            },
            sends: SendPolicy {
                max_sends: settings.sends.unwrap_or(self.sends.max_sends),
                cooldowns: cooldowns.unwrap_or_else(|| self.sends.cooldowns.clone()),
            },
            limits: self.limits.as_ref().map(|limits| tightened(limits, settings)),
            named: settings.limits.named.clone(),
            template: settings.template.clone(),
        }
    }
}

/// Combines the operator's and the tenant's limits. All of them apply, so a tenant's limits can
/// only tighten.
fn tightened(limits: &Arc<RecipientLimits>, settings: &PolicySettings) -> Arc<RecipientLimits> {
    let own = &settings.limits;
    if own.sends_per_recipient.is_none() && own.failures_per_recipient.is_none() {
        return Arc::clone(limits);
    }
    let mut tightened = RecipientLimits::clone(limits);
    tightened.sends.extend(own.sends_per_recipient.iter().flatten());
    tightened.own_failures = own.failures_per_recipient;
    Arc::new(tightened)
}

impl GrantedLimits {
    /// Returns the operator's policy with these limits applied. Limits that are switched off stay off.
    pub fn in_policy(&self, operator: &Arc<Policy>) -> Arc<Policy> {
        match &operator.limits {
            Some(general) if !self.is_empty() => {
                Arc::new(Policy { limits: Some(self.over(general)), ..Policy::clone(operator) })
            }
            _ => Arc::clone(operator),
        }
    }
}

impl TenantSettings {
    /// Checks what can be checked without the operator's policy.
    fn check(&self) -> Result<(), InvalidSetting> {
        if self.purposes.len() > MAX_PURPOSES {
            let problem = format!("at most {MAX_PURPOSES} purposes can have settings");
            return Err(InvalidSetting::at("purposes", problem));
        }
        let policy = self.policy.check().map_err(|error| error.below("policy"));
        let purposes = self.purposes.iter().map(|(purpose, own)| own.check().map_err(below(purpose)));
        InvalidSetting::all(std::iter::once(policy).chain(purposes))
    }
}

/// The resolved policies of a tenant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Policies {
    usual: Arc<Policy>,
    purposes: BTreeMap<Purpose, Policy>,
}

impl Policies {
    /// Applies `settings` to the operator's policy. Returns an error if the codes of any purpose
    /// would be too easy to guess, whichever level the cause is on.
    pub fn new(operator: &Arc<Policy>, settings: &TenantSettings) -> Result<Self, InvalidSetting> {
        InvalidSetting::all([settings.check(), check_codes(operator, settings)])?;
        Ok(Self::effective(operator, settings))
    }

    /// Applies settings that were accepted before. The operator's policy may have changed since:
    /// where the combination would be refused, the operator's code policy is used.
    pub fn effective(operator: &Arc<Policy>, settings: &TenantSettings) -> Self {
        let resolve = |merged: &PolicySettings| {
            let code = operator.code(merged).unwrap_or_else(|_| operator.code.clone());
            operator.with(merged, code)
        };
        let usual = match settings.policy.is_empty() {
            true => Arc::clone(operator),
            false => Arc::new(resolve(&settings.policy)),
        };
        let purposes = settings.purposes.iter();
        let purposes = purposes.map(|(purpose, own)| (purpose.clone(), resolve(&own.over(&settings.policy))));
        Self { usual, purposes: purposes.collect() }
    }

    /// Returns the policy of purposes without settings.
    pub fn usual(&self) -> &Policy {
        &self.usual
    }

    /// Returns the policy of a purpose.
    pub fn of(&self, purpose: &Purpose) -> &Policy {
        self.purposes.get(purpose).unwrap_or(&self.usual)
    }

    /// Returns the policies of the built-in purposes and of those that have settings.
    pub fn all(&self) -> BTreeMap<&Purpose, &Policy> {
        let built_in = BUILT_IN.iter().map(|purpose| (purpose, self.of(purpose)));
        built_in.chain(&self.purposes).collect()
    }
}

static BUILT_IN: [Purpose; 4] = Purpose::BUILT_IN;

/// Puts the path of a purpose in front of an error's.
fn below(purpose: &Purpose) -> impl Fn(InvalidSetting) -> InvalidSetting {
    let path = format!("purposes.{}", purpose.as_str());
    move |error| error.below(&path)
}

/// Checks the codes of all purposes. Most have what is wrong with the general policy, so that is told alone.
fn check_codes(operator: &Policy, settings: &TenantSettings) -> Result<(), InvalidSetting> {
    check_code(operator, &settings.policy, &settings.policy).map_err(|error| error.below("policy"))?;
    InvalidSetting::all(
        settings.purposes.iter().map(|(purpose, own)| {
            check_code(operator, &own.over(&settings.policy), own).map_err(below(purpose))
        }),
    )
}

fn check_code(
    operator: &Policy,
    merged: &PolicySettings,
    own: &PolicySettings,
) -> Result<(), InvalidSetting> {
    let invalid = |error: InvalidPolicy| InvalidSetting::at(own.blamed(&error), error.to_string());
    operator.code(merged).map(|_| ()).map_err(invalid)
}

#[cfg(test)]
mod tests;
