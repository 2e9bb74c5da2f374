//! The body of a relayed message.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use serde::Deserialize;
use utoipa::ToSchema;

use crate::domain::address::Address;
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::code::Code;
use crate::domain::challenges::details::Details;
use crate::domain::challenges::link::Link;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::challenges::vars::Vars;
use crate::domain::limits::named::Subjects;
use crate::domain::locale::Locale;
use crate::domain::phone::country::Country;
use crate::domain::policy::Policy;
use crate::service::RELAYED_LIVES;

use crate::http::shared::bodies::fields::{locale, purpose, recipient, vars};
use crate::http::shared::description::named_words::IpAddress;
use crate::http::shared::description::schemas;
use crate::http::shared::problems::rejection::Rejection;
use crate::http::v1::challenges::mint_body::{reaches, subjects};

/// What is wrong with a channel that sends nothing.
pub(super) const WRONG_CHANNEL: &str = "channel is email, sms, whatsapp, voice or telegram";

/// The body of `POST /v1/messages`.
#[derive(Deserialize, ToSchema)]
#[schema(as = RelayRequest, description = "The code to deliver.")]
#[serde(deny_unknown_fields)]
pub(crate) struct RelayBody {
    /// The recipient: a mail address or a phone number, national ones in the tenant's region.
    #[schema(min_length = 3, max_length = 254, example = "jane@example.com")]
    to: String,
    /// The code that your own system has made and checks. It is delivered as it is, and never returned.
    #[schema(min_length = 4, max_length = 64, pattern = "^[!-~]([ -~]*[!-~])?$", example = "314159")]
    code: String,
    #[schema(schema_with = schemas::relay_channel)]
    channel: Option<String>,
    /// What the code is for; `verification` if absent. It selects the template.
    #[schema(value_type = Option<Purpose>)]
    purpose: Option<String>,
    /// The language of the message: a tag with an optional script and region, such as `pt-BR`.
    #[schema(value_type = Option<Locale>)]
    locale: Option<String>,
    /// How long your system accepts the code, in seconds. The message says so, and is not sent later.
    #[schema(minimum = 60, maximum = 3600, example = 600)]
    expires_in: Option<u64>,
    /// Values for your templates, which use them as `vars.name`. They are stored encrypted and never returned.
    #[serde(default)]
    #[schema(schema_with = schemas::vars)]
    vars: BTreeMap<String, String>,
    /// The address of a page that does the same as the code, such as a magic link: `https` or `http`, without a user
    /// name. Mails carry it, templates use it as `link`; text messages and calls go without it. It is stored
    /// encrypted and never returned.
    #[schema(format = "uri", max_length = 2000, pattern = "^[Hh][Tt][Tt][Pp][Ss]?:")]
    link: Option<String>,
    /// Your own notes. They are returned with the message.
    #[serde(default)]
    #[schema(schema_with = schemas::entries)]
    metadata: BTreeMap<String, String>,
    /// What your own limits (`limits.named` of the policy) count this message for.
    #[serde(default)]
    #[schema(schema_with = schemas::subjects)]
    limits: BTreeMap<String, String>,
    /// The address of the end user, as the caller sees it. The limits per address then apply to it.
    #[schema(value_type = Option<IpAddress>)]
    pub(crate) end_user_ip: Option<IpAddr>,
}

impl RelayBody {
    /// The recipient, and the channel, if one is wished.
    pub(crate) fn recipient(
        &self,
        region: Option<Country>,
    ) -> Result<(Address, Option<ChannelKind>), Rejection> {
        let known = |word| ChannelKind::parse(word).filter(|channel| *channel != ChannelKind::None);
        let wished = self.channel.as_deref();
        let wished =
            wished.map(|word| known(word).ok_or_else(|| Rejection::field("/channel", WRONG_CHANNEL)));
        let (to, wished) = (recipient(&self.to, region)?, wished.transpose()?);
        wished.map_or(Ok(()), |channel| reaches(channel, &to))?;
        Ok((to, wished))
    }

    pub(crate) fn code(&mut self) -> Result<Code, Rejection> {
        let wrong =
            || Rejection::field("/code", "4 to 64 printable ASCII characters, no space at either end");
        Code::relayed(std::mem::take(&mut self.code)).ok_or_else(wrong)
    }

    pub(crate) fn purpose(&self) -> Result<Purpose, Rejection> {
        purpose(self.purpose.as_deref())
    }

    pub(crate) fn lifetime(&self) -> Result<Option<Duration>, Rejection> {
        match self.expires_in {
            Some(seconds) if !RELAYED_LIVES.contains(&seconds) => {
                let (least, most) = (RELAYED_LIVES.start(), RELAYED_LIVES.end());
                let detail = format!("expires_in must be from {least} to {most} seconds");
                Err(Rejection::field("/expires_in", detail))
            }
            seconds => Ok(seconds.map(Duration::from_secs)),
        }
    }

    pub(crate) fn details(&mut self) -> Result<Details, Rejection> {
        let locale = locale(self.locale.as_deref())?;
        let details = Details::new(None, std::mem::take(&mut self.metadata));
        let details = details.map_err(|error| Rejection::field("/metadata", error.to_string()))?;
        Ok(details.in_language(locale))
    }

    pub(crate) fn vars(&mut self) -> Result<Vars, Rejection> {
        vars(std::mem::take(&mut self.vars))
    }

    pub(crate) fn link(&self) -> Result<Option<Link>, Rejection> {
        let wrong = || Rejection::field("/link", "an address with https or http, of at most 2000 bytes");
        self.link.as_deref().map(|link| Link::parse(link).ok_or_else(wrong)).transpose()
    }

    pub(crate) fn subjects(&mut self, policy: &Policy) -> Result<Subjects, Rejection> {
        subjects(std::mem::take(&mut self.limits), policy)
    }
}
