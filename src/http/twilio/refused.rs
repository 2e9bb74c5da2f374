//! Resources that this server has in no form: whoever asks is told so, and where it is set instead.

use actix_web::HttpRequest;
use actix_web::web::Data;

use crate::http::state::AppState;

use super::basic::Manager;
use super::error::{TwilioError, TwilioResult};

/// `…/Services/{service}/MessagingConfigurations`: which account sends is a setting of the tenant.
pub(super) async fn messaging(
    state: Data<AppState>,
    Manager(tenant): Manager,
    request: HttpRequest,
) -> TwilioResult {
    let service = request.match_info().get("service").unwrap_or_default();
    state.services.verify_services.find(&tenant, service)?;
    Err(unsupported("Senders are settings of the tenant: its routes say which account sends where"))
}

/// `…/SafeList/Numbers`: no number is exempt from the rules against toll fraud.
pub(super) async fn safe_list(Manager(_): Manager) -> TwilioResult {
    Err(unsupported("No number is exempt from the rules against toll fraud: the tenant sets these rules"))
}

fn unsupported(words: &str) -> TwilioError {
    TwilioError::worded(400, 60201, words)
}
