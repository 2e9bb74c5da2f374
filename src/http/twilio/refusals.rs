//! The one map from refusals to the numbers of the Twilio API.

use crate::domain::challenges::challenge::ChallengeStatus;
use crate::domain::limits::limit::Limit;
use crate::http::shared::problems::audience::Audience;
use crate::http::shared::problems::problem::Problem;
use crate::service::{FactorRefusal, KeyRefusal, Refusal, ServiceRefusal, Unreachable};

use super::error::TwilioError;

impl From<&Refusal> for TwilioError {
    fn from(refusal: &Refusal) -> Self {
        match (refusal, numbers(refusal)) {
            (Refusal::NotACode, _) => Self::parameter("Code", "it is not a code"),
            (Refusal::Service(ServiceRefusal::NoNumber), _) => {
                Self::parameter("PhoneNumber", "a number with plus and country code is wanted")
            }
            (Refusal::InvalidRecipient, _) => Self::parameter("To", "it is not a recipient"),
            (Refusal::Factor(FactorRefusal::Invalid { field: "secret", problem }), _) => {
                Self::parameter("Binding.Secret", problem)
            }
            (Refusal::Factor(FactorRefusal::Invalid { problem, .. }), _) => {
                Self::parameter("AuthPayload", problem)
            }
            (Refusal::InvalidSetting(setting), _) => Self::parameter(&setting.path, &setting.problem),
            (_, (401, _)) => unauthenticated(),
            (_, (404, _)) => Self::not_found(),
            (_, (status, number)) => Self::numbered(retried(refusal), status, number),
        }
    }
}

impl From<Refusal> for TwilioError {
    fn from(refusal: Refusal) -> Self {
        Self::from(&refusal)
    }
}

/// Returns the status and the number of a refusal, as the tenant receives them.
const fn numbers(refusal: &Refusal) -> (u16, u32) {
    use Refusal as R;
    match refusal {
        R::UnknownSecretKey | R::OperatorTokenNeeded => (401, 20003),
        R::UnknownChallenge | R::UnknownResult | R::Service(ServiceRefusal::Unknown) => (404, 20404),
        R::UnknownKey | R::UnknownTenant | R::UnknownTemplate | R::UnknownRoute => (404, 20404),
        R::UnknownWebhook | R::UnknownEvent | R::NoSandbox | R::Relay(_) => (404, 20404),
        R::Ended(ChallengeStatus::Exhausted) => (429, 60202),
        R::Ended(_) => (404, 20404),
        R::Limited(hit) => (429, limited(hit.limit)),
        R::LimitedByName(..) | R::SendsSpent => (429, 60203),
        R::SendUnderWay | R::StillRunning => (429, 60212),
        R::NoRoute(_) => (400, 60223),
        R::Unreachable(Unreachable::Address(_)) => (400, 60200),
        R::Unreachable(Unreachable::Line(_)) => (403, 60205),
        R::Unreachable(Unreachable::Country(_) | Unreachable::Nowhere) => (403, 60605),
        R::Service(ServiceRefusal::DrawsCodes) => (403, 60204),
        R::Service(ServiceRefusal::BoundMissing) => (400, 60206),
        R::Key(KeyRefusal::NotAllowedFrom(_)) => (403, 20403),
        R::Key(_) => (400, 60200),
        R::MissingScope(_) | R::RegistrationClosed | R::LiveOnly | R::Operator(_) => (403, 20403),
        R::NotSandbox | R::AlreadySandbox => (403, 20403),
        R::ChangedMeanwhile | R::TenantChanged | R::TestUnderWay | R::Deletion(_) => (409, 20409),
        R::QueueFull | R::Overloaded | R::Store(_) => (503, 20503),
        R::Service(ServiceRefusal::TooMany | ServiceRefusal::IsDefault) => (400, 60200),
        R::Mismatched { .. } | R::NotACode | R::NoRecipient | R::NothingToResend => (400, 60200),
        R::InvalidRecipient | R::InvalidSetting(_) | R::InvalidTemplate(_) | R::InvalidSmtp(_) => {
            (400, 60200)
        }
        R::TooManyTemplates | R::TooManyRoutes | R::TooManyWebhooks => (400, 60200),
        R::PortNotAllowed(_) | R::HostNotAllowed | R::UnusableSecretKey => (400, 60200),
        R::NoPages | R::ReturnUrlNotAllowed | R::OriginNotAllowed => (400, 60200),
        R::NobodyEmbeds | R::NotDelivered(_) | R::KeyReused | R::WebhookDisabled => (400, 60200),
        R::Service(ServiceRefusal::TooManyLimits) => (400, 60207),
        R::Service(
            ServiceRefusal::LimitExists
            | ServiceRefusal::LimitOfAll
            | ServiceRefusal::TooManyWindows
            | ServiceRefusal::WindowExists
            | ServiceRefusal::TooManyAttempts
            | ServiceRefusal::TooManySafeNumbers
            | ServiceRefusal::NoNumber,
        ) => (400, 60200),
        R::Factor(FactorRefusal::Unknown) => (404, 20404),
        R::Factor(FactorRefusal::Unconfirmed) => (400, 60310),
        R::Factor(FactorRefusal::AlreadyConfirmed) => (400, 60311),
        R::Factor(FactorRefusal::Paused { .. }) => (429, 60202),
        R::Factor(FactorRefusal::TooMany | FactorRefusal::Invalid { .. } | FactorRefusal::CodeUsed) => {
            (400, 60200)
        }
    }
}

/// The problem of a refusal. Whoever is told to wait is told for how long.
fn retried(refusal: &Refusal) -> Problem {
    let mut problem = Problem::of(refusal, Audience::Tenant);
    if let Refusal::SendUnderWay | Refusal::StillRunning = refusal {
        problem.retry_after = problem.retry_after.or(Some(1));
    }
    problem
}

/// The same for whoever the credentials are wrong, so that it teaches nothing.
fn unauthenticated() -> TwilioError {
    let problem = Problem::of(&Refusal::UnknownSecretKey, Audience::Tenant);
    TwilioError::numbered(problem, 401, 20003).saying("Authenticate")
}

/// The number of a limit: messages that were spent, answers that were spent, or requests that come too fast.
const fn limited(limit: Limit) -> u32 {
    match limit {
        Limit::SendsPerRecipient
        | Limit::Named
        | Limit::ResendCooldown
        | Limit::SendsPerEndUser
        | Limit::MintCap
        | Limit::BudgetSpent
        | Limit::CallsSpent
        | Limit::ServerBudgetSpent => 60203,
        Limit::FailuresPerRecipient | Limit::RecipientLockout | Limit::FactorPaused | Limit::PagePause => {
            60202
        }
        Limit::CountriesPerEndUser
        | Limit::SendsPerPrefix
        | Limit::NeighbouringNumbers
        | Limit::UnverifiedByCountry
        | Limit::NotSentThere => 60410,
        Limit::RegisterPerAddress
        | Limit::MintPerAddress
        | Limit::VerifyPerAddress
        | Limit::WrongKeysPerAddress
        | Limit::DocumentsPerAddress
        | Limit::MintPerTenant
        | Limit::VerifyPerTenant
        | Limit::ManagePerTenant
        | Limit::BulkPerTenant
        | Limit::SignIns => 20429,
    }
}
