//! The body of a resend, which may be absent.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::domain::challenges::channel::ChannelKind;

use crate::http::shared::description::schemas;
use crate::http::shared::problems::rejection::Rejection;

/// The body of `POST /v1/challenges/{key}/resend`.
#[derive(Default, Deserialize, ToSchema)]
#[schema(as = ResendRequest, description = "How the code is sent again. Without a body: as before.")]
#[serde(deny_unknown_fields)]
pub(crate) struct ResendBody {
    #[schema(schema_with = schemas::other_channel)]
    channel: Option<String>,
}

impl ResendBody {
    /// The channel, if one is asked for.
    pub(crate) fn channel(&self) -> Result<Option<ChannelKind>, Rejection> {
        let known = |word: &str| ChannelKind::parse(word).filter(|channel| *channel != ChannelKind::None);
        let unknown = || Rejection::field("/channel", "channel is email, sms, whatsapp, voice or telegram");
        self.channel.as_deref().map(|word| known(word).ok_or_else(unknown)).transpose()
    }
}
