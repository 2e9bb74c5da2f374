//! What providers report in callbacks, and how each proves that it is the provider.

mod described;
mod hex;
mod jwt;
mod reported;
mod signed;
mod telegram;
mod time;
mod twilio;
mod whatsapp;
mod words;

use crate::domain::deliveries::callback::{Callback, CallbackReading};
use crate::domain::tenants::transports::provider::{ProviderAccount, ProviderSettings};
use crate::domain::time::Timestamp;

/// Reads a callback to a route with this account.
pub(super) fn read(account: &ProviderAccount, callback: &Callback<'_>, now: Timestamp) -> CallbackReading {
    let ProviderAccount { settings, secret, report_key } = account;
    match settings {
        ProviderSettings::Twilio(settings) => {
            let token = settings.api_key_sid.is_none().then_some(secret);
            twilio::read(report_key.as_ref().or(token), callback)
        }
        ProviderSettings::TelegramGateway(_) => telegram::read(secret, callback, now),
        ProviderSettings::Http(settings) => described::read(settings, report_key.as_ref(), *callback, now),
        ProviderSettings::WhatsappCloud(_) => whatsapp::read(report_key.as_ref(), callback),
        // Its receipts come over the session.
        ProviderSettings::Smpp(_) | ProviderSettings::Log(_) => CallbackReading::Refused,
    }
}

#[cfg(test)]
mod tests;
