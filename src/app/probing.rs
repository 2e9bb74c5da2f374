//! Tests tenants' mail accounts.

use crate::config::Settings;
use crate::delivery::channels::smtp::SmtpSettings;
use crate::delivery::channels::smtp::check::Prober;
use crate::delivery::channels::smtp::check::SystemDns;

use super::StartError;
use super::senders::trust;

/// The prober for these settings.
pub fn prober(settings: &Settings) -> Result<Prober, StartError> {
    let rule = settings.outbound_rule().map_err(|error| StartError::Config(error.to_string()))?;
    Ok(Prober::new(SmtpSettings::default(), rule, trust(settings)?, Box::new(SystemDns::new())))
}
