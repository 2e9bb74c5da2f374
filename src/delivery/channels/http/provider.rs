//! The providers behind one pair of functions.

use super::answer::Answer;
use super::judgement::{Judged, Judgement};
use super::message::{ProviderMessage, Unfit};
use super::request::ProviderRequest;
use super::{gateway, gateway_judge, telegram_gateway, twilio, whatsapp_cloud};
use crate::domain::tenants::transports::provider::{ProviderAccount, ProviderSettings};

/// Creates the request that hands a message to the provider.
pub fn request(account: &ProviderAccount, message: &ProviderMessage<'_>) -> Result<ProviderRequest, Unfit> {
    let secret = &account.secret;
    match &account.settings {
        ProviderSettings::Twilio(settings) => twilio::request(settings, secret, message),
        ProviderSettings::WhatsappCloud(settings) => whatsapp_cloud::request(settings, secret, message),
        ProviderSettings::TelegramGateway(settings) => telegram_gateway::request(settings, secret, message),
        ProviderSettings::Http(settings) => gateway::request(settings, secret, message),
        // It speaks another protocol, over a channel of its own.
        ProviderSettings::Smpp(_) | ProviderSettings::Log(_) => Err(Unfit::Settings),
    }
}

/// Judges the answer to such a request.
pub fn judge(settings: &ProviderSettings, answer: &Answer<'_>) -> Judged {
    match settings {
        ProviderSettings::Twilio(_) => twilio::judge(answer),
        ProviderSettings::WhatsappCloud(_) => whatsapp_cloud::judge(answer),
        ProviderSettings::TelegramGateway(_) => telegram_gateway::judge(answer),
        ProviderSettings::Http(settings) => match settings.described() {
            Ok(gateway) => gateway_judge::judge(&gateway, answer),
            Err(_) => Judgement::Unknown.into(),
        },
        ProviderSettings::Smpp(_) | ProviderSettings::Log(_) => Judgement::Unknown.into(),
    }
}

/// Judges bytes of a stranger as the answer of the provider of a route. The first byte chooses the status.
#[cfg(fuzzing)]
pub fn fuzz(settings: &ProviderSettings, bytes: &[u8]) {
    const STATUSES: [u16; 6] = [200, 202, 400, 401, 429, 503];
    let Some((first, body)) = bytes.split_first() else { return };
    let status = STATUSES[usize::from(*first) % STATUSES.len()];
    let answer = Answer { status, retry_after: std::str::from_utf8(body).ok(), body };
    let _ = (judge(settings, &answer), judge_login(settings, &answer));
}

/// Creates a request that needs the login and does nothing; `None` if none is known.
pub fn login(account: &ProviderAccount) -> Option<ProviderRequest> {
    let secret = &account.secret;
    match &account.settings {
        ProviderSettings::Twilio(settings) => Some(twilio::login(settings, secret)),
        ProviderSettings::WhatsappCloud(settings) => Some(whatsapp_cloud::login(settings, secret)),
        ProviderSettings::TelegramGateway(settings) => Some(telegram_gateway::login(settings, secret)),
        ProviderSettings::Http(_) | ProviderSettings::Smpp(_) | ProviderSettings::Log(_) => None,
    }
}

/// Returns whether the answer to [`login`] proves that the login works.
pub fn judge_login(settings: &ProviderSettings, answer: &Answer<'_>) -> bool {
    match settings {
        ProviderSettings::Twilio(settings) => twilio::judge_login(settings, answer),
        ProviderSettings::WhatsappCloud(settings) => whatsapp_cloud::judge_login(settings, answer),
        ProviderSettings::TelegramGateway(_) => telegram_gateway::judge_login(answer),
        ProviderSettings::Http(_) | ProviderSettings::Smpp(_) | ProviderSettings::Log(_) => false,
    }
}
