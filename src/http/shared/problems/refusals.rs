//! The one map from refusals to problems.

use std::borrow::Cow;
use std::time::Duration;

use actix_web::http::StatusCode;

use crate::domain::challenges::challenge::ChallengeStatus;
use crate::domain::deliveries::delivery::DeliveryError;
use crate::domain::limits::limit::{Limit, LimitHit};
use crate::domain::tenants::credential::Scope;
use crate::service::Refusal;

use super::problem::{BUSY_RETRY, Problem};

/// Of a return URL that is not on its tenant's list.
pub(crate) const RETURN_URL_NOT_ALLOWED: &str = "is not in the `return_urls` of the tenant, to the letter";

pub(crate) const NOBODY_EMBEDS: &str = "the tenant has no `allowed_origins`, whose pages could show it";

/// Who is told. Only the tenant learns how a challenge ended (promise 7).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Audience {
    /// A caller who has proved to be the tenant.
    Tenant,
    /// Anybody who has a shareable key, on a compat route: the original's clients rely on hearing that
    /// the attempts are spent.
    Public,
    /// Anybody who has a shareable key, in v1: what has ended is not told from what never was.
    Holder,
}

impl Problem {
    /// What `audience` is told of a refusal.
    pub(crate) fn of(refusal: &Refusal, audience: Audience) -> Self {
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
            Refusal::UnknownTemplate => Self::TEMPLATE_NOT_FOUND,
            Refusal::TooManyTemplates => Self::TOO_MANY_TEMPLATES,
            Refusal::InvalidTemplate(errors) => {
                Self::field(errors.first().map(|error| error.detail.clone()).unwrap_or_default())
            }
            Refusal::AlreadySandbox => Self::ALREADY_A_SANDBOX,
            Refusal::NoSandbox => Self::SANDBOX_NOT_FOUND,
            Refusal::NotSandbox => Self::NOT_A_SANDBOX,
            Refusal::NoPages => Self::NO_PAGES,
            Refusal::ReturnUrlNotAllowed => Self::field(RETURN_URL_NOT_ALLOWED.to_owned()),
            Refusal::NobodyEmbeds => Self::field(NOBODY_EMBEDS.to_owned()),
            Refusal::UnknownResult => Self::RESULT_NOT_FOUND,
            Refusal::NoRecipient => Self::NO_RECIPIENT,
            Refusal::NothingToResend => Self::NOTHING_TO_RESEND,
            Refusal::InvalidRecipient => Self::INVALID_RECIPIENT,
            Refusal::NotACode => Self::NOT_A_CODE,
            Refusal::Mismatched { attempts_remaining } => {
                Self { attempts_remaining: Some(*attempts_remaining), ..Self::CODE_MISMATCH }
            }
            Refusal::Ended(status) => Self::ended(*status, audience),
            Refusal::UnknownChallenge => Self::CHALLENGE_NOT_FOUND,
            Refusal::Limited(hit) => Self::limited(hide_recipient(*hit, audience)),
            Refusal::TooManyKeys => Self::TOO_MANY_KEYS,
            Refusal::KeyNameTaken => Self::field("another live key has this name".to_owned()),
            Refusal::LastManageKey => Self::LAST_MANAGE_KEY,
            Refusal::InvalidSetting(setting) => Self::field(setting.problem.clone()),
            Refusal::SendsSpent => Self::SENDS_SPENT,
            Refusal::SendUnderWay => Self::SEND_UNDER_WAY,
            Refusal::StillRunning => Self { retry_after: Some(BUSY_RETRY), ..Self::IDEMPOTENCY_KEY_IN_USE },
            Refusal::KeyReused => Self::IDEMPOTENCY_KEY_REUSED,
            Refusal::QueueFull => {
                Self::unavailable("queue_full", "Too many messages are waiting to be sent.")
            }
            Refusal::NotDelivered(reason) => Self::not_delivered(*reason),
            Refusal::NoAccount => Self::NO_ACCOUNT,
            Refusal::UnknownAccount => Self::ACCOUNT_NOT_FOUND,
            Refusal::ChangedMeanwhile => Self::PRECONDITION_FAILED,
            Refusal::TenantChanged => Self::TENANT_CHANGED,
            Refusal::TestUnderWay => Self::TEST_UNDER_WAY,
            Refusal::LiveOnly => Self::LIVE_ONLY,
            Refusal::UnknownWebhook => Self::WEBHOOK_NOT_FOUND,
            Refusal::UnknownEvent => Self::EVENT_NOT_FOUND,
            Refusal::TooManyWebhooks => Self::TOO_MANY_WEBHOOKS,
            Refusal::WebhookDisabled => Self::WEBHOOK_DISABLED,
            Refusal::Overloaded => Self::overloaded(),
            Refusal::Store(_) => Self::unrecorded(),
        }
    }

    fn missing_scope(scope: Scope) -> Self {
        let message =
            format!("This secret key may not be used for this: it lacks the scope `{}`.", scope.as_str());
        let fixed = Self::fixed(StatusCode::FORBIDDEN, "insufficient_scope", "");
        Self { message: Cow::Owned(message), scope: Some(scope), ..fixed }
    }

    fn port_not_allowed(port: u16) -> Self {
        let message =
            format!("smtp_port {port} is not allowed here; the operator can add it to outbound.allow_ports.");
        Self { message: Cow::Owned(message), ..Self::fixed(StatusCode::BAD_REQUEST, "port_not_allowed", "") }
    }

    fn ended(status: ChallengeStatus, audience: Audience) -> Self {
        let told = |code| Self { code, ..Self::CHALLENGE_NOT_FOUND };
        match (status, audience) {
            (_, Audience::Holder) => Self::CHALLENGE_NOT_FOUND,
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

/// What a holder is told instead of how long wrong answers for a recipient block it.
const HIDDEN_WAIT: Duration = Duration::from_secs(3600);

/// A stranger with a shareable key need not learn whether somebody else is locked out for good; in v1
/// not even by how long it takes.
pub(crate) fn hide_recipient(hit: LimitHit, audience: Audience) -> LimitHit {
    let limit = Limit::FailuresPerRecipient;
    match (hit.limit, audience) {
        (Limit::RecipientLockout, Audience::Public) => LimitHit { limit, ..hit },
        (Limit::RecipientLockout | Limit::FailuresPerRecipient, Audience::Holder) => {
            LimitHit { limit, retry_after: HIDDEN_WAIT }
        }
        _ => hit,
    }
}
