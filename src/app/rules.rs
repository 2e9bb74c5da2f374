//! The operator's decisions, from the settings.

use std::sync::Arc;
use std::time::Duration;

use crate::config::{LoadError, Mode, Settings};
use crate::domain::limits::named::NamedLimits;
use crate::domain::policy::{ChannelOrder, Policy, SendPolicy};
use crate::domain::web_origin::WebOrigin;
use crate::service::{ConsoleRules, DevInbox, RegistrationMode, Rules, SignInLimits, TenantLimits};
use crate::store::Retention;

use super::ambient::Ambient;
use super::start_error::StartError;

/// Idle counters of recipients are kept for the longest window, and long enough for a lockout.
const KEEP_RECIPIENTS: Duration = Duration::from_secs(7 * 86_400);

/// Wrong answers in a row that are never forgotten over time. People mistype less often than that.
const KEEP_IN_A_ROW: u32 = 5;

/// The origin from which mails load pictures. An inbox of this server is read on this machine.
pub(super) fn pictures_url(settings: &Settings, ambient: &Ambient) -> Result<Option<WebOrigin>, LoadError> {
    if ambient.catch.is_some() { settings.public_url() } else { settings.report_url() }
}

/// The rules of the use cases.
pub(super) fn rules(settings: &Settings, ambient: &Ambient) -> Result<Rules, StartError> {
    let config = |error: LoadError| StartError::Config(error.to_string());
    let limits = &settings.limits;
    Ok(Rules {
        policy: Arc::new(policy(settings).map_err(config)?),
        countries: settings.countries().map_err(config)?,
        fraud: settings.fraud_rules().map_err(config)?,
        registration: match settings.registration.mode {
            Mode::Operator => RegistrationMode::Operator,
            Mode::Open => RegistrationMode::Open,
            Mode::Closed => RegistrationMode::Closed,
        },
        public_url: settings.public_url().map_err(config)?,
        report_url: settings.report_url().map_err(config)?,
        pictures_url: pictures_url(settings, ambient).map_err(config)?,
        outbound: Arc::new(settings.outbound_rule().map_err(config)?),
        webhooks: Arc::new(settings.webhook_rule().map_err(config)?),
        message_centres: Arc::new(settings.smpp_rule().map_err(config)?),
        inbox: ambient.catch.as_ref().map_or(DevInbox::Absent, |_| DevInbox::Shown),
        tenant_limits: limits.enabled.then_some(TenantLimits {
            mint: limits.mint_per_tenant,
            verify: limits.verify_per_tenant,
            manage: limits.manage_per_tenant,
        }),
        mint_cap: settings.mint_cap(),
        spray: settings.spray_rules(),
        console: ConsoleRules {
            idle: Duration::from_secs(settings.console.idle_minutes * 60),
            lifetime: Duration::from_secs(settings.console.session_hours * 3600),
            sign_in_tries: SignInLimits {
                per_account: settings.console.wrong_per_account,
                per_address: settings.console.wrong_per_address,
                codes_in_a_row: settings.console.wrong_codes_in_a_row,
            },
            require_totp: settings.require_totp().map_err(config)?,
        },
        places: settings.server.queue,
        receipts: settings.receipt_terms().map_err(config)?,
        retention: retention(settings),
        delete_after: Duration::from_secs(settings.tenants.delete_after_days * 86_400),
        keep_audit: Duration::from_secs(settings.audit.keep_days * 86_400),
    })
}

/// How long data is kept.
fn retention(settings: &Settings) -> Retention {
    Retention {
        challenges: Duration::from_secs(settings.codes.keep_ended_seconds),
        deliveries: Duration::from_secs(settings.deliveries.keep_days * 86_400),
        names: Duration::from_secs(settings.audit.keep_days * 86_400),
        recipients: KEEP_RECIPIENTS,
        statistics_days: i64::from(settings.statistics.keep_days),
        in_a_row: settings.limits.failures_in_a_row.min(KEEP_IN_A_ROW),
    }
}

/// The operator's decisions about codes.
fn policy(settings: &Settings) -> Result<Policy, crate::config::LoadError> {
    let pauses = settings.codes.resend_after_seconds.iter().copied().map(Duration::from_secs);
    Ok(Policy {
        code: settings.code_policy()?,
        phone_ttl: settings.phone_ttl()?,
        channels: ChannelOrder::default(),
        sends: SendPolicy { max_sends: settings.codes.sends, cooldowns: pauses.collect() },
        limits: settings.recipient_limits(),
        named: NamedLimits::new(),
        template: None,
    })
}
