//! Services in answers.

use serde_json::{Value, json};

use crate::domain::sid::Sid;
use crate::service::VerifyService;

/// The usual settings of authenticator apps.
const TIME_STEP: u32 = 30;
const DIGITS: u8 = 6;
/// How many periods before and after the present one are accepted.
const SKEW: u8 = 1;

/// Returns the object of a service below `base`.
pub(super) fn of(account: Sid, service: &VerifyService, base: &str) -> Value {
    let (settings, totp) = (&service.settings, &service.settings.totp);
    let url = format!("{base}/Services/{}", service.sid);
    let issuer = totp.issuer.as_ref().unwrap_or(&service.name);
    let (period, digits) = (totp.period.unwrap_or(TIME_STEP), totp.digits.unwrap_or(DIGITS));
    json!({
        "sid": service.sid,
        "account_sid": account,
        "friendly_name": service.name,
        "code_length": service.code_length,
        "lookup_enabled": false,
        "psd2_enabled": settings.psd2,
        "skip_sms_to_landlines": true,
        "dtmf_input_required": false,
        "tts_name": null,
        "mailer_sid": null,
        "do_not_share_warning_enabled": false,
        "custom_code_enabled": settings.custom_code,
        "push": { "include_date": false, "apn_credential_sid": null, "fcm_credential_sid": null, "newfactor": null },
        "totp": {
            "issuer": issuer,
            "time_step": period,
            "code_length": digits,
            "skew": SKEW,
        },
        "default_template_sid": null,
        "whatsapp": { "msg_service_sid": null, "from": null },
        "passkeys": null,
        "verify_event_subscription_enabled": false,
        "date_created": settings.created_at,
        "date_updated": settings.updated_at,
        "url": url,
        "links": {
            "verification_checks": format!("{url}/VerificationCheck"),
            "verifications": format!("{url}/Verifications"),
            "rate_limits": format!("{url}/RateLimits"),
            "messaging_configurations": format!("{url}/MessagingConfigurations"),
            "entities": format!("{url}/Entities"),
            "webhooks": format!("{url}/Webhooks"),
            "access_tokens": format!("{url}/AccessTokens"),
        },
    })
}
