//! Twilio: texts, WhatsApp messages by content template, and calls.

use serde::{Deserialize, Serialize};

use super::base_url::BaseUrl;
use super::originators::Originators;
use super::words::{is_number, is_sid, need};
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::tenants::invalid_route::InvalidRoute;

/// An account with Twilio. Its secret is the account's auth token, or that of the API key.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TwilioSettings {
    /// The account: `AC…`.
    pub account_sid: String,
    /// The API key that the secret belongs to: `SK…`. Without it, the secret is the auth token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api_key_sid: Option<String>,
    /// The sender of texts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Originators>,
    /// The messaging service that chooses the sender of texts instead: `MG…`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub messaging_service_sid: Option<String>,
    /// The number that calls come from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voice_from: Option<Originators>,
    /// The sender and the template of WhatsApp messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whatsapp: Option<TwilioWhatsapp>,
    /// Where the API is, if not at `https://api.twilio.com`: a region, or a stand-in for tests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_url: Option<BaseUrl>,
}

/// A WhatsApp sender of a Twilio account.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TwilioWhatsapp {
    /// The number of the sender.
    pub from: String,
    /// The content template, whose first variable is the code: `HX…`.
    pub content_sid: String,
}

impl TwilioSettings {
    /// Returns where the API is.
    pub fn base(&self) -> &str {
        self.base_url.as_ref().map_or("https://api.twilio.com", BaseUrl::as_str)
    }

    /// Returns the user name of the login.
    pub fn user(&self) -> &str {
        self.api_key_sid.as_deref().unwrap_or(&self.account_sid)
    }

    /// Returns the channels that have a sender.
    pub fn channels(&self) -> Vec<ChannelKind> {
        let senders = [
            (self.from.is_some() || self.messaging_service_sid.is_some(), ChannelKind::Sms),
            (self.whatsapp.is_some(), ChannelKind::Whatsapp),
            (self.voice_from.is_some(), ChannelKind::Voice),
        ];
        senders.into_iter().filter_map(|(is_set, channel)| is_set.then_some(channel)).collect()
    }

    /// Checks the settings.
    pub fn check(&self) -> Result<(), InvalidRoute> {
        let problem =
            "name a sender: from or messaging_service_sid for texts, voice_from for calls, whatsapp";
        need(!self.channels().is_empty(), "from", problem)?;
        need(is_sid(&self.account_sid, "AC"), "account_sid", "AC and 32 hexadecimal digits")?;
        let key = self.api_key_sid.as_deref();
        need(key.is_none_or(|sid| is_sid(sid, "SK")), "api_key_sid", "SK and 32 hexadecimal digits")?;
        let service = self.messaging_service_sid.as_deref();
        let is_fine = service.is_none_or(|sid| is_sid(sid, "MG"));
        need(is_fine, "messaging_service_sid", "MG and 32 hexadecimal digits")?;
        self.from.as_ref().map_or(Ok(()), |from| from.check("from"))?;
        let both = self.from.is_some() && service.is_some();
        need(!both, "from", "leave it out: messaging_service_sid already chooses the sender")?;
        self.voice_from.as_ref().map_or(Ok(()), |from| from.check_numbers("voice_from"))?;
        let Some(TwilioWhatsapp { from, content_sid }) = &self.whatsapp else { return Ok(()) };
        need(is_number(from), "whatsapp/from", "a number with plus and country code such as +15550100")?;
        need(is_sid(content_sid, "HX"), "whatsapp/content_sid", "HX and 32 hexadecimal digits")
    }
}
