//! The send-e-mail hook of Supabase.

use serde::Deserialize;

use crate::domain::challenges::purpose::Purpose;

use crate::http::hooks::asked::Asked;
use crate::http::shared::bodies::json;
use crate::http::shared::problems::rejection::Rejection;

use super::supabase_sms::Metadata;

#[derive(Deserialize)]
struct Request {
    user: User,
    email_data: EmailData,
    #[serde(default)]
    metadata: Metadata,
}

#[derive(Deserialize)]
struct User {
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    new_email: Option<String>,
}

#[derive(Deserialize)]
struct EmailData {
    email_action_type: String,
    #[serde(default)]
    token: Option<String>,
    #[serde(default)]
    token_new: Option<String>,
}

/// Returns the codes. A notice, such as that a password was changed, has none and is not sent. The links of
/// Supabase are not in the mails.
pub(super) fn read(body: &[u8]) -> Result<Vec<Asked>, Rejection> {
    let Request { user, email_data, metadata } = json::parse(body)?;
    let EmailData { email_action_type: action, token, token_new } = email_data;
    let is_given = |text: &String| !text.is_empty();
    let (token, token_new) = (token.filter(is_given), token_new.filter(is_given));
    let (email, new_email) = (user.email.filter(is_given), user.new_email.filter(is_given));
    let purpose = match action.as_str() {
        "magiclink" => Purpose::LOGIN,
        "recovery" => Purpose::PASSWORD_RESET,
        _ => Purpose::VERIFICATION,
    };
    let codes = match (action.as_str(), token_new) {
        // Both addresses confirm, each with a code of its own: `token` belongs to the present one.
        ("email_change", Some(token_new)) => vec![
            (email, token, ["/user/email", "/email_data/token"]),
            (new_email, Some(token_new), ["/user/new_email", "/email_data/token_new"]),
        ],
        ("email_change", None) => {
            vec![(new_email.or(email), token, ["/user/new_email", "/email_data/token"])]
        }
        (notice, _) if notice.ends_with("_notification") => Vec::new(),
        _ => vec![(email, token, ["/user/email", "/email_data/token"])],
    };
    let end_user = metadata.ip_address.and_then(|ip| ip.parse().ok());
    let one = |(to, code, [to_field, code_field]): (Option<String>, Option<String>, [&str; 2])| {
        let missing = |field: &str| Rejection::field(field, "a text that is not empty");
        let (to, code) = (to.ok_or_else(|| missing(to_field))?, code.ok_or_else(|| missing(code_field))?);
        Ok(Asked { end_user, ..Asked::of(to, code, purpose.clone()) })
    };
    codes.into_iter().map(one).collect()
}
