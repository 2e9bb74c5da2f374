//! The one map from refusals to problems.

use std::net::IpAddr;

use crate::domain::challenges::challenge::ChallengeStatus;
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::deliveries::delivery::DeliveryError;
use crate::domain::limits::limit::LimitHit;
use crate::domain::limits::named::{LimitName, MAX_LIMITS};
use crate::domain::operator::Role;
use crate::domain::phone::country::Country;
use crate::domain::policy::MAX_WINDOWS;
use crate::domain::tenants::credential::Scope;
use crate::domain::tenants::service::MAX_SERVICES;
use crate::domain::tenants::template::Finding;
use crate::domain::tenants::tenant::MAX_SAFE_NUMBERS;
use crate::service::{
    DeletionRefusal, FactorRefusal, KeyRefusal, OperatorRefusal, Refusal, RelayRefusal, ServiceRefusal,
    Unreachable,
};

use super::audience::{Audience, shown};
use super::entry::ProblemEntry;
use super::problem::Problem;
use super::table::{challenges, deliveries, factors, operators, requests, tenants};

/// The error for a host that none of the tenant's origins has.
pub(crate) const ORIGIN_NOT_ALLOWED: &str = "is not the host of one of the tenant's `allowed_origins`";
/// The error for a return URL that is not on the tenant's list.
pub(crate) const RETURN_URL_NOT_ALLOWED: &str = "is not in the `return_urls` of the tenant, to the letter";

/// The error for the name of a secret key.
pub(crate) const KEY_NAME_TAKEN: &str = "another live key has this name";
/// The error for an end of a secret key.
pub(crate) const WRONG_KEY_END: &str = "a moment ahead, within ten years";

/// The error for networks in which the caller is not.
pub(crate) fn excludes_caller(ip: IpAddr) -> String {
    format!("it is the key of this request, which comes from {ip}: nobody could undo it from there")
}

/// The error for a relayed code that a call cannot read out.
pub(crate) const UNSAYABLE_CODE: &str = "a call reads out a code of at most 10 letters and digits";
/// The error for a text that no product signs with.
pub(crate) const WRONG_HOOK_SECRET: &str = "Supabase: `v1,whsec_` and at least 16 bytes in base64, several separated \
    by `|`, or none for a fresh one; Zitadel: the signing key of the provider";
/// The error for a limit that a service has from the policy of all purposes.
const LIMIT_OF_ALL: &str = "the rate limit is one of all purposes: the tenant deletes it in its policy";
/// The error for a list of attempts that would be incomplete.
const TOO_MANY_ATTEMPTS: &str =
    "there are more attempts than one request can look at: ask for a shorter time, a recipient or a country";
/// The error for a page in a frame that no page could show.
pub(crate) const NOBODY_EMBEDS: &str = "the tenant has no `allowed_origins`, whose pages could show it";

/// Returns what a tenant is told when a use case refuses.
pub fn refusal_text(refusal: &Refusal) -> String {
    Problem::of(refusal, Audience::Tenant).message().to_owned()
}

impl Problem {
    /// The problem that `audience` receives for a refusal.
    pub(crate) fn of(refusal: &Refusal, audience: Audience) -> Self {
        Self::from(match refusal {
            Refusal::RegistrationClosed => &operators::REGISTRATION_CLOSED,
            Refusal::OperatorTokenNeeded => &operators::OPERATOR_TOKEN_NEEDED,
            Refusal::Operator(refusal) => return Self::of_operator(*refusal),
            Refusal::InvalidSmtp(reason) => return Self::field(format!("{reason}.")),
            Refusal::PortNotAllowed(port) => return Self::port_not_allowed(*port),
            Refusal::HostNotAllowed => &tenants::HOST_NOT_ALLOWED,
            Refusal::UnusableSecretKey => &tenants::SECRET_KEY_UNUSABLE,
            Refusal::UnknownSecretKey => &tenants::INVALID_SECRET_KEY,
            Refusal::MissingScope(scope) => return Self::missing_scope(*scope),
            Refusal::UnknownKey => &tenants::KEY_NOT_FOUND,
            Refusal::UnknownTenant => &tenants::TENANT_NOT_FOUND,
            Refusal::UnknownTemplate => &tenants::TEMPLATE_NOT_FOUND,
            Refusal::TooManyTemplates => &tenants::TOO_MANY_TEMPLATES,
            Refusal::InvalidTemplate(errors) => return Self::invalid_template(errors),
            Refusal::AlreadySandbox => &tenants::ALREADY_A_SANDBOX,
            Refusal::NoSandbox => &tenants::SANDBOX_NOT_FOUND,
            Refusal::NotSandbox => &tenants::NOT_A_SANDBOX,
            Refusal::NoPages => &challenges::NO_PAGES,
            Refusal::ReturnUrlNotAllowed | Refusal::OriginNotAllowed => return Self::wrong_field(refusal),
            Refusal::NobodyEmbeds => return Self::wrong_field(refusal),
            Refusal::UnknownResult => &challenges::RESULT_NOT_FOUND,
            Refusal::NoRecipient => &challenges::NO_RECIPIENT,
            Refusal::NothingToResend => &challenges::NOTHING_TO_RESEND,
            Refusal::InvalidRecipient => &challenges::INVALID_RECIPIENT,
            Refusal::NotACode => &challenges::NOT_A_CODE,
            Refusal::Mismatched { attempts_remaining } => return Self::mismatched(*attempts_remaining),
            Refusal::Ended(status) => ended(*status, audience),
            Refusal::UnknownChallenge => &challenges::CHALLENGE_NOT_FOUND,
            Refusal::Limited(hit) => return Self::limited(shown(*hit, audience)),
            Refusal::LimitedByName(name, hit) => return Self::limited_by_name(name, *hit),
            Refusal::InvalidSetting(setting) => return Self::field(setting.problem.clone()),
            Refusal::SendsSpent => &challenges::SENDS_SPENT,
            Refusal::SendUnderWay => &challenges::SEND_UNDER_WAY,
            Refusal::StillRunning => &requests::IDEMPOTENCY_KEY_IN_USE,
            Refusal::KeyReused => &requests::IDEMPOTENCY_KEY_REUSED,
            Refusal::QueueFull => &requests::QUEUE_FULL,
            Refusal::NotDelivered(reason) => return Self::not_delivered(*reason),
            Refusal::NoRoute(channel) => return Self::no_route(*channel),
            Refusal::Unreachable(why) => return Self::unreachable(*why),
            Refusal::UnknownRoute => &tenants::ROUTE_NOT_FOUND,
            Refusal::TooManyRoutes => &tenants::TOO_MANY_ROUTES,
            Refusal::ChangedMeanwhile => &tenants::PRECONDITION_FAILED,
            Refusal::TenantChanged => &tenants::TENANT_CHANGED,
            Refusal::TestUnderWay => &tenants::TEST_UNDER_WAY,
            Refusal::LiveOnly => &tenants::LIVE_ONLY,
            Refusal::UnknownWebhook => &tenants::WEBHOOK_NOT_FOUND,
            Refusal::UnknownEvent => &tenants::EVENT_NOT_FOUND,
            Refusal::TooManyWebhooks => &tenants::TOO_MANY_WEBHOOKS,
            Refusal::WebhookDisabled => &tenants::WEBHOOK_DISABLED,
            Refusal::Deletion(refusal) => of_deletion(*refusal),
            Refusal::Key(refusal) => return Self::of_key(*refusal),
            Refusal::Relay(refusal) => return Self::of_relay(*refusal),
            Refusal::Factor(refusal) => return Self::of_factor(refusal),
            Refusal::Service(refusal) => return Self::of_service(*refusal),
            Refusal::Overloaded => &requests::SERVER_OVERLOADED,
            Refusal::Store(_) => &requests::STORE_UNAVAILABLE,
        })
    }

    fn wrong_field(refusal: &Refusal) -> Self {
        let words = match refusal {
            Refusal::ReturnUrlNotAllowed => RETURN_URL_NOT_ALLOWED,
            Refusal::OriginNotAllowed => ORIGIN_NOT_ALLOWED,
            _ => NOBODY_EMBEDS,
        };
        Self::field(words.to_owned())
    }

    fn invalid_template(errors: &[Finding]) -> Self {
        Self::field(errors.first().map(|error| error.detail.clone()).unwrap_or_default())
    }

    fn mismatched(attempts_remaining: u8) -> Self {
        Self { attempts_remaining: Some(attempts_remaining), ..Self::from(&challenges::CODE_MISMATCH) }
    }

    fn limited_by_name(name: &LimitName, hit: LimitHit) -> Self {
        let words = format!("Too many codes were minted under the limit `{}`.", name.as_str());
        Self { words: Some(words), ..Self::limited(hit) }
    }

    fn of_service(refusal: ServiceRefusal) -> Self {
        let words = match refusal {
            ServiceRefusal::Unknown => return Self::from(&requests::NOT_FOUND),
            ServiceRefusal::TooMany => format!("at most {MAX_SERVICES} services"),
            ServiceRefusal::IsDefault => "the first service always exists".to_owned(),
            ServiceRefusal::DrawsCodes => "the service does not take codes from the tenant".to_owned(),
            ServiceRefusal::BoundMissing => "this service needs an amount and a payee".to_owned(),
            ServiceRefusal::TooManyLimits => format!("at most {MAX_LIMITS} rate limits"),
            ServiceRefusal::LimitExists => "the service has a rate limit of this name".to_owned(),
            ServiceRefusal::LimitOfAll => LIMIT_OF_ALL.to_owned(),
            ServiceRefusal::TooManyWindows => format!("at most {MAX_WINDOWS} buckets of one rate limit"),
            ServiceRefusal::TooManySafeNumbers => format!("at most {MAX_SAFE_NUMBERS} safe numbers"),
            ServiceRefusal::NoNumber => "a number with plus and country code is wanted".to_owned(),
            ServiceRefusal::TooManyAttempts => TOO_MANY_ATTEMPTS.to_owned(),
            ServiceRefusal::WindowExists => "the rate limit has a bucket of this interval".to_owned(),
        };
        Self::field(words)
    }

    fn of_key(refusal: KeyRefusal) -> Self {
        match refusal {
            KeyRefusal::NotAllowedFrom(None) => Self::from(&tenants::KEY_NOT_ALLOWED_HERE),
            KeyRefusal::NotAllowedFrom(Some(ip)) => {
                let words = format!("This secret key may not be used from {ip}.");
                Self::worded(&tenants::KEY_NOT_ALLOWED_HERE, words)
            }
            KeyRefusal::TooMany => Self::from(&tenants::TOO_MANY_KEYS),
            KeyRefusal::NameTaken => Self::field(KEY_NAME_TAKEN.to_owned()),
            KeyRefusal::LastManager => Self::from(&tenants::LAST_MANAGE_KEY),
            KeyRefusal::WrongEnd => Self::field(WRONG_KEY_END.to_owned()),
            KeyRefusal::ExcludesCaller(ip) => Self::field(excludes_caller(ip)),
        }
    }

    fn of_relay(refusal: RelayRefusal) -> Self {
        match refusal {
            RelayRefusal::Unsayable => Self::field(UNSAYABLE_CODE.to_owned()),
            RelayRefusal::WrongSecret => Self::field(WRONG_HOOK_SECRET.to_owned()),
            RelayRefusal::UnknownMessage => Self::from(&challenges::MESSAGE_NOT_FOUND),
            RelayRefusal::UnknownHook => Self::from(&tenants::HOOK_NOT_FOUND),
        }
    }

    fn of_factor(refusal: &FactorRefusal) -> Self {
        Self::from(match refusal {
            FactorRefusal::Unknown => &factors::FACTOR_NOT_FOUND,
            FactorRefusal::TooMany => &factors::TOO_MANY_FACTORS,
            FactorRefusal::Unconfirmed => &factors::FACTOR_UNCONFIRMED,
            FactorRefusal::AlreadyConfirmed => &factors::FACTOR_CONFIRMED,
            FactorRefusal::Invalid { problem, .. } => return Self::field(problem.clone()),
            FactorRefusal::CodeUsed => &factors::CODE_USED,
            FactorRefusal::Paused { until, hit } => {
                return Self { retry_at: Some(*until), ..Self::limited(*hit) };
            }
        })
    }

    fn of_operator(refusal: OperatorRefusal) -> Self {
        Self::from(match refusal {
            OperatorRefusal::RoleNotAllowed(power) => {
                let roles = Role::ALL.into_iter().filter(|role| role.may(power)).map(Role::as_str);
                let roles = roles.collect::<Vec<_>>().join(", ");
                let words =
                    format!("The role of this operator token does not allow this; these do: {roles}.");
                return Self::worded(&operators::ROLE_NOT_ALLOWED, words);
            }
            OperatorRefusal::UnknownToken => &operators::TOKEN_NOT_FOUND,
            OperatorRefusal::TokenExists => &operators::TOKEN_EXISTS,
            OperatorRefusal::TooManyTokens => &operators::TOO_MANY_TOKENS,
            OperatorRefusal::TokenOfSettings => &operators::TOKEN_OF_SETTINGS,
        })
    }

    fn missing_scope(scope: Scope) -> Self {
        let words =
            format!("This secret key may not be used for this: it lacks the scope `{}`.", scope.as_str());
        Self { scope: Some(scope), ..Self::worded(&tenants::INSUFFICIENT_SCOPE, words) }
    }

    fn no_route(channel: ChannelKind) -> Self {
        match channel {
            ChannelKind::Email => Self::from(&tenants::NO_ACCOUNT),
            other => {
                let (words, other) = (ChannelKind::WORDS, other.as_str());
                let words = format!("channel is {words}; this tenant has no route for {other}.");
                Self::worded(&tenants::NO_ACCOUNT, words)
            }
        }
    }

    fn unreachable(why: Unreachable) -> Self {
        match why {
            Unreachable::Address(channel) => {
                Self::field(format!("{} does not reach the recipient of this code", channel.as_str()))
            }
            Unreachable::Line(channel) => {
                let words = format!("A number of this kind is not reached by {}.", channel.as_str());
                Self::worded(&challenges::NUMBER_REFUSED, words)
            }
            Unreachable::Nowhere => {
                let words = "Codes are sent to no phone number until phone.countries lists countries.";
                Self::worded(&challenges::COUNTRY_NOT_ALLOWED, words.to_owned())
            }
            Unreachable::Country(Country::WORLD) => {
                let words = "Codes are not sent to numbers that belong to no country.";
                Self::worded(&challenges::COUNTRY_NOT_ALLOWED, words.to_owned())
            }
            Unreachable::Country(country) => {
                let words =
                    format!("Codes are not sent to numbers of {country}: it is not among phone.countries.");
                Self::worded(&challenges::COUNTRY_NOT_ALLOWED, words)
            }
        }
    }

    fn port_not_allowed(port: u16) -> Self {
        let words =
            format!("smtp_port {port} is not allowed here; the operator can add it to outbound.allow_ports.");
        Self::worded(&tenants::PORT_NOT_ALLOWED, words)
    }

    fn not_delivered(reason: DeliveryError) -> Self {
        Self::worded(deliveries::of(reason), format!("The code was not delivered: {}.", reason.advice()))
    }
}

fn of_deletion(refusal: DeletionRefusal) -> &'static ProblemEntry {
    match refusal {
        DeletionRefusal::StillActive => &tenants::TENANT_NOT_DISABLED,
        DeletionRefusal::Sandbox => &tenants::SANDBOX_GOES_ALONG,
        DeletionRefusal::ToBeDeleted => &tenants::DELETION_SCHEDULED,
        DeletionRefusal::NotScheduled => &tenants::DELETION_NOT_SCHEDULED,
        DeletionRefusal::Begun => &tenants::DELETION_BEGUN,
    }
}

fn ended(status: ChallengeStatus, audience: Audience) -> &'static ProblemEntry {
    match (status, audience) {
        (_, Audience::Holder) => &challenges::CHALLENGE_NOT_FOUND,
        (ChallengeStatus::Exhausted, _) => &challenges::CHALLENGE_EXHAUSTED,
        (_, Audience::Public) | (ChallengeStatus::Pending, _) => &challenges::CHALLENGE_NOT_FOUND,
        (ChallengeStatus::Verified, Audience::Tenant) => &challenges::CHALLENGE_VERIFIED,
        (ChallengeStatus::Expired, Audience::Tenant) => &challenges::CHALLENGE_EXPIRED,
        (ChallengeStatus::Canceled, Audience::Tenant) => &challenges::CHALLENGE_CANCELED,
    }
}
