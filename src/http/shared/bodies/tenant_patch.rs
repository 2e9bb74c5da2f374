//! `PATCH /v1/tenant`: a merge patch (RFC 7396). Absent fields stay, and null removes a value.

use std::collections::BTreeMap;
use std::fmt::Display;

use serde::Deserialize;

use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::code::Alphabet;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::challenges::return_url::ReturnUrl;
use crate::domain::limits::named::{LimitName, NamedLimits};
use crate::domain::limits::rate::Rate;
use crate::domain::locale::Locale;
use crate::domain::policy::{CodeSettings, LimitSettings, PolicySettings};
use crate::domain::tenants::page_mask::PageMask;
use crate::domain::tenants::tenant::{MAX_ORIGINS, MAX_RETURN_URLS, TenantSettings, parse_name};
use crate::domain::web_origin::WebOrigin;
use crate::service::{Ordered, TenantDraft};

use crate::http::shared::problems::rejection::{Flaws, Rejection};

use super::brand_patch::BrandPatch;
use super::fields;
use super::mints_patch::MintsPatch;
use super::object::{self, Change, Members};
use super::phone_patch::PhonePatch;
use super::spray_patch::SprayPatch;

/// The changes to a tenant.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TenantPatch {
    #[serde(default)]
    name: Change<String>,
    #[serde(default, deserialize_with = "object::change")]
    policy: Change<PolicyPatch>,
    #[serde(default, deserialize_with = "object::named")]
    purposes: Change<Members<PolicyPatch>>,
    #[serde(default)]
    locale: Change<String>,
    #[serde(default, deserialize_with = "object::change")]
    phone: Change<PhonePatch>,
    #[serde(default, deserialize_with = "object::change")]
    mints: Change<MintsPatch>,
    #[serde(default, deserialize_with = "object::change")]
    spray: Change<SprayPatch>,
    #[serde(default)]
    allowed_origins: Change<Vec<String>>,
    #[serde(default)]
    return_urls: Change<Vec<String>>,
    #[serde(default, deserialize_with = "object::change")]
    brand: Change<BrandPatch>,
    #[serde(default)]
    page_mask: Change<PageMask>,
}

/// The changes to a policy.
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
    channels: Change<Vec<ChannelKind>>,
    #[serde(default)]
    fallback_after: Change<u64>,
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
    #[serde(default)]
    named: Change<NamedPatch>,
}

/// The changes to the named limits.
type NamedPatch = BTreeMap<LimitName, Change<Vec<Rate>>>;

impl TenantPatch {
    /// Finds invalid values, as far as that is possible without knowing the tenant.
    pub(crate) fn check(&self) -> Result<(), Rejection> {
        let mut flaws = Flaws::default();
        if let Change::Set(name) = &self.name {
            flaws.note(parse_name(name).ok_or_else(|| Rejection::field("/name", WRONG_NAME)));
        }
        if let Change::Set(tag) = &self.locale {
            flaws.note(fields::locale(Some(tag)));
        }
        if let Change::Set(origins) = &self.allowed_origins {
            flaws.note(check_all(origins, MAX_ORIGINS, "allowed_origins", WebOrigin::parse));
        }
        if let Change::Set(urls) = &self.return_urls {
            flaws.note(check_all(urls, MAX_RETURN_URLS, "return_urls", ReturnUrl::parse));
        }
        if let Change::Set(phone) = &self.phone {
            flaws.note(phone.check());
        }
        if let Change::Set(mints) = &self.mints {
            flaws.note(mints.check());
        }
        if let Change::Set(spray) = &self.spray {
            flaws.note(spray.check());
        }
        if let Change::Set(brand) = &self.brand {
            flaws.note(brand.check());
        }
        if let Change::Set(purposes) = &self.purposes {
            flaws.note(check_purposes(purposes));
        }
        flaws.end()
    }

    /// Applies the changes to the tenant's own settings.
    pub(crate) fn apply(&self, draft: &mut TenantDraft) {
        match &self.name {
            Change::Keep => {}
            Change::Remove => draft.name.clear(),
            Change::Set(name) => draft.name = parse_name(name).unwrap_or_default(),
        }
        match &self.locale {
            Change::Keep => {}
            Change::Remove => draft.settings.locale = None,
            Change::Set(tag) => draft.settings.locale = Locale::parse(tag),
        }
        replace(&self.allowed_origins, &mut draft.settings.allowed_origins, WebOrigin::parse);
        replace(&self.return_urls, &mut draft.settings.return_urls, ReturnUrl::parse);
        change(&self.phone, &mut draft.settings.phone, PhonePatch::apply);
        change(&self.mints, &mut draft.settings.mints, MintsPatch::apply);
        change(&self.spray, &mut draft.settings.spray, SprayPatch::apply);
        draft.order = self.order();
        change(&self.brand, &mut draft.settings.brand, BrandPatch::apply);
        change(&self.policy, &mut draft.settings.policy, PolicyPatch::apply);
        self.apply_purposes(&mut draft.settings);
        match &self.page_mask {
            Change::Keep => {}
            Change::Remove => draft.settings.page_mask = PageMask::default(),
            Change::Set(mask) => draft.settings.page_mask = *mask,
        }
    }

    fn order(&self) -> Option<Ordered> {
        if let Change::Set(spray) = &self.spray { spray.order() } else { None }
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
        // A purpose without settings follows the general policy.
        settings.purposes.retain(|_, policy| !policy.is_empty());
    }
}

const WRONG_NAME: &str = "at most 100 bytes on one line";

fn check_purposes(purposes: &Members<PolicyPatch>) -> Result<(), Rejection> {
    let mut flaws = Flaws::default();
    for (word, _) in purposes.iter().filter(|(word, _)| Purpose::parse(word).is_none()) {
        let pointer = format!("/purposes/{}", word.replace('~', "~0").replace('/', "~1"));
        let problem = "a purpose has 1 to 32 lower-case letters, digits and underscores, a letter first";
        flaws.note::<()>(Err(Rejection::field(pointer, problem)));
    }
    flaws.end()
}

/// Reports the invalid entries of the list `name`.
fn check_all<T, E: Display>(
    entries: &[String],
    most: usize,
    name: &str,
    parse: impl Fn(&str) -> Result<T, E>,
) -> Result<(), Rejection> {
    if entries.len() > most {
        return Err(Rejection::field(format!("/{name}"), format!("at most {most} entries")));
    }
    let mut flaws = Flaws::default();
    for (at, entry) in entries.iter().enumerate() {
        let wrong = |problem: E| Rejection::field(format!("/{name}/{at}"), problem.to_string());
        flaws.note(parse(entry).map_err(wrong));
    }
    flaws.end()
}

/// Replaces a list whose entries were checked.
fn replace<T, E>(change: &Change<Vec<String>>, list: &mut Vec<T>, parse: impl Fn(&str) -> Result<T, E>) {
    match change {
        Change::Keep => {}
        Change::Remove => list.clear(),
        Change::Set(entries) => *list = entries.iter().filter_map(|entry| parse(entry).ok()).collect(),
    }
}

impl PolicyPatch {
    fn apply(&self, policy: &mut PolicySettings) {
        change(&self.code, &mut policy.code, CodePatch::apply);
        self.ttl.apply(&mut policy.ttl);
        self.attempts.apply(&mut policy.attempts);
        self.sends.apply(&mut policy.sends);
        self.resend_after.apply(&mut policy.resend_after);
        change(&self.limits, &mut policy.limits, LimitPatch::apply);
        self.channels.apply(&mut policy.channels);
        self.fallback_after.apply(&mut policy.fallback_after);
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
        change(&self.named, &mut limits.named, apply_named);
    }
}

fn apply_named(changes: &NamedPatch, named: &mut NamedLimits) {
    for (name, change) in changes {
        match change {
            Change::Keep => {}
            Change::Remove => drop(named.remove(name)),
            Change::Set(rates) => drop(named.insert(name.clone(), rates.clone())),
        }
    }
}

/// Changes an object, which counts as empty if it is absent.
fn change<P, T: Default>(patch: &Change<P>, object: &mut T, apply: impl Fn(&P, &mut T)) {
    match patch {
        Change::Keep => {}
        Change::Remove => *object = T::default(),
        Change::Set(patch) => apply(patch, object),
    }
}
