//! The body of a mint.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use serde::Deserialize;
use utoipa::ToSchema;

use crate::domain::address::Address;
use crate::domain::challenges::asking::{Ask, Asking};
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::code::Alphabet;
use crate::domain::challenges::details::{BoundFields, Details};
use crate::domain::challenges::device::Device;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::challenges::return_url::{Hosting, ReturnUrl};
use crate::domain::challenges::vars::Vars;
use crate::domain::limits::named::{InvalidSubjects, Subjects};
use crate::domain::locale::Locale;
use crate::domain::phone::country::Country;
use crate::domain::policy::{CodePolicy, InvalidPolicy, Policy};
use crate::domain::sms::Autofill;

use crate::http::shared::bodies::fields::{bound, locale, purpose, recipient, vars};
use crate::http::shared::bodies::object;
use crate::http::shared::description::named_words::IpAddress;
use crate::http::shared::description::schemas;
use crate::http::shared::description::words::Ttl;
use crate::http::shared::problems::rejection::Rejection;
use crate::http::v1::code_shape::{CodeAlphabet, CodeShape};

use super::autofill::autofill;

const NOT_ASKED: &str = "ask is for a page without to: this challenge has its recipient";
const NOT_VOUCHED: &str = "nobody can be vouched for on a page that asks for the recipient";
const CHOSEN: &str = "a page that asks for a phone number follows policy.channels: leave out channel";

/// The body of `POST /v1/challenges`.
#[derive(Deserialize, ToSchema)]
#[schema(as = MintRequest, description = "The code to mint.")]
#[serde(deny_unknown_fields)]
pub(crate) struct MintBody {
    /// The recipient: a mail address or a phone number, national ones in the tenant's region. It may be absent only
    /// together with `return_url` or `embed`: then the hosted page asks for it.
    #[schema(min_length = 3, max_length = 254, example = "jane@example.com")]
    to: Option<String>,
    /// What the hosted page asks for if `to` is absent; `email` if this is absent too.
    #[schema(schema_with = schemas::ask)]
    ask: Option<String>,
    /// The channel; if absent, `email` for a mail address and `sms` for a phone number. With `none` nothing is sent:
    /// the answer contains the code, if the key has `reveal`.
    #[schema(schema_with = schemas::wished_channel)]
    channel: Option<String>,
    /// What the code is for; `verification` if absent. It is part of the code's hash.
    #[schema(value_type = Option<Purpose>)]
    purpose: Option<String>,
    /// The language of the message: a tag with an optional script and region, such as `pt-BR`.
    #[schema(value_type = Option<Locale>)]
    locale: Option<String>,
    /// Lifetime of the code in seconds.
    #[schema(value_type = Option<Ttl>)]
    ttl: Option<u64>,
    #[serde(default, deserialize_with = "object::optional")]
    code: Option<CodeShape>,
    /// Your own notes. They are returned with the challenge and in its receipt.
    #[serde(default)]
    #[schema(schema_with = schemas::entries)]
    metadata: BTreeMap<String, String>,
    /// Returned in the receipt, so that you know which request it answers.
    #[schema(pattern = "^[!-~]+$", min_length = 1, max_length = 200, example = "n-0S6_WzA2Mj")]
    nonce: Option<String>,
    /// Values for your templates, which use them as `vars.name`. The built-in mails say `context` above the code. They are
    /// stored encrypted and never returned.
    #[serde(default)]
    #[schema(schema_with = schemas::vars)]
    vars: BTreeMap<String, String>,
    /// The host of the page that may take the code from a text message: that of one of the tenant's `allowed_origins`.
    /// A hosted page needs none.
    #[schema(min_length = 1, max_length = 253, pattern = "^[a-z0-9_.-]+$", example = "app.example")]
    origin: Option<String>,
    /// The hash of the Android app that may take the code from a text message (SMS Retriever). Cannot be combined with
    /// `origin`.
    #[schema(min_length = 11, max_length = 11, pattern = "^[A-Za-z0-9+/]+$", example = "FA+9qCX9VSu")]
    app_hash: Option<String>,
    /// What the verification must repeat exactly, such as an amount and a payee.
    #[serde(default)]
    #[schema(schema_with = schemas::entries)]
    bind: BTreeMap<String, String>,
    /// Requests a hosted page: exactly one of the tenant's `return_urls`. Cannot be combined with `bind`.
    #[schema(format = "uri", pattern = "^https?://[!-~]+$", max_length = 2000)]
    return_url: Option<String>,
    /// Requests a hosted page that the tenant's `allowed_origins` may embed in a frame, with or without a
    /// `return_url`.
    /// Cannot be combined with `bind`.
    #[schema(example = false)]
    embed: Option<bool>,
    /// What your own limits (`limits.named` of the policy) count this mint for: a device, a session, a card. All of
    /// them are checked before one is counted. Only keyed hashes are stored.
    #[serde(default)]
    #[schema(schema_with = schemas::subjects)]
    limits: BTreeMap<String, String>,
    /// The address of the end user, as the caller sees it. The limits per address then apply to it.
    #[schema(value_type = Option<IpAddress>)]
    pub(crate) end_user_ip: Option<IpAddr>,
    #[schema(schema_with = schemas::trusted)]
    trusted: Option<bool>,
}

impl MintBody {
    /// The recipient and the channel, if one is wished; `None` if the hosted page asks for the recipient.
    pub(crate) fn recipient(
        &self,
        region: Option<Country>,
    ) -> Result<Option<(Address, Option<ChannelKind>)>, Rejection> {
        let (wished, ask) = (self.channel()?, self.ask()?);
        match &self.to {
            Some(_) if self.ask.is_some() => Err(Rejection::field("/ask", NOT_ASKED)),
            Some(to) => {
                let to = recipient(to, region)?;
                wished.map_or(Ok(()), |channel| reaches(channel, &to))?;
                Ok(Some((to, wished)))
            }
            None if self.has_page() && ask.takes_numbers() && wished.is_some() => {
                Err(Rejection::field("/channel", CHOSEN))
            }
            None if self.has_page() && wished.is_none_or(|channel| channel == ChannelKind::Email) => Ok(None),
            None => Err(Rejection::field("/to", "is missing: only a page can ask for it")),
        }
    }

    /// What the hosted page asks for if there is no recipient.
    pub(crate) fn ask(&self) -> Result<Ask, Rejection> {
        let unknown = || Rejection::field("/ask", "ask is email, phone or either");
        let ask = self.ask.as_deref().map(|word| Ask::parse(word).ok_or_else(unknown)).transpose()?;
        Ok(ask.unwrap_or_default())
    }

    fn has_page(&self) -> bool {
        self.return_url.is_some() || self.embed == Some(true)
    }

    fn channel(&self) -> Result<Option<ChannelKind>, Rejection> {
        let unknown = || Rejection::field("/channel", format!("channel is {}", ChannelKind::WORDS));
        self.channel.as_deref().map(|word| ChannelKind::parse(word).ok_or_else(unknown)).transpose()
    }

    pub(crate) fn purpose(&self) -> Result<Purpose, Rejection> {
        purpose(self.purpose.as_deref())
    }

    pub(crate) fn details(&mut self) -> Result<Details, Rejection> {
        let (nonce, metadata) = (self.nonce.take(), std::mem::take(&mut self.metadata));
        let locale = locale(self.locale.as_deref())?;
        let details = Details::new(nonce, metadata).map_err(|error| match error {
            crate::domain::challenges::details::InvalidDetails::Nonce => {
                Rejection::field("/nonce", error.to_string())
            }
            crate::domain::challenges::details::InvalidDetails::Entries => {
                Rejection::field("/metadata", error.to_string())
            }
        })?;
        Ok(details.in_language(locale))
    }

    /// What the hosted page needs, if one is requested. A page cannot repeat bound fields, so both together are
    /// refused.
    pub(crate) fn hosting(&self, code: &CodePolicy) -> Result<Option<Hosting>, Rejection> {
        if !self.has_page() {
            return Ok(None);
        }
        if !self.bind.is_empty() {
            let detail = "a page cannot repeat bound fields: leave out return_url and embed";
            return Err(Rejection::field("/bind", detail));
        }
        let parsed = self.return_url.as_deref().map(ReturnUrl::parse).transpose();
        let return_url = parsed.map_err(|problem| Rejection::field("/return_url", problem.to_string()))?;
        let asking = Asking { ask: self.ask()?, length: code.length() };
        let asks = self.to.is_none().then_some(asking);
        let embed = self.embed.unwrap_or_default();
        let trusted = self.trusted == Some(true);
        Ok(Some(Hosting { return_url, embed, alphabet: code.alphabet(), asks, trusted }))
    }

    /// What limits of this policy count the mint for.
    pub(crate) fn subjects(&mut self, policy: &Policy) -> Result<Subjects, Rejection> {
        subjects(std::mem::take(&mut self.limits), policy)
    }

    pub(crate) fn vars(&mut self) -> Result<Vars, Rejection> {
        vars(std::mem::take(&mut self.vars))
    }

    /// What may take the code from a text message, if anything is named.
    pub(crate) fn autofill(&self) -> Result<Option<Autofill>, Rejection> {
        autofill(self.origin.as_deref(), self.app_hash.as_deref())
    }

    pub(crate) fn bound(&mut self) -> Result<BoundFields, Rejection> {
        bound(std::mem::take(&mut self.bind))
    }

    /// The device on which the code will be answered.
    pub(crate) fn device(&self) -> Result<Device, Rejection> {
        match (self.trusted, &self.to) {
            (Some(true), None) => Err(Rejection::field("/trusted", NOT_VOUCHED)),
            (stated, _) => Ok(Device::stated(stated)),
        }
    }

    /// The policy with the wishes of this challenge; `None` if there are none.
    pub(crate) fn policy(&self, usual: &CodePolicy) -> Result<Option<CodePolicy>, Rejection> {
        if self.ttl.is_none() && self.code.is_none() {
            return Ok(None);
        }
        let shape = self.code.as_ref();
        let alphabet = match shape.and_then(|shape| shape.alphabet) {
            Some(CodeAlphabet::Digits) => Alphabet::Digits,
            Some(CodeAlphabet::Unambiguous) => Alphabet::Unambiguous,
            None => usual.alphabet(),
        };
        let length = shape.and_then(|shape| shape.length).unwrap_or(usual.length());
        let ttl = self.ttl.map_or(usual.ttl(), Duration::from_secs);
        let policy = CodePolicy::new(alphabet, length, ttl, usual.max_attempts());
        policy.map(Some).map_err(|error| {
            let pointer = match error {
                InvalidPolicy::Length | InvalidPolicy::TooEasy { .. } => "/code/length",
                InvalidPolicy::Ttl => "/ttl",
                InvalidPolicy::Attempts => "/code",
            };
            Rejection::field(pointer, error.to_string())
        })
    }
}

/// What limits of this policy count a message for.
pub(crate) fn subjects(limits: BTreeMap<String, String>, policy: &Policy) -> Result<Subjects, Rejection> {
    let subjects = Subjects::new(limits).map_err(|error| match &error {
        InvalidSubjects::Length(name) => {
            Rejection::field(format!("/limits/{}", name.as_str()), error.to_string())
        }
        InvalidSubjects::TooMany | InvalidSubjects::Name(_) => Rejection::field("/limits", error.to_string()),
    })?;
    let unknown = subjects.iter().find(|(name, _)| !policy.named.contains_key(name));
    let unknown = unknown.map(|(name, _)| {
        let problem = "no limit of this name: set limits.named in the tenant's policy";
        Rejection::field(format!("/limits/{}", name.as_str()), problem)
    });
    unknown.map_or(Ok(subjects), Err)
}

/// Refuses a channel that does not reach this kind of address.
pub(crate) fn reaches(channel: ChannelKind, to: &Address) -> Result<(), Rejection> {
    if channel.suits(to) {
        return Ok(());
    }
    let words = match to {
        Address::Mail(_) => "a mail address is reached by email, and a code for it is revealed by none",
        Address::Phone(_) => {
            "a phone number is reached by sms, whatsapp, voice or telegram, and a code for it \
                              is revealed by none"
        }
    };
    Err(Rejection::field("/channel", words))
}
