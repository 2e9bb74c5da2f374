//! The HTTP channel of the courier of Ory Kratos, with the body that the documentation gives.

use std::time::Duration;

use serde::Deserialize;

use crate::domain::challenges::link::Link;
use crate::domain::challenges::purpose::Purpose;

use crate::http::hooks::asked::Asked;
use crate::http::shared::bodies::json;
use crate::http::shared::problems::rejection::Rejection;

#[derive(Deserialize)]
struct Request {
    recipient: String,
    template_type: String,
    template_data: TemplateData,
}

#[derive(Deserialize)]
struct TemplateData {
    #[serde(default)]
    login_code: Option<String>,
    #[serde(default)]
    registration_code: Option<String>,
    #[serde(default)]
    verification_code: Option<String>,
    #[serde(default)]
    recovery_code: Option<String>,
    #[serde(default)]
    verification_url: Option<String>,
    #[serde(default)]
    expires_in_minutes: Option<u32>,
}

/// Returns whether a message has no code: it tells somebody without an account that there is none, or tells about a
/// change.
fn is_notice(template_type: &str) -> bool {
    template_type.ends_with("_invalid")
        || matches!(template_type, "registration_duplicate" | "authenticator_key_added")
}

pub(super) fn read(body: &[u8]) -> Result<Vec<Asked>, Rejection> {
    let Request { recipient, template_type, template_data: data } = json::parse(body)?;
    if is_notice(&template_type) {
        return Ok(Vec::new());
    }
    let purpose = match template_type.as_str() {
        word if word.starts_with("recovery") => Purpose::PASSWORD_RESET,
        word if word.starts_with("login") => Purpose::LOGIN,
        _ => Purpose::VERIFICATION,
    };
    // Text messages of a recovery carry it as `verification_code`.
    let codes = [data.login_code, data.registration_code, data.recovery_code, data.verification_code];
    let code = codes.into_iter().flatten().find(|code| !code.is_empty());
    let missing = || {
        Rejection::field(
            "/template_data",
            "one of login_code, registration_code, verification_code and recovery_code",
        )
    };
    let lifetime = data.expires_in_minutes.map(|minutes| Duration::from_secs(60 * u64::from(minutes)));
    let link = data.verification_url.as_deref().and_then(Link::parse);
    Ok(vec![Asked { lifetime, link, ..Asked::of(recipient, code.ok_or_else(missing)?, purpose) }])
}
