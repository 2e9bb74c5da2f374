//! `PATCH /v1/tenant`: a merge patch (RFC 7396). What is not in it stays, and null removes.

use serde::Deserialize;

use crate::domain::code::Alphabet;
use crate::domain::limit::Rate;
use crate::domain::origin::WebOrigin;
use crate::domain::policy::{CodeSettings, LimitSettings, PolicySettings};
use crate::domain::purpose::Purpose;
use crate::domain::tenant::{MAX_ORIGINS, TenantSettings, parse_name};
use crate::service::TenantDraft;

use super::super::error::V1Error;
use super::super::object::{self, Change, Members};

/// What of a tenant is changed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct TenantPatch {
    #[serde(default)]
    name: Change<String>,
    #[serde(default, deserialize_with = "object::change")]
    policy: Change<PolicyPatch>,
    #[serde(default, deserialize_with = "object::named")]
    purposes: Change<Members<PolicyPatch>>,
    #[serde(default)]
    allowed_origins: Change<Vec<String>>,
}

/// What of a policy is changed.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct PolicyPatch {
    #[serde(default, deserialize_with = "object::change")]
    code: Change<CodePatch>,
    #[serde(default)]
    ttl: Change<u64>,
    #[serde(default)]
    attempts: Change<u8>,
    #[serde(default)]
    sends: Change<u8>,
    #[serde(default)]
    resend_after: Change<Vec<u64>>,
    #[serde(default, deserialize_with = "object::change")]
    limits: Change<LimitPatch>,
    #[serde(default)]
    template: Change<Purpose>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct CodePatch {
    #[serde(default)]
    length: Change<usize>,
    #[serde(default)]
    alphabet: Change<Alphabet>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct LimitPatch {
    #[serde(default)]
    sends_per_recipient: Change<Vec<Rate>>,
    #[serde(default)]
    failures_per_recipient: Change<Rate>,
}

impl TenantPatch {
    /// Names what cannot be, as far as that is seen without the tenant.
    pub(super) fn check(&self) -> Result<(), V1Error> {
        if let Change::Set(name) = &self.name {
            parse_name(name).ok_or_else(|| V1Error::field("/name", "at most 100 bytes on one line"))?;
        }
        if let Change::Set(origins) = &self.allowed_origins {
            check_origins(origins)?;
        }
        let Change::Set(purposes) = &self.purposes else { return Ok(()) };
        match purposes.iter().find(|(word, _)| Purpose::parse(word).is_none()) {
            None => Ok(()),
            Some((word, _)) => {
                let pointer = format!("/purposes/{}", word.replace('~', "~0").replace('/', "~1"));
                let problem =
                    "a purpose has 1 to 32 lower-case letters, digits and underscores, a letter first";
                Err(V1Error::field(pointer, problem))
            }
        }
    }

    /// Changes what the tenant may change about itself.
    pub(super) fn apply(&self, draft: &mut TenantDraft) {
        match &self.name {
            Change::Keep => {}
            Change::Remove => draft.name.clear(),
            Change::Set(name) => draft.name = parse_name(name).unwrap_or_default(),
        }
        match &self.allowed_origins {
            Change::Keep => {}
            Change::Remove => draft.settings.allowed_origins.clear(),
            Change::Set(origins) => {
                let parsed = origins.iter().filter_map(|origin| WebOrigin::parse(origin).ok());
                draft.settings.allowed_origins = parsed.collect();
            }
        }
        change(&self.policy, &mut draft.settings.policy, PolicyPatch::apply);
        self.apply_purposes(&mut draft.settings);
    }

    fn apply_purposes(&self, settings: &mut TenantSettings) {
        match &self.purposes {
            Change::Keep => {}
            Change::Remove => settings.purposes.clear(),
            Change::Set(purposes) => {
                for (word, patch) in purposes {
                    let Some(purpose) = Purpose::parse(word) else { continue };
                    change(patch, settings.purposes.entry(purpose).or_default(), PolicyPatch::apply);
                }
            }
        }
        // A purpose without settings is as every other.
        settings.purposes.retain(|_, policy| !policy.is_empty());
    }
}

/// Names the first origin that cannot be allowed.
fn check_origins(origins: &[String]) -> Result<(), V1Error> {
    if origins.len() > MAX_ORIGINS {
        return Err(V1Error::field("/allowed_origins", format!("at most {MAX_ORIGINS} origins")));
    }
    let first_wrong = origins.iter().enumerate().find_map(|(at, origin)| {
        let problem = WebOrigin::parse(origin).err()?;
        Some(V1Error::field(format!("/allowed_origins/{at}"), problem.to_string()))
    });
    first_wrong.map_or(Ok(()), Err)
}

impl PolicyPatch {
    fn apply(&self, policy: &mut PolicySettings) {
        change(&self.code, &mut policy.code, CodePatch::apply);
        self.ttl.apply(&mut policy.ttl);
        self.attempts.apply(&mut policy.attempts);
        self.sends.apply(&mut policy.sends);
        self.resend_after.apply(&mut policy.resend_after);
        change(&self.limits, &mut policy.limits, LimitPatch::apply);
        self.template.apply(&mut policy.template);
    }
}

impl CodePatch {
    fn apply(&self, code: &mut CodeSettings) {
        self.length.apply(&mut code.length);
        self.alphabet.apply(&mut code.alphabet);
    }
}

impl LimitPatch {
    fn apply(&self, limits: &mut LimitSettings) {
        self.sends_per_recipient.apply(&mut limits.sends_per_recipient);
        self.failures_per_recipient.apply(&mut limits.failures_per_recipient);
    }
}

/// Changes an object that has no settings when it is not there.
fn change<P, T: Default>(patch: &Change<P>, object: &mut T, apply: impl Fn(&P, &mut T)) {
    match patch {
        Change::Keep => {}
        Change::Remove => *object = T::default(),
        Change::Set(patch) => apply(patch, object),
    }
}
