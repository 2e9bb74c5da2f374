//! The send-SMS hook of Supabase.

use serde::Deserialize;

use crate::domain::challenges::purpose::Purpose;

use crate::http::hooks::asked::Asked;
use crate::http::shared::bodies::json;
use crate::http::shared::problems::rejection::Rejection;

#[derive(Deserialize)]
struct Request {
    #[serde(default)]
    user: User,
    sms: Sms,
    #[serde(default)]
    metadata: Metadata,
}

#[derive(Default, Deserialize)]
struct User {
    #[serde(default)]
    phone: Option<String>,
}

#[derive(Deserialize)]
struct Sms {
    otp: String,
    #[serde(default)]
    phone: Option<String>,
    #[serde(default)]
    sms_type: Option<String>,
}

/// What both hooks say about the request behind them.
#[derive(Default, Deserialize)]
pub(super) struct Metadata {
    #[serde(default)]
    pub(super) ip_address: Option<String>,
}

pub(super) fn read(body: &[u8]) -> Result<Vec<Asked>, Rejection> {
    let Request { user, sms, metadata } = json::parse(body)?;
    let is_given = |phone: &String| !phone.is_empty();
    let phone = sms.phone.filter(is_given).or(user.phone.filter(is_given));
    let phone = phone.ok_or_else(|| Rejection::field("/sms/phone", "is missing"))?;
    let purpose = match sms.sms_type.as_deref() {
        Some("mfa") => Purpose::LOGIN,
        _ => Purpose::VERIFICATION,
    };
    // Supabase stores numbers without the plus.
    let to = if phone.starts_with('+') { phone } else { format!("+{phone}") };
    let end_user = metadata.ip_address.and_then(|ip| ip.parse().ok());
    Ok(vec![Asked { end_user, ..Asked::of(to, sms.otp, purpose) }])
}
