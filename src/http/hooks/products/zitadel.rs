//! The HTTP providers of Zitadel for mail and text messages.

use std::time::Duration;

use serde::Deserialize;

use crate::domain::challenges::link::Link;
use crate::domain::challenges::purpose::Purpose;

use crate::http::hooks::asked::Asked;
use crate::http::shared::bodies::json;
use crate::http::shared::problems::rejection::Rejection;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    context_info: ContextInfo,
    #[serde(default)]
    template_data: TemplateData,
    args: Arguments,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ContextInfo {
    #[serde(default)]
    event_type: String,
    #[serde(default)]
    recipient_phone_number: Option<String>,
    #[serde(default)]
    recipient_email_address: Option<String>,
}

#[derive(Default, Deserialize)]
struct TemplateData {
    /// The page that takes the code; of text messages it is empty.
    #[serde(default)]
    url: Option<String>,
}

#[derive(Deserialize)]
struct Arguments {
    #[serde(default)]
    code: Option<String>,
    /// The same in a second step.
    #[serde(default, rename = "oTP", alias = "otp", alias = "OTP")]
    otp: Option<String>,
    #[serde(default)]
    expiry: Option<i64>,
}

/// Returns the code. A notice without one is not sent.
pub(super) fn read(body: &[u8]) -> Result<Vec<Asked>, Rejection> {
    let Request { context_info: about, template_data, args } = json::parse(body)?;
    let is_given = |text: &String| !text.is_empty();
    let to = about.recipient_phone_number.filter(is_given).or(about.recipient_email_address.filter(is_given));
    let to = to.ok_or_else(|| {
        Rejection::field("/contextInfo", "recipientPhoneNumber or recipientEmailAddress is needed")
    })?;
    let purpose = match about.event_type.as_str() {
        word if word.contains("otp") => Purpose::LOGIN,
        word if word.contains("password") => Purpose::PASSWORD_RESET,
        _ => Purpose::VERIFICATION,
    };
    let code = args.code.filter(is_given).or(args.otp.filter(is_given));
    let link = template_data.url.as_deref().and_then(Link::parse);
    // In nanoseconds, where a code has one.
    let lifetime = args.expiry.and_then(|expiry| u64::try_from(expiry).ok()).map(Duration::from_nanos);
    Ok(code.map(|code| Asked { link, lifetime, ..Asked::of(to, code, purpose) }).into_iter().collect())
}
