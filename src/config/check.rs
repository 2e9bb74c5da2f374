//! Checks that no single value can make: bounds, and settings that contradict each other.

use std::net::SocketAddr;
use std::time::Duration;

use secrecy::ExposeSecret;

use crate::domain::challenges::code::Alphabet;
use crate::domain::challenges::receipt::{InvalidTerms, ReceiptTerms};
use crate::domain::limits::rate::{MAX_WINDOW, Rate};
use crate::domain::limits::recipient::RecipientLimits;
use crate::domain::network::OutboundRule;
use crate::domain::operator::{Role, Roles};
use crate::domain::phone::country::InvalidCountry;
use crate::domain::phone::fraud::rules::{Budget, MAX_BUDGET};
use crate::domain::phone::settings::Countries;
use crate::domain::policy::{CodePolicy, InvalidPolicy, MAX_PAUSE, MAX_SENDS, MAX_TTL, MIN_TTL};
use crate::domain::tenants::deletion::MAX_GRACE_DAYS;
use crate::domain::web_origin::WebOrigin;

use super::sections::{
    AlphabetName, Backup, Codes, Console, Limits, Outbound, Phone, Receipts, Server, Settings,
};

/// An invalid setting: its path, and what to change.
pub(super) type SettingProblem = (&'static str, String);

/// The shortest operator token that may be set. One that the server draws has 48.
const MIN_OPERATOR_TOKEN: usize = 32;

/// The most wrong answers that trusted devices may have of their own: what they add to the odds.
const MAX_RESERVE: u64 = 10;

/// The period in which these are counted.
const RESERVE_PERIOD: Duration = Duration::from_secs(86_400);

/// The first problem, if there is one.
pub(super) fn check(settings: &Settings) -> Result<(), SettingProblem> {
    server(&settings.server)?;
    let has_passphrase = !settings.keys.passphrase.expose_secret().is_empty();
    if has_passphrase && settings.keys.passphrase.expose_secret().len() < 12 {
        return Err(("keys.passphrase", "must have at least 12 characters".to_owned()));
    }
    if has_passphrase && !settings.keys.master_key_file.as_os_str().is_empty() {
        return Err(("keys.passphrase", "set either this or keys.master_key_file, not both".to_owned()));
    }
    within("tenants.delete_after_days", settings.tenants.delete_after_days, 0, MAX_GRACE_DAYS)?;
    code_policy(&settings.codes)?;
    within("codes.sends", u64::from(settings.codes.sends), 1, u64::from(MAX_SENDS))?;
    if settings.codes.resend_after_seconds.is_empty() {
        return Err(("codes.resend_after_seconds", "must have at least one number".to_owned()));
    }
    for pause in &settings.codes.resend_after_seconds {
        within("codes.resend_after_seconds", *pause, 1, MAX_PAUSE.as_secs())?;
    }
    within("codes.keep_ended_seconds", settings.codes.keep_ended_seconds, 60, 30 * 86_400)?;
    phone_ttl(&settings.codes)?;
    countries(&settings.phone)?;
    receipt_terms(&settings.receipts)?;
    delivery(settings)?;
    outbound_rule(&settings.outbound)?;
    limits(&settings.limits)?;
    console(&settings.console)?;
    within("deliveries.keep_days", settings.deliveries.keep_days, 1, 3_650)?;
    within("audit.keep_days", settings.audit.keep_days, 1, 3_650)?;
    within("statistics.keep_days", u64::from(settings.statistics.keep_days), 1, 3_650)?;
    backup(&settings.backup)
}

fn backup(backup: &Backup) -> Result<(), SettingProblem> {
    within("backup.every_hours", backup.every_hours, 1, 24 * 31)?;
    within("backup.keep", backup.keep as u64, 1, 10_000)?;
    if !backup.folder.as_os_str().is_empty() && backup.recipients.is_empty() {
        let problem = "must name one at least: `otpmint backup --new-identity FILE` makes one";
        return Err(("backup.recipients", problem.to_owned()));
    }
    Ok(())
}

/// The policy of `[codes]`.
pub(super) fn code_policy(codes: &Codes) -> Result<CodePolicy, SettingProblem> {
    let alphabet = match codes.alphabet {
        AlphabetName::Digits => Alphabet::Digits,
        AlphabetName::Unambiguous => Alphabet::Unambiguous,
    };
    let ttl = Duration::from_secs(codes.ttl_seconds);
    CodePolicy::new(alphabet, codes.length, ttl, codes.attempts).map_err(|problem| {
        let path = match problem {
            InvalidPolicy::Length | InvalidPolicy::TooEasy { .. } => "codes.length",
            InvalidPolicy::Ttl => "codes.ttl_seconds",
            InvalidPolicy::Attempts => "codes.attempts",
        };
        (path, problem.to_string())
    })
}

/// The lifetime of codes to phone numbers.
pub(super) fn phone_ttl(codes: &Codes) -> Result<Duration, SettingProblem> {
    within("codes.phone_ttl_seconds", codes.phone_ttl_seconds, MIN_TTL.as_secs(), MAX_TTL.as_secs())?;
    Ok(Duration::from_secs(codes.phone_ttl_seconds))
}

/// The countries of `[phone]`.
pub(super) fn countries(phone: &Phone) -> Result<Countries, SettingProblem> {
    let problem = |error: InvalidCountry| ("phone.countries", format!("{error}, or \"*\" alone"));
    Countries::parse(&phone.countries).map_err(problem)
}

/// The terms of `[receipts]`.
pub(super) fn receipt_terms(receipts: &Receipts) -> Result<ReceiptTerms, SettingProblem> {
    let lifetime = Duration::from_secs(receipts.lifetime_seconds);
    ReceiptTerms::new(&receipts.issuer, lifetime).map_err(|problem| {
        let path = match problem {
            InvalidTerms::Issuer => "receipts.issuer",
            InvalidTerms::Lifetime => "receipts.lifetime_seconds",
        };
        (path, problem.to_string())
    })
}

/// The origin of the hosted pages; `None` if there are none.
pub(super) fn public_url(server: &Server) -> Result<Option<WebOrigin>, SettingProblem> {
    if server.public_url.is_empty() {
        return Ok(None);
    }
    let parsed = WebOrigin::parse(&server.public_url);
    parsed.map(Some).map_err(|problem| ("server.public_url", problem.to_string()))
}

/// Warns of a server that other machines reach without TLS: nothing would be encrypted.
pub(super) fn warning(settings: &Settings) -> Option<String> {
    let server = &settings.server;
    let address: SocketAddr = server.listen.parse().ok()?;
    let is_bare = !address.ip().is_loopback() && server.trusted_proxies.is_empty() && !settings.tls.is_on();
    is_bare.then(|| {
        format!(
            "server.listen: other machines reach {address}, and codes and keys are not encrypted on their way: set \
             tls.acme_domains or tls.cert_file, or put a proxy with TLS in front of it, and name it in \
             server.trusted_proxies"
        )
    })
}

/// The rule of `[outbound]`.
pub(super) fn outbound_rule(outbound: &Outbound) -> Result<OutboundRule, SettingProblem> {
    let rule = |plaintext_hosts| {
        OutboundRule::new(&outbound.allow_hosts, plaintext_hosts, outbound.allow_ports.clone())
    };
    rule(&[]).map_err(|problem| ("outbound.allow_hosts", problem.to_string()))?;
    rule(&outbound.plaintext_hosts).map_err(|problem| ("outbound.plaintext_hosts", problem.to_string()))
}

/// The same rule with the ports of webhooks.
pub(super) fn webhook_rule(outbound: &Outbound) -> Result<OutboundRule, SettingProblem> {
    outbound_rule(&Outbound { allow_ports: outbound.webhook_ports.clone(), ..outbound.clone() })
}

/// The same rule with the ports of message centres.
pub(super) fn smpp_rule(outbound: &Outbound) -> Result<OutboundRule, SettingProblem> {
    outbound_rule(&Outbound { allow_ports: outbound.smpp_ports.clone(), ..outbound.clone() })
}

/// How much each tenant may mint; `None` when limits are switched off.
pub(super) fn mint_cap(limits: &Limits) -> Option<Budget> {
    let bound = |number: u32| (number > 0).then_some(number);
    limits.enabled.then(|| Budget { hour: bound(limits.mints_per_hour), day: bound(limits.mints_per_day) })
}

/// The limits of each recipient; `None` when limits are switched off.
pub(super) fn recipient_limits(limits: &Limits) -> Option<RecipientLimits> {
    limits.enabled.then(|| RecipientLimits {
        sends: limits.sends_per_recipient.clone(),
        sends_overall: limits.sends_per_recipient_overall.clone(),
        failures: limits.failures_per_recipient,
        own_failures: None,
        failures_in_a_row: limits.failures_in_a_row,
        reserve: (limits.trusted_failures_per_recipient > 0)
            .then_some(Rate { max: limits.trusted_failures_per_recipient, per: RESERVE_PERIOD }),
    })
}

fn server(server: &Server) -> Result<(), SettingProblem> {
    address("server.listen", &server.listen)?;
    public_url(server)?;
    if !server.metrics_listen.is_empty() {
        address("server.metrics_listen", &server.metrics_listen)?;
    }
    at_most("server.workers", server.workers as u64, 256)?;
    within("server.queue", server.queue as u64, 1, 8_192)?;
    within("server.max_connections", server.max_connections as u64, 16, 1_000_000)?;
    at_most("server.max_connections_per_address", server.max_connections_per_address as u64, 1_000_000)?;
    within("server.header_timeout_seconds", server.header_timeout_seconds, 1, 300)?;
    within("server.idle_timeout_seconds", server.idle_timeout_seconds, 1, 3_600)?;
    within("server.body_timeout_seconds", server.body_timeout_seconds, 1, 300)?;
    within("server.shutdown_seconds", server.shutdown_seconds, 1, 9)?;
    operator_token(server.operator_token.expose_secret())
}

/// It goes into a header, and nothing but its length keeps others from guessing it.
fn operator_token(token: &str) -> Result<(), SettingProblem> {
    let is_usable = token.len() >= MIN_OPERATOR_TOKEN && token.bytes().all(|byte| byte.is_ascii_graphic());
    let problem =
        || format!("must be {MIN_OPERATOR_TOKEN} characters or more, without spaces: `openssl rand -hex 32`");
    (token.is_empty() || is_usable).then_some(()).ok_or_else(|| ("server.operator_token", problem()))
}

fn delivery(settings: &Settings) -> Result<(), SettingProblem> {
    let delivery = &settings.delivery;
    within("delivery.queue", delivery.queue as u64, 1, 1_000_000)?;
    within("delivery.sessions", delivery.sessions as u64, 1, 10_000)?;
    within("delivery.sessions_per_tenant", delivery.sessions_per_tenant as u64, 1, 1_000)?;
    within("delivery.wait_seconds", delivery.wait_seconds, 1, 10)?;
    within("delivery.timeout_seconds", delivery.timeout_seconds, 1, 300)
}

fn limits(limits: &Limits) -> Result<(), SettingProblem> {
    if limits.url.is_none() && !limits.password.expose_secret().is_empty() {
        return Err(("limits.password", "is for limits.url, which is empty".to_owned()));
    }
    if limits.sends_per_recipient.is_empty() {
        let problem = "must have at least one rate; [limits] enabled = false switches limits off";
        return Err(("limits.sends_per_recipient", problem.to_owned()));
    }
    let too_many = |rate: &Rate| rate.max > MAX_WINDOW;
    let problem = || format!("at most {MAX_WINDOW} events can be counted in one window");
    if limits.sends_per_recipient.iter().any(too_many) {
        return Err(("limits.sends_per_recipient", problem()));
    }
    if limits.sends_per_recipient_overall.iter().any(too_many) {
        return Err(("limits.sends_per_recipient_overall", problem()));
    }
    at_most("limits.network_factor", limits.network_factor.into(), 65_536)?;
    within("limits.mints_per_hour", limits.mints_per_hour.into(), 0, MAX_BUDGET.into())?;
    within("limits.mints_per_day", limits.mints_per_day.into(), 0, MAX_BUDGET.into())?;
    if too_many(&limits.wrong_keys_per_address) {
        return Err(("limits.wrong_keys_per_address", problem()));
    }
    if too_many(&limits.failures_per_recipient) {
        return Err(("limits.failures_per_recipient", problem()));
    }
    let trusted = u64::from(limits.trusted_failures_per_recipient);
    within("limits.trusted_failures_per_recipient", trusted, 0, MAX_RESERVE)?;
    within("limits.failures_in_a_row", u64::from(limits.failures_in_a_row), 1, 100_000)
}

fn console(console: &Console) -> Result<(), SettingProblem> {
    within("console.idle_minutes", console.idle_minutes, 1, 24 * 60)?;
    within("console.session_hours", console.session_hours, 1, 7 * 24)?;
    for (path, rate) in [
        ("console.wrong_per_account", console.wrong_per_account),
        ("console.wrong_per_address", console.wrong_per_address),
    ] {
        within(path, u64::from(rate.max), 1, u64::from(MAX_WINDOW))?;
    }
    within("console.wrong_codes_in_a_row", u64::from(console.wrong_codes_in_a_row), 1, 100)?;
    require_totp(console).map(|_| ())
}

/// The roles that need an authenticator app.
pub(super) fn require_totp(console: &Console) -> Result<Roles, SettingProblem> {
    let problem = |word: &str| {
        let roles = Role::ALL.map(Role::as_str).join(", ");
        ("console.require_totp", format!("{word:?} is none of the roles {roles}"))
    };
    let role = |word: &String| Role::parse(word).ok_or_else(|| problem(word));
    console.require_totp.iter().map(role).collect()
}

pub(super) fn address(path: &'static str, text: &str) -> Result<(), SettingProblem> {
    let problem = |_| (path, format!("{text:?} is not an address with a port such as 127.0.0.1:5000"));
    text.parse::<SocketAddr>().map(|_| ()).map_err(problem)
}

pub(super) fn within(path: &'static str, value: u64, least: u64, most: u64) -> Result<(), SettingProblem> {
    match (least..=most).contains(&value) {
        true => Ok(()),
        false => Err((path, format!("{value} is not within {least} and {most}"))),
    }
}

fn at_most(path: &'static str, value: u64, most: u64) -> Result<(), SettingProblem> {
    within(path, value, 0, most)
}
