//! How request rates are counted: by this node, or by all nodes together in Redis.

use std::convert::Infallible;
use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use crate::config::Settings;
use crate::delivery::net::system_authorities;
use crate::domain::limits::redis_url::RedisUrl;
use crate::service::{Limiter, Together};
use crate::shared_rates::redis::{RedisAccess, RedisCounts};

use super::ambient::Ambient;
use super::authorities;
use super::foundation::Foundation;
use super::start_error::StartError;

/// The limiter of `settings`. It reaches no other node yet.
pub(super) fn limiter(
    settings: &Settings,
    ambient: &Ambient,
    foundation: &Foundation,
) -> Result<Limiter, StartError> {
    let together = redis_access(settings)?.map(|access| {
        let counts = Arc::new(RedisCounts::new(access, ambient.entropy.as_ref()));
        Together::new(counts, Arc::clone(&foundation.keyring))
    });
    let limiter = Limiter::new(Arc::clone(&foundation.seat.membership), together);
    Ok(limiter.with_networks(settings.limits.network_factor))
}

/// How to reach the Redis of `settings`, if there is one.
pub fn redis_access(settings: &Settings) -> Result<Option<RedisAccess>, StartError> {
    let Some(url) = settings.limits.url.clone() else { return Ok(None) };
    let authorities = authorities(settings, &url)?;
    Ok(Some(RedisAccess { url, password: settings.limits.password.clone(), authorities }))
}

/// The authorities of the system and those that the operator adds; `None` for those of the system alone.
fn authorities(settings: &Settings, url: &RedisUrl) -> Result<Option<Vec<u8>>, StartError> {
    if !url.is_encrypted {
        return Ok(None);
    }
    authorities::read("outbound.ca_file", &settings.outbound.ca_file, with_those_of_the_system)
}

fn with_those_of_the_system(pem: &[u8]) -> Result<Vec<u8>, Infallible> {
    let mut pem = pem.to_vec();
    for authority in system_authorities() {
        let body = BASE64_STANDARD.encode(authority);
        pem.extend(
            format!("\n-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n").into_bytes(),
        );
    }
    Ok(pem)
}
