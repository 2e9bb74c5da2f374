//! The bodies of the original's routes, for the description only: the handlers read the fields one by one and ignore
//! unknown ones.

use std::borrow::Cow;

use serde_json::json;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::domain::time::Timestamp;
use crate::http::shared::description::schemas::part;
use crate::http::shared::description::words::{ShareableKey, component, stand_in};

/// A new tenant and its SMTP account.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct CompatRegistration {
    /// Host name or IP address.
    #[schema(min_length = 1, max_length = 253, example = "smtp.example.com")]
    smtp_host: String,
    /// 465 means TLS from the first byte, any other port STARTTLS. May be a string of digits.
    #[schema(value_type = CompatPort)]
    smtp_port: u16,
    /// The user name of the login, and the address that mails come from.
    #[schema(min_length = 3, max_length = 254, format = "email", example = "app@example.com")]
    smtp_mail: String,
    /// Must not contain control characters.
    #[schema(min_length = 1, max_length = 512, format = "password", example = "the password")]
    smtp_password: String,
    /// A secret key of your choice. Better omit it: the server then generates one of 256 random bits and returns it.
    #[schema(rename = "secretKey", min_length = 16, max_length = 256, format = "password")]
    secret_key: Option<String>,
    /// The name of the app in mails, on one line.
    #[schema(max_length = 100, example = "Example App")]
    name: Option<String>,
}

stand_in! { CompatPort }

component! {
    CompatPort: json!({
        "anyOf": [
            { "type": "integer", "format": "int32", "minimum": 1, "maximum": 65535 },
            { "type": "string", "pattern": "^[0-9]{1,5}$", "maxLength": 5 },
        ],
        "examples": [587],
    });
}

/// The registered tenant.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct CompatRegistered {
    /// The handle of the tenant, which is not secret.
    #[schema(pattern = "^tnt_[0-9A-Za-z]+$", max_length = 64)]
    tenant: String,
    /// The secret key, if the server has generated it. It is shown only once.
    #[schema(rename = "secretKey", pattern = "^otpm_", max_length = 256)]
    secret_key: Option<String>,
}

/// The body of `POST /otp`.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct CompatMint {
    /// The recipient: one mail address.
    #[schema(max_length = 254, format = "email", example = "jane@example.com")]
    mail: String,
    /// The tenant's secret key.
    #[schema(rename = "secretKey", max_length = 256, format = "password")]
    secret_key: String,
}

/// The minted code.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct CompatMinted {
    /// The shareable key, with which the code is verified.
    #[schema(rename = "shareableKey", value_type = ShareableKey)]
    shareable_key: String,
    /// When the code expires.
    #[schema(value_type = Timestamp)]
    expires_at: String,
}

/// The body of `POST /verify-otp`.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct CompatVerification {
    /// The shareable key that `POST /otp` has returned.
    #[schema(rename = "shareableKey", max_length = 100, example = "CnPYvKqMbdXhwRzTgJsLfAe")]
    shareable_key: String,
    /// What the user typed. Spaces, dashes, zero-width and full-width characters are accepted.
    #[schema(max_length = 256, example = "123456")]
    otp: String,
    /// The tenant's secret key. With it only the tenant's own challenges are found, the client IP is not counted, and
    /// the answer says how a challenge has ended.
    #[schema(rename = "secretKey", max_length = 256, format = "password")]
    secret_key: Option<String>,
}

/// The result of a right code.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct CompatVerified {
    /// Always `verified`.
    #[schema(pattern = "^verified$")]
    status: String,
}

/// A problem.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct CompatProblem {
    /// A stable word, for programs.
    #[schema(pattern = "^[a-z_]+$", max_length = 40)]
    code: String,
    /// A sentence for people: what happened and what to change.
    #[schema(max_length = 500)]
    message: String,
    /// How many attempts are left, after a wrong code.
    #[schema(minimum = 0, maximum = 10)]
    attempts_remaining: Option<u8>,
    /// Seconds to wait, as in `Retry-After`.
    #[schema(minimum = 1, maximum = 86400)]
    retry_after: Option<u32>,
}
