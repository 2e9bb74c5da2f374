//! The bodies of verifications.

use std::collections::BTreeMap;
use std::net::IpAddr;

use serde::Deserialize;
use utoipa::ToSchema;

use crate::domain::address::Address;
use crate::domain::challenges::details::BoundFields;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::phone::country::Country;

use crate::http::shared::bodies::fields::{bound, purpose, recipient};
use crate::http::shared::description::named_words::IpAddress;
use crate::http::shared::description::schemas;
use crate::http::shared::problems::rejection::Rejection;

/// The body of `POST /v1/challenges/{key}/verify`.
#[derive(Deserialize, ToSchema)]
#[schema(as = VerifyRequest, description = "An answer to a challenge.")]
#[serde(deny_unknown_fields)]
pub(crate) struct VerifyBody {
    /// What the user typed. Spaces, dashes, zero-width and full-width characters are accepted.
    #[schema(min_length = 4, max_length = 256, example = "123456")]
    pub(crate) code: String,
    #[serde(default)]
    /// The `bind` of the mint, exactly. If it differs, the code counts as wrong.
    #[schema(schema_with = schemas::entries)]
    bind: BTreeMap<String, String>,
    /// The address of the end user, as the caller sees it. The limits per address then apply to it.
    #[schema(value_type = Option<IpAddress>)]
    pub(crate) end_user_ip: Option<IpAddr>,
    #[schema(schema_with = schemas::trusted)]
    pub(crate) trusted: Option<bool>,
}

impl VerifyBody {
    pub(crate) fn bound(&mut self) -> Result<BoundFields, Rejection> {
        bound(std::mem::take(&mut self.bind))
    }
}

/// The body of `POST /v1/verify`.
#[derive(Deserialize, ToSchema)]
#[schema(as = VerifyByRecipientRequest, description = "An answer to the latest challenge of a recipient.")]
#[serde(deny_unknown_fields)]
pub(crate) struct VerifyByRecipientBody {
    /// The recipient: a mail address or a phone number.
    #[schema(min_length = 3, max_length = 254, example = "jane@example.com")]
    to: String,
    /// What the code is for; `verification` if absent.
    #[schema(value_type = Option<Purpose>)]
    purpose: Option<String>,
    /// What the user typed. Spaces, dashes, zero-width and full-width characters are accepted.
    #[schema(min_length = 4, max_length = 256, example = "123456")]
    pub(crate) code: String,
    #[serde(default)]
    /// The `bind` of the mint, exactly. If it differs, the code counts as wrong.
    #[schema(schema_with = schemas::entries)]
    bind: BTreeMap<String, String>,
    /// The address of the end user, as the caller sees it. The limits per address then apply to it.
    #[schema(value_type = Option<IpAddress>)]
    pub(crate) end_user_ip: Option<IpAddr>,
    #[schema(schema_with = schemas::trusted)]
    pub(crate) trusted: Option<bool>,
}

impl VerifyByRecipientBody {
    pub(crate) fn recipient(&self, region: Option<Country>) -> Result<Address, Rejection> {
        recipient(&self.to, region)
    }

    pub(crate) fn purpose(&self) -> Result<Purpose, Rejection> {
        purpose(self.purpose.as_deref())
    }

    pub(crate) fn bound(&mut self) -> Result<BoundFields, Rejection> {
        bound(std::mem::take(&mut self.bind))
    }
}
