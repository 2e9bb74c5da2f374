//! `[limits]`.

use ipnet::IpNet;
use secrecy::SecretString;
use serde::Deserialize;

use super::super::read;
use crate::domain::limits::rate::Rate;
use crate::domain::limits::redis_url::RedisUrl;

/// `[limits]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Whether the limits apply.
    pub enabled: bool,
    /// Where several nodes count together; empty for each by itself. Without a password, so that it can be shown.
    #[serde(deserialize_with = "read::redis_url")]
    pub url: Option<RedisUrl>,
    /// The password of that place; empty for none.
    pub password: SecretString,
    /// Registrations by a client address.
    #[serde(deserialize_with = "read::rate")]
    pub register_per_address: Rate,
    /// Mints by a client address.
    #[serde(deserialize_with = "read::rate")]
    pub mint_per_address: Rate,
    /// Verifications by a client address.
    #[serde(deserialize_with = "read::rate")]
    pub verify_per_address: Rate,
    /// Invalid secret keys from a client address.
    #[serde(deserialize_with = "read::rate")]
    pub wrong_keys_per_address: Rate,
    /// Documents for anybody, read by a client address.
    #[serde(deserialize_with = "read::rate")]
    pub documents_per_address: Rate,
    /// How many times the rate of an IPv6 /64 the addresses of a /48 may have together; 0 for no such bound.
    pub network_factor: u32,
    /// Client networks that are not counted.
    #[serde(deserialize_with = "read::networks")]
    pub exempt_networks: Vec<IpNet>,
    /// Mints by a tenant.
    #[serde(deserialize_with = "read::rate")]
    pub mint_per_tenant: Rate,
    /// Challenges that a tenant opens within an hour; 0 for no cap.
    pub mints_per_hour: u32,
    /// The same within 24 hours.
    pub mints_per_day: u32,
    /// Verifications for a tenant.
    #[serde(deserialize_with = "read::rate")]
    pub verify_per_tenant: Rate,
    /// Requests with which a tenant manages itself.
    #[serde(deserialize_with = "read::rate")]
    pub manage_per_tenant: Rate,
    /// Messages to a recipient.
    #[serde(deserialize_with = "read::rates")]
    pub sends_per_recipient: Vec<Rate>,
    /// Messages to a recipient, of all tenants together.
    #[serde(deserialize_with = "read::rates")]
    pub sends_per_recipient_overall: Vec<Rate>,
    /// Wrong answers for a recipient.
    #[serde(deserialize_with = "read::rate")]
    pub failures_per_recipient: Rate,
    /// Wrong answers within 24 hours that trusted devices have of their own; 0 for none.
    pub trusted_failures_per_recipient: u32,
    /// Wrong answers in a row until the recipient is locked out.
    pub failures_in_a_row: u32,
}
