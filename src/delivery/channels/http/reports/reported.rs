//! What a callback says about the message of its address.

use crate::domain::deliveries::callback::{CallbackReading, ReadReport};
use crate::domain::deliveries::provider_report::Fate;

/// A report about the message that the address of the callback names.
pub(super) fn reported(fate: Option<Fate>) -> CallbackReading {
    CallbackReading::Reports(fate.map(|fate| ReadReport { id: None, fate }).into_iter().collect())
}
