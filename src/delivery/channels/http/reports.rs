//! What providers report in callbacks, and how each proves that it is the provider.

mod reported;
mod telegram;
mod twilio;
mod words;

use crate::domain::deliveries::callback::{Callback, CallbackReading};
use crate::domain::tenants::transports::provider::{ProviderAccount, ProviderSettings};
use crate::domain::time::Timestamp;

/// Reads a callback to a route with this account.
pub(super) fn read(account: &ProviderAccount, callback: &Callback<'_>, now: Timestamp) -> CallbackReading {
    match &account.settings {
        ProviderSettings::Twilio(settings) => twilio::read(settings, &account.secret, callback),
        ProviderSettings::TelegramGateway(_) => telegram::read(&account.secret, callback, now),
        // A gateway proves nothing but that it knows the address, which cannot be guessed.
        ProviderSettings::Http(_) => words::read(callback),
        // Its reports come to one address for all messages, which is not offered yet.
        ProviderSettings::WhatsappCloud(_) => CallbackReading::Refused,
        // Its receipts come over the session.
        ProviderSettings::Smpp(_) => CallbackReading::Refused,
    }
}

#[cfg(test)]
mod tests;
