//! The forms of services.

use crate::domain::challenges::code::{MAX_LENGTH, MIN_LENGTH};
use crate::domain::tenants::service::{MAX_SERVICE_NAME, TotpDefaults};
use crate::http::twilio::error::TwilioError;
use crate::http::twilio::form::Form;
use crate::service::ServiceDraft;

/// What no service of this server has; switched off it changes nothing.
const SWITCHES: [&str; 5] = [
    "LookupEnabled",
    "DtmfInputRequired",
    "DoNotShareWarningEnabled",
    "VerifyEventSubscriptionEnabled",
    "Push.IncludeDate",
];

/// What names something that this server does not have.
const NAMES: [&str; 14] = [
    "TtsName",
    "MailerSid",
    "DefaultTemplateSid",
    "Push.ApnCredentialSid",
    "Push.FcmCredentialSid",
    "Push.Version",
    "Whatsapp.MsgServiceSid",
    "Whatsapp.From",
    "Passkeys.RelyingParty.Id",
    "Passkeys.RelyingParty.Name",
    "Passkeys.RelyingParty.Origins",
    "Passkeys.AuthenticatorAttachment",
    "Passkeys.DiscoverableCredentials",
    "Passkeys.UserVerification",
];

/// Reads what a form sets of a service.
pub(super) fn draft(mut form: Form) -> Result<ServiceDraft, TwilioError> {
    let number = |text: &str| text.parse::<u32>().ok();
    let name = form.parsed("FriendlyName", "1 to 32 characters on one line", |text| {
        let length = text.chars().count();
        let fits = (1..=MAX_SERVICE_NAME).contains(&length) && !text.chars().any(char::is_control);
        fits.then(|| text.trim().to_owned()).filter(|name| !name.is_empty())
    })?;
    let code_length = form.parsed("CodeLength", "a number from 4 to 10", |text| {
        number(text).map(|length| length as usize).filter(|length| (MIN_LENGTH..=MAX_LENGTH).contains(length))
    })?;
    let draft = ServiceDraft {
        name,
        code_length,
        custom_code: form.boolean("CustomCodeEnabled")?,
        psd2: form.boolean("Psd2Enabled")?,
        totp: totp(&mut form)?,
    };
    // No message goes to a landline as a text, whatever this says.
    form.boolean("SkipSmsToLandlines")?;
    for name in SWITCHES {
        form.without(name, &["false"])?;
    }
    for name in NAMES {
        form.without(name, &[""])?;
    }
    form.end()?;
    Ok(draft)
}

fn totp(form: &mut Form) -> Result<TotpDefaults, TwilioError> {
    let period = form.parsed("Totp.TimeStep", "a number from 20 to 60", |text| {
        text.parse().ok().filter(|seconds| (20..=60).contains(seconds))
    })?;
    let digits = form.parsed("Totp.CodeLength", "6 or 8", |text| {
        text.parse().ok().filter(|digits| [6, 8].contains(digits))
    })?;
    let issuer = form.parsed("Totp.Issuer", "1 to 64 characters on one line, without a colon", |text| {
        let fits = (1..=64).contains(&text.chars().count());
        (fits && !text.chars().any(|c| c.is_control() || c == ':')).then(|| text.to_owned())
    })?;
    // Codes are accepted for one period before and after the present one, for every factor.
    form.without("Totp.Skew", &["1"])?;
    Ok(TotpDefaults { issuer, period, digits })
}
