//! The OpenAPI description of the original's routes: each answer as text and as JSON.

use actix_web::http::StatusCode;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::domain::challenges::challenge::ChallengeStatus::{Canceled, Exhausted, Expired, Verified};
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::deliveries::delivery::DeliveryError;
use crate::domain::limits::limit::Limit;
use crate::domain::operator::Power;
use crate::domain::tenants::credential::Scope;
use crate::service::{OperatorRefusal, Refusal};

use crate::http::shared::answer;
use crate::http::shared::description::answers::{DescribedProblem, limited};
use crate::http::shared::description::examples;
use crate::http::shared::description::operation::{ApiOperation, JSON, OperationText, SecurityScheme, Spec};
use crate::http::shared::problems::audience::Audience;
use crate::http::shared::problems::problem::Problem;
use crate::http::shared::problems::table::requests::{
    NOT_JSON, SERVER_OVERLOADED, SHUTTING_DOWN, STORE_UNAVAILABLE, TOO_LARGE, TOO_SLOW, UNREADABLE,
};

use super::shapes::{
    CompatMint, CompatMinted, CompatProblem, CompatRegistered, CompatRegistration, CompatVerification,
    CompatVerified,
};

const TEXT: &str = "text/plain";
const TAG: &str = "compat";

/// The tag of these operations and its description.
pub(crate) const TAGGED: (&str, &str) = (TAG, "The routes of the original OtpMint.");

pub(crate) fn operations() -> [ApiOperation; 3] {
    [register(), mint(), verify()]
}

fn register() -> ApiOperation {
    let about = OperationText {
        tag: TAG,
        id: "compatRegister",
        summary: "Register a tenant",
        description: "Registers a tenant with its SMTP account. The operator token is needed unless registration is \
                      open.",
    };
    let key = "otpm_8Jx2kVnTq4WmRz7Yb1Lc9HdFgS3aPeUi";
    let text = format!("Registration of secretKey succeeded.\nsecretKey: {key}");
    let json = json!({ "tenant": "tnt_4fJ8kQz2", "secretKey": key });
    let body = json!({
        "smtp_host": "smtp.example.com", "smtp_port": 587,
        "smtp_mail": "app@example.com", "smtp_password": "the password",
    });
    let spec = Spec::secured(&[SecurityScheme::Nobody, SecurityScheme::OperatorToken])
        .body::<CompatRegistration>(&[JSON], &body);
    let spec = success::<CompatRegistered>(spec, StatusCode::OK, ["Registered.", &text], json);
    let refusals = vec![
        Refusal::OperatorTokenNeeded,
        OperatorRefusal::RoleNotAllowed(Power::Manage).into(),
        Refusal::RegistrationClosed,
        Refusal::UnusableSecretKey,
        Refusal::PortNotAllowed(22),
        Refusal::HostNotAllowed,
        limited(Limit::RegisterPerAddress),
    ];
    ApiOperation::of("POST", "/reg_secretkey", &about, refused(spec, Audience::Public, refusals))
}

fn mint() -> ApiOperation {
    let about = OperationText {
        tag: TAG,
        id: "compatMint",
        summary: "Mint a code and mail it",
        description: "Answers once the mail server has accepted the message.",
    };
    let key = examples::CHALLENGE;
    let json = json!({ "shareableKey": key, "expires_at": "2026-11-21T08:40:00Z" });
    let body = json!({ "mail": "jane@example.com", "secretKey": "otpm_8Jx2kVnTq4WmRz7Yb1Lc9HdFgS3aPeUi" });
    let spec = Spec::secured(&[SecurityScheme::Nobody]).body::<CompatMint>(&[JSON], &body);
    let spec = success::<CompatMinted>(spec, StatusCode::OK, ["Minted and mailed.", key], json);
    let limits = [
        Limit::MintPerAddress,
        Limit::WrongKeysPerAddress,
        Limit::MintPerTenant,
        Limit::SendsPerRecipient,
        Limit::FailuresPerRecipient,
        Limit::RecipientLockout,
    ];
    let mut refusals = vec![
        Refusal::UnknownSecretKey,
        Refusal::MissingScope(Scope::Mint),
        examples::key_from_elsewhere(),
        Refusal::InvalidRecipient,
        Refusal::NoRoute(ChannelKind::Email),
        Refusal::QueueFull,
    ];
    refusals.extend(DeliveryError::ALL.map(Refusal::NotDelivered));
    refusals.extend(limits.map(limited));
    ApiOperation::of("POST", "/otp", &about, refused(spec, Audience::Tenant, refusals))
}

fn verify() -> ApiOperation {
    let about = OperationText {
        tag: TAG,
        id: "compatVerify",
        summary: "Check a code",
        description: "Counts the attempt and compares the code. A right code consumes the challenge.",
    };
    let json = json!({ "status": "verified" });
    let body = json!({ "shareableKey": examples::CHALLENGE, "otp": "123456" });
    let spec = Spec::secured(&[SecurityScheme::Nobody]).body::<CompatVerification>(&[JSON], &body);
    let texts = ["The code was right.", "OTP Matched!"];
    let spec = success::<CompatVerified>(spec, StatusCode::CREATED, texts, json);
    let limits = [
        Limit::VerifyPerAddress,
        Limit::WrongKeysPerAddress,
        Limit::VerifyPerTenant,
        Limit::FailuresPerRecipient,
        Limit::RecipientLockout,
    ];
    let mut refusals = vec![
        Refusal::UnknownSecretKey,
        Refusal::MissingScope(Scope::Verify),
        examples::key_from_elsewhere(),
        Refusal::NotACode,
        Refusal::NoRecipient,
        Refusal::Mismatched { attempts_remaining: 4 },
        Refusal::UnknownChallenge,
    ];
    refusals.extend([Exhausted, Verified, Expired, Canceled].map(Refusal::Ended));
    refusals.extend(limits.map(limited));
    ApiOperation::of("POST", "/verify-otp", &about, refused(spec, Audience::Tenant, refusals))
}

fn success<T: ToSchema>(spec: Spec, status: StatusCode, [description, text]: [&str; 2], json: Value) -> Spec {
    let schema = json!({ "type": "string", "maxLength": 500 });
    spec.answers(|answers| answers.success(status, description, (TEXT, schema, json!(text)))).success::<T>(
        status,
        description,
        json,
    )
}

/// With its own refusals, and those of every request.
fn refused(spec: Spec, audience: Audience, own: Vec<Refusal>) -> Spec {
    let always = [
        Problem::from(&NOT_JSON),
        Problem::field("secretKey must be a string.".to_owned()),
        (&UNREADABLE).into(),
        (&TOO_SLOW).into(),
        (&TOO_LARGE).into(),
        (&STORE_UNAVAILABLE).into(),
        (&SERVER_OVERLOADED).into(),
        (&SHUTTING_DOWN).into(),
    ];
    let all = own.iter().map(|refusal| Problem::of(refusal, audience)).chain(always);
    spec.refusals::<CompatProblem>(all.flat_map(|problem| both(&problem)))
}

fn both(problem: &Problem) -> [DescribedProblem; 2] {
    let (code, status) = (problem.code(), problem.original_status());
    let text = json!(answer::text(problem));
    [
        DescribedProblem { status: answer::text_status(status), code, media: TEXT, schema: None, body: text },
        DescribedProblem {
            status,
            code,
            media: JSON,
            schema: Some("CompatProblem"),
            body: answer::body(problem),
        },
    ]
}
