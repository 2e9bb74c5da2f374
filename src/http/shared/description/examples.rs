//! Values that many examples of the description use.

use std::net::Ipv4Addr;

use crate::domain::factors::factor::FactorHandle;
use crate::domain::tenants::credential::KeyHandle;
use crate::domain::tenants::tenant::TenantHandle;
use crate::domain::time::Timestamp;
use crate::domain::webhooks::webhook::WebhookHandle;
use crate::service::{KeyRefusal, Refusal};

pub(crate) const CHALLENGE: &str = "CnPYvKqMbdXhwRzTgJsLfAe";
pub(crate) const TENANT: &str = "tnt_4hq7k2m9x3c8v5bn";
pub(crate) const FACTOR: &str = "fct_3c8v5bn4hq7m2k9x";
pub(crate) const SANDBOX: &str = "tnt_9pk4x2m7q3c8v5bn";

pub(crate) fn tenant() -> TenantHandle {
    written(TenantHandle::parse(TENANT))
}

pub(crate) fn sandbox() -> TenantHandle {
    written(TenantHandle::parse(SANDBOX))
}

pub(crate) fn key(text: &str) -> KeyHandle {
    written(KeyHandle::parse(text))
}

pub(crate) fn webhook() -> WebhookHandle {
    written(WebhookHandle::parse("whk_7m2k9x3c8v5bn4hq"))
}

pub(crate) fn factor() -> FactorHandle {
    written(FactorHandle::parse(FACTOR))
}

/// The refusal of a secret key because of where it is used.
pub(crate) fn key_from_elsewhere() -> Refusal {
    KeyRefusal::NotAllowedFrom(Some(Ipv4Addr::new(198, 51, 100, 9).into())).into()
}

/// A time on the day of the examples.
pub(crate) fn at(time: &str) -> Timestamp {
    written(Timestamp::parse(&format!("2026-11-21T{time}Z")))
}

fn written<T>(example: Option<T>) -> T {
    example.unwrap_or_else(|| unreachable!("an example that is written in the source"))
}
