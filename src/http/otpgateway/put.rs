//! The parameters of a PUT.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use serde_json::Value;

use crate::domain::address::Address;
use crate::domain::challenges::asking::{Ask, Asking};
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::code::{Alphabet, Code, parse_answer};
use crate::domain::challenges::details::{Details, MAX_VALUE};
use crate::domain::challenges::purpose::Purpose;
use crate::domain::challenges::return_url::Hosting;
use crate::domain::policy::{CodePolicy, InvalidPolicy};
use crate::service::{AliasRequest, AuthenticatedTenant, MintRequest, PageRequest, Wait};

use super::failure::Failure;
use super::parameters::Parameters;
use super::view::{ADDRESS_DESCRIPTION, CHANNEL_DESCRIPTION, EXTRA, channel_of};

/// What a PUT needs besides its parameters.
pub(super) struct Setting<'a> {
    pub(super) tenant: &'a AuthenticatedTenant,
    /// Whether this server has pages on which a code can be typed.
    pub(super) has_pages: bool,
    /// How long the message may take.
    pub(super) patience: Duration,
    pub(super) client_ip: Option<IpAddr>,
}

/// The request, and the recipient that it names.
pub(super) fn read(
    parameters: &Parameters,
    setting: &Setting<'_>,
) -> Result<(AliasRequest, Option<String>), Failure> {
    let unknown = || Failure::bad("Unknown provider.");
    let channel = parameters.text("provider").and_then(channel_of).ok_or_else(unknown)?;
    let to = parameters.text("to").map(|to| recipient(to, channel, setting.tenant)).transpose()?;
    let code = own_code(parameters, to.is_some())?;
    let purpose = Purpose::VERIFICATION;
    let usual = setting.tenant.policy(&purpose).code_over(channel);
    let policy = code_policy(parameters, &usual, code.as_ref())?;
    let max_sends = max_sends(parameters, setting.tenant.policy(&purpose).sends.max_sends)?;
    let effective = policy.as_ref().unwrap_or(&usual);
    let hosting = Hosting {
        return_url: None,
        embed: false,
        alphabet: effective.alphabet(),
        asks: to.is_none().then(|| Asking { ask: ask(channel), length: effective.length() }),
        trusted: false,
    };
    let hosting = (setting.has_pages || to.is_none()).then_some(hosting);
    let details = details(parameters)?.hosted(hosting);
    let client_ip = setting.client_ip;
    Ok(match to {
        None => {
            let page = PageRequest { policy, max_sends, client_ip, ..PageRequest::with(details) };
            (AliasRequest::Page(Box::new(page)), None)
        }
        Some(to) => {
            let named = to.as_str().to_owned();
            let wait = Wait::Accepted(setting.patience);
            let mint = MintRequest::to(to);
            let mint = MintRequest { channel, policy, code, details, max_sends, client_ip, wait, ..mint };
            (AliasRequest::Mint(Box::new(mint)), Some(named))
        }
    })
}

fn invalid(name: &str) -> Failure {
    Failure::bad(format!("Invalid `{name}` value."))
}

fn recipient(to: &str, channel: ChannelKind, tenant: &AuthenticatedTenant) -> Result<Address, Failure> {
    let wrong = |why: &str| Failure::bad(format!("Invalid `to` address: {why}"));
    let parsed = match channel {
        ChannelKind::Email => Address::mail(to).map_err(|error| wrong(&error.to_string()))?,
        _ => Address::parse_in(tenant.region(), to).map_err(|error| wrong(&error.to_string()))?,
    };
    match channel.suits(&parsed) {
        true => Ok(parsed),
        false => Err(wrong("this provider does not reach it")),
    }
}

const fn ask(channel: ChannelKind) -> Ask {
    if channel.reaches_numbers() { Ask::Phone } else { Ask::Email }
}

/// The code, if the tenant has drawn it itself.
fn own_code(parameters: &Parameters, has_recipient: bool) -> Result<Option<Code>, Failure> {
    match parameters.text("otp") {
        None => Ok(None),
        Some(_) if !has_recipient => Err(Failure::bad(
            "Invalid `otp` value: without `to`, the code is drawn for the address that is given.",
        )),
        Some(text) => parse_answer(text).map(Some).ok_or_else(|| invalid("otp")),
    }
}

/// The policy with the wishes of this request; `None` if there are none.
fn code_policy(
    parameters: &Parameters,
    usual: &CodePolicy,
    code: Option<&Code>,
) -> Result<Option<CodePolicy>, Failure> {
    let (ttl, attempts) = (number(parameters, "ttl")?, number(parameters, "max_attempts")?);
    if ttl.is_none() && attempts.is_none() && code.is_none() {
        return Ok(None);
    }
    let alphabet = match code {
        Some(code) if code.is_of(Alphabet::Digits) => Alphabet::Digits,
        Some(_) => Alphabet::Unambiguous,
        None => usual.alphabet(),
    };
    let length = code.map_or(usual.length(), Code::length);
    let ttl = ttl.map_or(usual.ttl(), Duration::from_secs);
    let attempts = attempts.map_or(Ok(usual.max_attempts()), u8::try_from);
    let attempts = attempts.map_err(|_| invalid("max_attempts"))?;
    CodePolicy::new(alphabet, length, ttl, attempts).map(Some).map_err(|error| match error {
        InvalidPolicy::Ttl => invalid("ttl"),
        InvalidPolicy::TooEasy { .. } if code.is_some() => {
            Failure::bad(format!("Invalid `otp` value: {error}."))
        }
        InvalidPolicy::Attempts | InvalidPolicy::TooEasy { .. } | InvalidPolicy::Length => {
            invalid("max_attempts")
        }
    })
}

fn max_sends(parameters: &Parameters, most: u8) -> Result<Option<u8>, Failure> {
    let Some(wished) = number(parameters, "max_generate")? else { return Ok(None) };
    let wished = u8::try_from(wished).ok().filter(|wished| (1..=most).contains(wished));
    wished.map(Some).ok_or_else(|| invalid("max_generate"))
}

fn number(parameters: &Parameters, name: &str) -> Result<Option<u64>, Failure> {
    parameters.text(name).map(|text| text.parse().map_err(|_| invalid(name))).transpose()
}

/// What is returned unchanged: it is kept as the metadata of the challenge.
fn details(parameters: &Parameters) -> Result<Details, Failure> {
    if let Some(extra) = parameters.text(EXTRA) {
        let parsed = serde_json::from_str::<Value>(extra);
        parsed.map_err(|error| Failure::bad(format!("Invalid JSON in `extra`: {error}")))?;
    }
    let mut kept = BTreeMap::new();
    for name in [CHANNEL_DESCRIPTION, ADDRESS_DESCRIPTION, EXTRA] {
        let Some(text) = parameters.text(name) else { continue };
        if text.len() > MAX_VALUE {
            return Err(Failure::bad(format!("Invalid `{name}` value: at most {MAX_VALUE} bytes.")));
        }
        kept.insert(name.to_owned(), text.to_owned());
    }
    Details::new(None, kept).map_err(|error| Failure::bad(error.to_string()))
}
