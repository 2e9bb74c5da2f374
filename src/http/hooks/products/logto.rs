//! The HTTP connectors of Logto for mail and text messages.

use serde::Deserialize;

use crate::domain::challenges::link::Link;
use crate::domain::challenges::purpose::Purpose;

use crate::http::hooks::asked::Asked;
use crate::http::shared::bodies::json;
use crate::http::shared::problems::rejection::Rejection;

#[derive(Deserialize)]
struct Request {
    to: String,
    #[serde(rename = "type")]
    kind: String,
    payload: Payload,
    #[serde(default)]
    ip: Option<String>,
}

#[derive(Deserialize)]
struct Payload {
    #[serde(default)]
    code: Option<String>,
    #[serde(default)]
    link: Option<String>,
    #[serde(default)]
    locale: Option<String>,
}

pub(super) fn read(body: &[u8]) -> Result<Vec<Asked>, Rejection> {
    let Request { to, kind, payload, ip } = json::parse(body)?;
    let purpose = match kind.as_str() {
        "SignIn" | "MfaVerification" => Purpose::LOGIN,
        "ForgotPassword" => Purpose::PASSWORD_RESET,
        _ => Purpose::VERIFICATION,
    };
    let code = payload.code.filter(|code| !code.is_empty());
    let code =
        code.ok_or_else(|| Rejection::field("/payload/code", "a code: invitations are not sent here"))?;
    // Without the plus, as Logto stores numbers.
    let is_number = !to.is_empty() && to.bytes().all(|byte| byte.is_ascii_digit());
    let to = if is_number { format!("+{to}") } else { to };
    let end_user = ip.and_then(|ip| ip.parse().ok());
    let link = payload.link.as_deref().and_then(Link::parse);
    Ok(vec![Asked { locale: payload.locale, link, end_user, ..Asked::of(to, code, purpose) }])
}
