//! What tries tenants' mail accounts out.

use crate::config::Settings;
use crate::delivery::dns::SystemDns;
use crate::delivery::prober::Prober;
use crate::delivery::smtp::SmtpSettings;

use super::{StartError, trust};

/// The prober of these settings.
pub fn prober(settings: &Settings) -> Result<Prober, StartError> {
    let rule = settings.outbound_rule().map_err(|error| StartError::Config(error.to_string()))?;
    Ok(Prober::new(SmtpSettings::default(), rule, trust(settings)?, Box::new(SystemDns::new())))
}
