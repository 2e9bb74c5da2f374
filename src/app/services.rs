//! The use cases, over an open store.

use std::sync::Arc;

use crate::config::Settings;
use crate::delivery::Outbox;
use crate::domain::id::IdGenerator;
use crate::domain::time::Clock;
use crate::service::{Parts, Services};

use super::ambient::Ambient;
use super::foundation::Foundation;
use super::limits::limiter;
use super::rules;
use super::start_error::StartError;

/// The use cases over an open store.
pub fn services(
    settings: &Settings,
    ambient: &Ambient,
    foundation: &Foundation,
    outbox: Arc<Outbox>,
) -> Result<Services, StartError> {
    foundation.keyring.advance(ambient.clock.now());
    Ok(Services::new(&Parts {
        node: foundation.seat.node,
        membership: Arc::clone(&foundation.seat.membership),
        store: Arc::clone(&foundation.store),
        keyring: Arc::clone(&foundation.keyring),
        routing: Arc::clone(outbox.routing()),
        outbox,
        limiter: Arc::new(limiter(settings, ambient, foundation)?),
        clock: ambient.clock.clone(),
        entropy: Arc::clone(&ambient.entropy),
        ids: Arc::new(IdGenerator::of(foundation.seat.node, foundation.greatest_id)),
        rules: Arc::new(rules::rules(settings, ambient)?),
    }))
}
