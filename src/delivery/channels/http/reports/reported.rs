//! What a callback says about the message of its address.

use crate::domain::deliveries::callback::{CallbackReading, ReadReport};
use crate::domain::deliveries::provider_report::Fate;

/// A report about the message that the address of the callback names.
pub(super) fn reported(fate: Option<Fate>) -> CallbackReading {
    reported_with(fate, None)
}

/// The same, with the provider's number for the reason.
pub(super) fn reported_with(fate: Option<Fate>, code: Option<u32>) -> CallbackReading {
    let report = fate.map(|fate| ReadReport { id: None, fate, code });
    CallbackReading::Reports(report.into_iter().collect())
}
