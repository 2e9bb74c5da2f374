//! Tests tenants' mail accounts.

use std::sync::Arc;

use crate::config::Settings;
use crate::delivery::channels::smtp::SmtpSettings;
use crate::delivery::channels::smtp::check::{Prober, SystemDns};

use super::senders::trust;
use super::{Ambient, StartError};

/// The prober for these settings.
pub fn prober(settings: &Settings, ambient: &Ambient) -> Result<Prober, StartError> {
    let rule = settings.outbound_rule().map_err(|error| StartError::Config(error.to_string()))?;
    let dns = SystemDns::new(Arc::clone(&ambient.entropy));
    Ok(Prober::new(SmtpSettings::default(), rule, trust(settings)?, Box::new(dns)))
}
