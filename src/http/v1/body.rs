//! Request bodies: JSON objects of a known shape, and the fields in them.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use utoipa::ToSchema;

use crate::domain::address::Address;
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::code::Alphabet;
use crate::domain::challenges::details::{BoundFields, Details};
use crate::domain::challenges::purpose::Purpose;
use crate::domain::challenges::return_url::{Hosting, ReturnUrl};
use crate::domain::challenges::vars::Vars;
use crate::domain::policy::{CodePolicy, InvalidPolicy};

use super::super::body;
use super::super::openapi::schemas;
use super::super::problem::Problem;
use super::error::V1Error;
use super::fields::{bound, locale, purpose, recipient, vars};
use super::idempotency;
use super::object;

/// A body of shape `T`. Unknown fields, duplicate keys and wrong types are errors that say which.
pub(super) struct Body<T>(pub(super) T);

impl<T: DeserializeOwned + 'static> FromRequest for Body<T> {
    type Error = V1Error;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<Self, V1Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (reading, noted) = (body::read(request, payload), request.clone());
        Box::pin(async move {
            let bytes = reading.await?;
            idempotency::note_body(&noted, &bytes);
            parse(&bytes).map(Self)
        })
    }
}

/// The object of shape `T` in a body.
pub(super) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, V1Error> {
    // The parser would take an array for a body whose fields come in order.
    if bytes.trim_ascii_start().first() != Some(&b'{') {
        return Err(Problem::NOT_JSON.into());
    }
    let mut from = serde_json::Deserializer::from_slice(bytes);
    let parsed = serde_path_to_error::deserialize(&mut from).map_err(|error| {
        use serde_json::error::Category;
        match error.inner().classify() {
            Category::Data => V1Error::field(pointer(error.path()), reason(error.inner())),
            Category::Syntax | Category::Eof | Category::Io => Problem::NOT_JSON.into(),
        }
    })?;
    from.end().map_err(|_| V1Error::from(Problem::NOT_JSON))?;
    Ok(parsed)
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let name = |segment: &Segment| match segment {
        Segment::Map { key } => key.replace('~', "~0").replace('/', "~1"),
        Segment::Seq { index } => index.to_string(),
        Segment::Enum { variant } => variant.clone(),
        Segment::Unknown => "?".to_owned(),
    };
    path.iter().map(|segment| format!("/{}", name(segment))).collect()
}

/// The parser's words without the place in the text, which the pointer tells better, and without
/// the value that was sent: a code as a number must not come back in an answer that is logged.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = text.split(" at line ").next().unwrap_or_default();
    match text.split_once(", expected ") {
        Some((found, expected)) if found.starts_with("invalid ") => format!("expected {expected}"),
        _ => text.to_owned(),
    }
}

/// `POST /v1/challenges`
#[derive(Deserialize, ToSchema)]
#[schema(as = MintRequest, description = "A code to be minted.")]
#[serde(deny_unknown_fields)]
pub(super) struct Mint {
    /// The recipient: one mail address. Only together with `return_url` or `embed` may it be left out: then
    /// the page asks for it.
    #[schema(format = "email", min_length = 3, max_length = 254, example = "jane@example.com")]
    to: Option<String>,
    /// `email` if not told. With `none` nothing is sent: the answer tells the code, to a key that has
    /// `reveal`.
    channel: Option<ChannelName>,
    /// What the code is for, `verification` if not told. Bound into the code's hash.
    #[schema(pattern = "^[a-z][a-z0-9_]*$", min_length = 1, max_length = 32, example = "login")]
    purpose: Option<String>,
    /// The language of the message: a tag with an optional script and region, such as `pt-BR`.
    #[schema(
        pattern = "^[A-Za-z]{2,3}([-_][A-Za-z]{4})?([-_]([A-Za-z]{2}|[0-9]{3}))?$",
        max_length = 35,
        example = "en"
    )]
    locale: Option<String>,
    /// Seconds that the code lives.
    #[schema(minimum = 60, maximum = 900, example = 600)]
    ttl: Option<u64>,
    #[serde(default, deserialize_with = "object::optional")]
    code: Option<CodeShape>,
    /// Notes of yours, given back with the challenge and in its receipt.
    #[serde(default)]
    #[schema(schema_with = schemas::entries)]
    metadata: BTreeMap<String, String>,
    /// Given back in the receipt, to know it as the answer to this very challenge.
    #[schema(pattern = "^[!-~]+$", min_length = 1, max_length = 200, example = "n-0S6_WzA2Mj")]
    nonce: Option<String>,
    /// Texts for your templates, which call them `vars.name`. Kept sealed, and given back to nobody.
    #[serde(default)]
    #[schema(schema_with = schemas::vars)]
    vars: BTreeMap<String, String>,
    /// What verification must repeat to the letter, such as an amount and a payee.
    #[serde(default)]
    #[schema(schema_with = schemas::entries)]
    bind: BTreeMap<String, String>,
    /// Asks for a page: one of the tenant's `return_urls`, to the letter. Not together with `bind`.
    #[schema(format = "uri", pattern = "^https?://[!-~]+$", max_length = 2000)]
    return_url: Option<String>,
    /// Asks for a page that the tenant's `allowed_origins` may show in a frame, with or without a `return_url`.
    /// Not together with `bind`.
    #[schema(example = false)]
    embed: Option<bool>,
    #[schema(schema_with = schemas::address)]
    pub(super) end_user_ip: Option<IpAddr>,
}

/// How a code travels.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[schema(as = Channel)]
#[serde(rename_all = "lowercase")]
enum ChannelName {
    Email,
    None,
}

/// What the code looks like. Codes that are too easy to guess are refused.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CodeShape {
    /// How many characters.
    #[schema(minimum = 4, maximum = 10, example = 6)]
    length: Option<usize>,
    alphabet: Option<AlphabetName>,
}

/// `unambiguous`: capital letters and digits without look-alikes.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[schema(as = Alphabet)]
#[serde(rename_all = "lowercase")]
pub(super) enum AlphabetName {
    Digits,
    Unambiguous,
}

impl Mint {
    /// The recipient; `None` where the page is to ask for it.
    pub(super) fn recipient(&self) -> Result<Option<Address>, V1Error> {
        let may_ask = self.has_page() && self.channel() == ChannelKind::Email;
        match &self.to {
            Some(to) => recipient(to).map(Some),
            None if may_ask => Ok(None),
            None => Err(V1Error::field("/to", "missing field `to`, for which only a page can ask")),
        }
    }

    fn has_page(&self) -> bool {
        self.return_url.is_some() || self.embed == Some(true)
    }

    pub(super) fn channel(&self) -> ChannelKind {
        match self.channel {
            Some(ChannelName::None) => ChannelKind::None,
            Some(ChannelName::Email) | None => ChannelKind::Email,
        }
    }

    pub(super) fn purpose(&self) -> Result<Purpose, V1Error> {
        purpose(self.purpose.as_deref())
    }

    pub(super) fn details(&mut self) -> Result<Details, V1Error> {
        let (nonce, metadata) = (self.nonce.take(), std::mem::take(&mut self.metadata));
        let locale = locale(self.locale.as_deref())?;
        let details = Details::new(nonce, metadata).map_err(|error| match error {
            crate::domain::challenges::details::InvalidDetails::Nonce => {
                V1Error::field("/nonce", error.to_string())
            }
            crate::domain::challenges::details::InvalidDetails::Entries => {
                V1Error::field("/metadata", error.to_string())
            }
        })?;
        Ok(details.in_language(locale))
    }

    /// What the page of the challenge needs, if one is asked for. It cannot repeat what is bound.
    pub(super) fn hosting(&self, code: &CodePolicy) -> Result<Option<Hosting>, V1Error> {
        if !self.has_page() {
            return Ok(None);
        }
        if !self.bind.is_empty() {
            let detail = "a page cannot repeat bound fields: leave out return_url and embed";
            return Err(V1Error::field("/bind", detail));
        }
        let parsed = self.return_url.as_deref().map(ReturnUrl::parse).transpose();
        let return_url = parsed.map_err(|problem| V1Error::field("/return_url", problem.to_string()))?;
        let asks = self.to.is_none().then_some(code.length());
        let embed = self.embed.unwrap_or_default();
        Ok(Some(Hosting { return_url, embed, alphabet: code.alphabet(), asks }))
    }

    pub(super) fn vars(&mut self) -> Result<Vars, V1Error> {
        vars(std::mem::take(&mut self.vars))
    }

    pub(super) fn bound(&mut self) -> Result<BoundFields, V1Error> {
        bound(std::mem::take(&mut self.bind))
    }

    /// The usual policy with what this challenge wants otherwise; `None` when it wants nothing.
    pub(super) fn policy(&self, usual: &CodePolicy) -> Result<Option<CodePolicy>, V1Error> {
        if self.ttl.is_none() && self.code.is_none() {
            return Ok(None);
        }
        let shape = self.code.as_ref();
        let alphabet = match shape.and_then(|shape| shape.alphabet) {
            Some(AlphabetName::Digits) => Alphabet::Digits,
            Some(AlphabetName::Unambiguous) => Alphabet::Unambiguous,
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
            V1Error::field(pointer, error.to_string())
        })
    }
}
