//! The one map from refusals to HTTP: a status, a stable word, a sentence for the caller.

use std::borrow::Cow;

use actix_web::error::PayloadError;
use actix_web::http::StatusCode;

use crate::domain::challenge::ChallengeStatus;
use crate::domain::credential::Scope;
use crate::domain::delivery::DeliveryError;
use crate::domain::limit::{Limit, LimitHit};
use crate::domain::time::retry_seconds;
use crate::service::Refusal;

/// Seconds after which a server that is too busy may be asked again.
const BUSY_RETRY: u64 = 1;

/// What is answered instead of success.
#[derive(Clone, Debug)]
pub(super) struct Problem {
    pub(super) status: StatusCode,
    /// Stable, for programs.
    pub(super) code: &'static str,
    /// For people: what happened and what to change.
    pub(super) message: Cow<'static, str>,
    /// Seconds, for `Retry-After`.
    pub(super) retry_after: Option<u64>,
    /// After a wrong code.
    pub(super) attempts_remaining: Option<u8>,
}

/// Who is told. Only the tenant learns how a challenge ended (promise 7).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Audience {
    /// A caller who has proved to be the tenant.
    Tenant,
    /// Anybody who has a shareable key.
    Public,
}

impl Problem {
    pub(super) const NOT_FOUND: Self =
        Self::fixed(StatusCode::NOT_FOUND, "not_found", "There is nothing at this address.");
    pub(super) const WRONG_METHOD: Self =
        Self::fixed(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "Use POST with a JSON body.");
    pub(super) const TOO_LARGE: Self =
        Self::fixed(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", "The body may have at most 16 KiB.");
    pub(super) const TOO_SLOW: Self =
        Self::fixed(StatusCode::REQUEST_TIMEOUT, "body_too_slow", "The body did not arrive in time.");
    pub(super) const UNREADABLE: Self =
        Self::fixed(StatusCode::BAD_REQUEST, "body_unreadable", "The body is not what its headers announce.");
    pub(super) const NOT_JSON: Self =
        Self::fixed(StatusCode::BAD_REQUEST, "invalid_json", "The body must be one JSON object.");

    const REGISTRATION_CLOSED: Self = Self::fixed(
        StatusCode::FORBIDDEN,
        "registration_closed",
        "Registration is closed: the operator adds tenants at the shell.",
    );
    const OPERATOR_TOKEN_NEEDED: Self = Self::fixed(
        StatusCode::UNAUTHORIZED,
        "operator_token_needed",
        "This needs the operator token: Authorization: Bearer <token>.",
    );
    const HOST_NOT_ALLOWED: Self = Self::fixed(
        StatusCode::BAD_REQUEST,
        "host_not_allowed",
        "smtp_host is a private or local address; the operator can add it to outbound.allow_hosts.",
    );
    /// One answer for "taken" and "too weak", so that nobody can test keys for existence.
    const SECRET_KEY_UNUSABLE: Self = Self::fixed(
        StatusCode::BAD_REQUEST,
        "secret_key_unusable",
        "This secretKey cannot be used. Choose another one of at least 16 characters that is hard to guess, \
         or leave it out to have one generated.",
    );
    const INVALID_SECRET_KEY: Self =
        Self::fixed(StatusCode::UNAUTHORIZED, "invalid_secret_key", "The secretKey is not valid.");
    const INVALID_RECIPIENT: Self = Self::fixed(
        StatusCode::BAD_REQUEST,
        "invalid_recipient",
        "mail must be one mail address such as jane@example.com.",
    );
    const NOT_A_CODE: Self = Self::fixed(
        StatusCode::BAD_REQUEST,
        "not_a_code",
        "otp must be a code of 4 to 10 digits or letters. This did not count as an attempt.",
    );
    const CODE_MISMATCH: Self = Self::fixed(StatusCode::FORBIDDEN, "code_mismatch", "OTP Mismatched!");
    const CHALLENGE_EXHAUSTED: Self =
        Self::fixed(StatusCode::BAD_REQUEST, "challenge_exhausted", "Maximum Attempts Reached!");
    const KEY_NOT_FOUND: Self =
        Self::fixed(StatusCode::NOT_FOUND, "key_not_found", "There is no such secret key.");
    const TENANT_NOT_FOUND: Self =
        Self::fixed(StatusCode::NOT_FOUND, "tenant_not_found", "There is no such tenant.");
    const SENDS_SPENT: Self = Self::fixed(
        StatusCode::CONFLICT,
        "sends_spent",
        "This code was sent as often as it may be. Mint a new one.",
    );
    const SEND_UNDER_WAY: Self = Self::fixed(
        StatusCode::CONFLICT,
        "send_under_way",
        "The last message is still on its way: its status is on the challenge.",
    );
    pub(super) const INVALID_IDEMPOTENCY_KEY: Self = Self::fixed(
        StatusCode::BAD_REQUEST,
        "invalid_idempotency_key",
        "Idempotency-Key must be one value of 1 to 255 visible ASCII characters, bare or in double quotes.",
    );
    const IDEMPOTENCY_KEY_REUSED: Self = Self::fixed(
        StatusCode::UNPROCESSABLE_ENTITY,
        "idempotency_key_reused",
        "This Idempotency-Key came with another request before.",
    );
    const IDEMPOTENCY_KEY_IN_USE: Self = Self::fixed(
        StatusCode::CONFLICT,
        "idempotency_key_in_use",
        "A request with this Idempotency-Key is still being carried out.",
    );
    const CHALLENGE_NOT_FOUND: Self =
        Self::fixed(StatusCode::BAD_REQUEST, "challenge_not_found", "Invalid shareableKey!");

    const fn fixed(status: StatusCode, code: &'static str, message: &'static str) -> Self {
        Self { status, code, message: Cow::Borrowed(message), retry_after: None, attempts_remaining: None }
    }

    /// Whether the connection ends with the answer. What is left of a body must not be waited for, or
    /// a client that goes on sending would hold its connection for ever.
    pub(super) fn ends_connection(&self) -> bool {
        matches!(self.code, "body_too_slow" | "body_too_large" | "body_unreadable" | "shutting_down")
    }

    /// A body that could not be read.
    pub(super) fn of_payload(error: &actix_web::Error) -> Self {
        match error.as_error() {
            Some(PayloadError::Overflow) => Self::TOO_LARGE,
            _ => Self::UNREADABLE,
        }
    }

    /// A field that is missing or not what it has to be.
    pub(super) fn field(message: String) -> Self {
        Self { message: Cow::Owned(message), ..Self::fixed(StatusCode::BAD_REQUEST, "invalid_field", "") }
    }

    /// A parameter of the query that is unknown or not what it has to be.
    pub(super) fn parameter(message: String) -> Self {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        Self { message: Cow::Owned(message), ..Self::fixed(status, "invalid_parameter", "") }
    }

    /// A limit that refused.
    pub(super) fn limited(hit: LimitHit) -> Self {
        let LimitHit { limit, retry_after } = hit;
        let retry_after = Some(retry_seconds(retry_after));
        Self { retry_after, ..Self::fixed(StatusCode::TOO_MANY_REQUESTS, limit.as_str(), limit.message()) }
    }

    /// Of an address that takes only these methods.
    pub(super) fn wrong_method(methods: &'static str) -> Self {
        match methods {
            "POST" => Self::WRONG_METHOD,
            _ => Self { message: Cow::Owned(format!("This address takes {methods}.")), ..Self::WRONG_METHOD },
        }
    }

    /// Counts a refusal by a limit, where it is answered.
    pub(super) fn count(&self) {
        if self.status == StatusCode::TOO_MANY_REQUESTS {
            metrics::counter!("otpmint_limited_total", "limit" => self.code).increment(1);
        }
    }

    /// The server is on its way out.
    pub(super) fn draining() -> Self {
        Self::unavailable("shutting_down", "This server is shutting down.")
    }

    /// The store cannot record.
    pub(super) fn unrecorded() -> Self {
        Self::unavailable("store_unavailable", "This cannot be recorded right now, so nothing was done.")
    }

    fn unavailable(code: &'static str, message: &'static str) -> Self {
        Self { retry_after: Some(BUSY_RETRY), ..Self::fixed(StatusCode::SERVICE_UNAVAILABLE, code, message) }
    }

    /// What `audience` is told of a refusal.
    pub(super) fn of(refusal: &Refusal, audience: Audience) -> Self {
        match refusal {
            Refusal::RegistrationClosed => Self::REGISTRATION_CLOSED,
            Refusal::OperatorTokenNeeded => Self::OPERATOR_TOKEN_NEEDED,
            Refusal::InvalidSmtp(reason) => Self::field(format!("{reason}.")),
            Refusal::PortNotAllowed(port) => Self::port_not_allowed(*port),
            Refusal::HostNotAllowed => Self::HOST_NOT_ALLOWED,
            Refusal::UnusableSecretKey => Self::SECRET_KEY_UNUSABLE,
            Refusal::UnknownSecretKey => Self::INVALID_SECRET_KEY,
            Refusal::MissingScope(scope) => Self::missing_scope(*scope),
            Refusal::UnknownKey => Self::KEY_NOT_FOUND,
            Refusal::UnknownTenant => Self::TENANT_NOT_FOUND,
            Refusal::InvalidRecipient => Self::INVALID_RECIPIENT,
            Refusal::NotACode => Self::NOT_A_CODE,
            Refusal::Mismatched { attempts_remaining } => {
                Self { attempts_remaining: Some(*attempts_remaining), ..Self::CODE_MISMATCH }
            }
            Refusal::Ended(status) => Self::ended(*status, audience),
            Refusal::UnknownChallenge => Self::CHALLENGE_NOT_FOUND,
            Refusal::Limited(hit) => Self::limited(hide_recipient(*hit, audience)),
            Refusal::SendsSpent => Self::SENDS_SPENT,
            Refusal::SendUnderWay => Self::SEND_UNDER_WAY,
            Refusal::StillRunning => Self { retry_after: Some(BUSY_RETRY), ..Self::IDEMPOTENCY_KEY_IN_USE },
            Refusal::KeyReused => Self::IDEMPOTENCY_KEY_REUSED,
            Refusal::QueueFull => {
                Self::unavailable("queue_full", "Too many messages are waiting to be sent.")
            }
            Refusal::NotDelivered(reason) => Self::not_delivered(*reason),
            Refusal::Store(_) => Self::unrecorded(),
        }
    }

    fn missing_scope(scope: Scope) -> Self {
        let message =
            format!("This secret key may not be used for this: it lacks the scope `{}`.", scope.as_str());
        Self { message: Cow::Owned(message), ..Self::fixed(StatusCode::FORBIDDEN, "insufficient_scope", "") }
    }

    fn port_not_allowed(port: u16) -> Self {
        let message =
            format!("smtp_port {port} is not allowed here; the operator can add it to outbound.allow_ports.");
        Self { message: Cow::Owned(message), ..Self::fixed(StatusCode::BAD_REQUEST, "port_not_allowed", "") }
    }

    fn ended(status: ChallengeStatus, audience: Audience) -> Self {
        let told = |code| Self { code, ..Self::CHALLENGE_NOT_FOUND };
        match (status, audience) {
            (ChallengeStatus::Exhausted, _) => Self::CHALLENGE_EXHAUSTED,
            (_, Audience::Public) | (ChallengeStatus::Pending, _) => Self::CHALLENGE_NOT_FOUND,
            (ChallengeStatus::Verified, Audience::Tenant) => told("challenge_verified"),
            (ChallengeStatus::Expired, Audience::Tenant) => told("challenge_expired"),
            (ChallengeStatus::Canceled, Audience::Tenant) => told("challenge_canceled"),
        }
    }

    fn not_delivered(reason: DeliveryError) -> Self {
        Self {
            message: Cow::Owned(format!("The code was not delivered: {}.", reason.advice())),
            ..Self::fixed(StatusCode::BAD_GATEWAY, reason.as_str(), "")
        }
    }
}

/// A stranger with a shareable key need not learn whether somebody else is locked out for good.
fn hide_recipient(hit: LimitHit, audience: Audience) -> LimitHit {
    match (hit.limit, audience) {
        (Limit::RecipientLockout, Audience::Public) => LimitHit { limit: Limit::FailuresPerRecipient, ..hit },
        _ => hit,
    }
}
