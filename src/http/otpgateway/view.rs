//! The object of every answer about a code.

use serde::Serialize;
use serde_json::{Value, json};

use crate::domain::challenges::challenge::{Challenge, ChallengeStatus};
use crate::domain::challenges::channel::ChannelKind;
use crate::service::Services;

/// The entries of the metadata that are returned unchanged.
pub(super) const CHANNEL_DESCRIPTION: &str = "channel_description";
pub(super) const ADDRESS_DESCRIPTION: &str = "address_description";
pub(super) const EXTRA: &str = "extra";

/// The name of mail as a provider.
const MAIL: &str = "smtp";

/// The channel of a provider's name, if there is one.
pub(super) fn channel_of(provider: &str) -> Option<ChannelKind> {
    match provider {
        MAIL => Some(ChannelKind::Email),
        other => ChannelKind::parse(other).filter(|channel| channel.reaches_numbers()),
    }
}

/// The name of a channel as a provider.
pub(super) const fn provider(channel: ChannelKind) -> &'static str {
    match channel {
        ChannelKind::Email => MAIL,
        other => other.as_str(),
    }
}

/// A request for one code.
pub(super) struct Call<'a> {
    pub(super) services: &'a Services,
    /// The name by which the tenant has called itself.
    pub(super) namespace: &'a str,
    /// The id as it is in the path.
    pub(super) id: &'a str,
}

/// A code, as clients of otpgateway decode it. `otp` is always empty: the code is only in the message.
#[derive(Serialize)]
pub(super) struct OtpObject<'a> {
    namespace: &'a str,
    id: &'a str,
    to: String,
    channel_description: &'a str,
    address_description: &'a str,
    extra: Value,
    provider: &'static str,
    otp: &'static str,
    max_attempts: u8,
    attempts: u8,
    generate: u8,
    max_generate: u8,
    closed: bool,
    /// Seconds that are left.
    ttl: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

impl Call<'_> {
    /// The object of a challenge, with its recipient masked.
    pub(super) fn object<'a>(&'a self, challenge: &'a Challenge) -> OtpObject<'a> {
        let kept = challenge.details.metadata();
        let text = |name: &str| kept.get(name).map(String::as_str).unwrap_or_default();
        let extra = kept.get(EXTRA).and_then(|extra| serde_json::from_str(extra).ok());
        let standing = &challenge.standing;
        OtpObject {
            namespace: self.namespace,
            id: self.id,
            to: challenge.to.clone().unwrap_or_default(),
            channel_description: text(CHANNEL_DESCRIPTION),
            address_description: text(ADDRESS_DESCRIPTION),
            extra: extra.unwrap_or_else(|| json!({})),
            provider: provider(challenge.channel),
            otp: "",
            max_attempts: standing.max_attempts,
            attempts: standing.attempts,
            generate: challenge.max_sends.saturating_sub(challenge.sends_remaining),
            max_generate: challenge.max_sends,
            closed: self.services.challenges.status(challenge) == ChallengeStatus::Verified,
            ttl: standing.expires_at.since(self.services.now()).as_secs_f64(),
            url: None,
        }
    }

    /// The object of a challenge that was just issued: with its page, and with the recipient that the request
    /// has named, if it has.
    pub(super) fn issued<'a>(&'a self, challenge: &'a Challenge, to: Option<String>) -> OtpObject<'a> {
        let object = self.object(challenge);
        let url = Some(self.services.pages.page_url(challenge).unwrap_or_default());
        OtpObject { to: to.unwrap_or_else(|| object.to.clone()), url, ..object }
    }
}
