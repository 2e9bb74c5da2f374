//! What a mint says about the last line of a text message.

use crate::domain::sms::{AppHash, Autofill, CodeHost};

use crate::http::shared::problems::rejection::Rejection;

const NO_HOST: &str = "origin is the host of one of the tenant's allowed_origins, without scheme and port, such as \
                       app.example";
const BOTH: &str = "a text message has one last line: leave out origin or app_hash";

/// The page or the app that is to take the code, if one is named.
pub(super) fn autofill(origin: Option<&str>, app_hash: Option<&str>) -> Result<Option<Autofill>, Rejection> {
    match (origin, app_hash) {
        (None, None) => Ok(None),
        (Some(_), Some(_)) => Err(Rejection::field("/app_hash", BOTH)),
        (Some(host), None) => {
            let host = CodeHost::parse(host).ok_or_else(|| Rejection::field("/origin", NO_HOST))?;
            Ok(Some(Autofill::Page(host)))
        }
        (None, Some(hash)) => {
            let hash =
                AppHash::parse(hash).map_err(|wrong| Rejection::field("/app_hash", wrong.to_string()))?;
            Ok(Some(Autofill::App(hash)))
        }
    }
}
