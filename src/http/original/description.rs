//! The bodies and answers of the compat routes. Their handlers read the fields one by one, so these
//! types stand for the description alone; unknown fields are ignored there.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use serde_json::{Value, json};
use utoipa::openapi::{RefOr, Response};
use utoipa::{IntoResponses, ToSchema};

use crate::domain::deliveries::delivery::DeliveryError;
use crate::domain::limits::limit::Limit;
use crate::domain::tenants::credential::Scope;
use crate::service::Refusal;

use crate::http::shared::answer;
use crate::http::shared::description::answers::{self, Answers, DescribedProblem, reference};
use crate::http::shared::description::schemas::part;
use crate::http::shared::problems::problem::Problem;
use crate::http::shared::problems::refusals::Audience;

const TEXT: &str = "text/plain";

const JSON: &str = "application/json";

/// A tenant to be, with its SMTP account.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct CompatRegistration {
    /// Host name or IP address.
    #[schema(min_length = 1, max_length = 253, example = "smtp.example.com")]
    smtp_host: String,
    /// 465: TLS from the first byte; any other: STARTTLS. Also as a string of digits.
    #[schema(schema_with = port)]
    smtp_port: u16,
    /// The login, and the address that mails come from.
    #[schema(min_length = 3, max_length = 254, format = "email", example = "app@example.com")]
    smtp_mail: String,
    /// Without control characters.
    #[schema(min_length = 1, max_length = 512, format = "password", example = "the password")]
    smtp_password: String,
    /// A key of your own. Better leave it out: one of 256 random bits is made and answered.
    #[schema(rename = "secretKey", min_length = 16, max_length = 256, format = "password")]
    secret_key: Option<String>,
    /// What the app calls itself, in mails; on one line.
    #[schema(max_length = 100, example = "Example App")]
    name: Option<String>,
}

fn port() -> RefOr<utoipa::openapi::Schema> {
    part(json!({
        "description": "465: TLS from the first byte; any other: STARTTLS. Also as a string of digits.",
        "anyOf": [
            { "type": "integer", "format": "int32", "minimum": 1, "maximum": 65535 },
            { "type": "string", "pattern": "^[0-9]{1,5}$", "maxLength": 5 },
        ],
        "examples": [587],
    }))
}

/// A tenant, as registered.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct CompatRegistered {
    /// Its handle, which is no secret.
    #[schema(pattern = "^tnt_[0-9A-Za-z]+$", max_length = 64)]
    tenant: String,
    /// The secret key, when it was made here. Shown this once.
    #[schema(rename = "secretKey", pattern = "^otpm_", max_length = 256)]
    secret_key: Option<String>,
}

/// What `POST /otp` takes.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct CompatMint {
    /// The recipient, one address.
    #[schema(max_length = 254, format = "email", example = "jane@example.com")]
    mail: String,
    /// The tenant's.
    #[schema(rename = "secretKey", max_length = 256, format = "password")]
    secret_key: String,
}

/// A minted code.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct CompatMinted {
    /// The handle with which the code is checked.
    #[schema(rename = "shareableKey", pattern = "^[A-Za-z]{23}$", max_length = 23)]
    shareable_key: String,
    /// When the code stops to work.
    #[schema(format = "date-time", max_length = 32)]
    expires_at: String,
}

/// What `POST /verify-otp` takes.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct CompatVerification {
    /// What `POST /otp` answered.
    #[schema(rename = "shareableKey", max_length = 100, example = "CnPYvKqMbdXhwRzTgJsLfAe")]
    shareable_key: String,
    /// What the user typed. Spaces, dashes, zero-width and full-width characters are understood.
    #[schema(max_length = 256, example = "123456")]
    otp: String,
    /// The tenant's: its challenges alone are found, no address is counted, and how one ended is told.
    #[schema(rename = "secretKey", max_length = 256, format = "password")]
    secret_key: Option<String>,
}

/// A code that was right.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct CompatVerified {
    /// Always `verified`.
    #[schema(pattern = "^verified$")]
    status: String,
}

/// What went wrong.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct CompatProblem {
    /// Stable, for programs.
    #[schema(pattern = "^[a-z_]+$", max_length = 40)]
    code: String,
    /// For people: what happened and what to change.
    #[schema(max_length = 500)]
    message: String,
    /// After a wrong code.
    #[schema(minimum = 0, maximum = 10)]
    attempts_remaining: Option<u8>,
    /// Seconds, as in `Retry-After`.
    #[schema(minimum = 1, maximum = 86400)]
    retry_after: Option<u32>,
}

/// Each refusal as text and as JSON.
fn told(problems: Vec<Problem>) -> Vec<DescribedProblem> {
    let both = problems.into_iter().flat_map(|problem| {
        let code = problem.code;
        let text = json!(answer::text(&problem));
        let status = answer::text_status(problem.status);
        let plain = DescribedProblem { status, code, media: TEXT, schema: None, body: text };
        let (status, body) = (problem.status, answer::body(&problem));
        [plain, DescribedProblem { status, code, media: JSON, schema: Some("CompatProblem"), body }]
    });
    both.collect()
}

fn refusals(audience: Audience, own: Vec<Refusal>) -> Vec<DescribedProblem> {
    let always = [
        Problem::NOT_JSON,
        Problem::field("secretKey must be a string.".to_owned()),
        Problem::UNREADABLE,
        Problem::TOO_SLOW,
        Problem::TOO_LARGE,
        Problem::unrecorded(),
        Problem::overloaded(),
        Problem::draining(),
    ];
    told(own.iter().map(|refusal| Problem::of(refusal, audience)).chain(always).collect())
}

fn success(answers: Answers, status: StatusCode, told: [&str; 2], schema: &str, json: Value) -> Answers {
    let [description, text] = told;
    answers
        .success(status, description, (TEXT, json!({ "type": "string", "maxLength": 500 }), json!(text)))
        .success(status, description, (JSON, reference(schema), json))
}

/// Of `POST /reg_secretkey`.
pub(crate) struct Registered;

impl IntoResponses for Registered {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let key = "otpm_8Jx2kVnTq4WmRz7Yb1Lc9HdFgS3aPeUi";
        let text = format!("Registration of secretKey succeeded.\nsecretKey: {key}");
        let json = json!({ "tenant": "tnt_4fJ8kQz2", "secretKey": key });
        let told = ["Registered.", &text];
        success(Answers::default(), StatusCode::OK, told, "CompatRegistered", json)
            .refusals(refusals(
                Audience::Public,
                vec![
                    Refusal::OperatorTokenNeeded,
                    Refusal::RegistrationClosed,
                    Refusal::UnusableSecretKey,
                    Refusal::PortNotAllowed(22),
                    Refusal::HostNotAllowed,
                    answers::limited(Limit::RegisterPerAddress),
                ],
            ))
            .into_map()
    }
}

/// Of `POST /otp`.
pub(crate) struct Minted;

impl IntoResponses for Minted {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let key = "CnPYvKqMbdXhwRzTgJsLfAe";
        let json = json!({ "shareableKey": key, "expires_at": "2026-11-21T08:40:00Z" });
        let limits = [
            Limit::MintPerAddress,
            Limit::WrongKeysPerAddress,
            Limit::MintPerTenant,
            Limit::SendsPerRecipient,
            Limit::FailuresPerRecipient,
            Limit::RecipientLockout,
        ];
        let mut own = vec![
            Refusal::UnknownSecretKey,
            Refusal::MissingScope(Scope::Mint),
            Refusal::InvalidRecipient,
            Refusal::NoAccount,
            Refusal::QueueFull,
        ];
        own.extend(DeliveryError::ALL.map(Refusal::NotDelivered));
        own.extend(limits.map(answers::limited));
        success(Answers::default(), StatusCode::OK, ["Minted and mailed.", key], "CompatMinted", json)
            .refusals(refusals(Audience::Tenant, own))
            .into_map()
    }
}

/// Of `POST /verify-otp`.
pub(crate) struct Verified;

impl IntoResponses for Verified {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        use crate::domain::challenges::challenge::ChallengeStatus::{Canceled, Exhausted, Expired, Verified};
        let limits = [
            Limit::VerifyPerAddress,
            Limit::WrongKeysPerAddress,
            Limit::VerifyPerTenant,
            Limit::FailuresPerRecipient,
            Limit::RecipientLockout,
        ];
        let mut own = vec![
            Refusal::UnknownSecretKey,
            Refusal::MissingScope(Scope::Verify),
            Refusal::NotACode,
            Refusal::NoRecipient,
            Refusal::Mismatched { attempts_remaining: 4 },
            Refusal::UnknownChallenge,
        ];
        own.extend([Exhausted, Verified, Expired, Canceled].map(Refusal::Ended));
        own.extend(limits.map(answers::limited));
        let (told, json) = (["The code was right.", "OTP Matched!"], json!({ "status": "verified" }));
        success(Answers::default(), StatusCode::CREATED, told, "CompatVerified", json)
            .refusals(refusals(Audience::Tenant, own))
            .into_map()
    }
}
