//! The operator's rules.

use std::sync::Arc;
use std::time::Duration;

use crate::domain::challenges::receipt::ReceiptTerms;
use crate::domain::network::OutboundRule;
use crate::domain::phone::fraud::rules::{Budget, FraudRules};
use crate::domain::phone::settings::Countries;
use crate::domain::policy::{Policies, Policy};
use crate::domain::spray::rules::SprayRules;
use crate::domain::tenants::tenant::Tenant;
use crate::domain::web_origin::WebOrigin;
use crate::store::Retention;

use super::console::rules::ConsoleRules;
use super::limits::tenant_limits::TenantLimits;

/// The callers who may register a tenant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RegistrationMode {
    /// Callers with the operator token.
    Operator,
    /// Anybody.
    Open,
    /// Nobody, over HTTP.
    Closed,
}

/// Whether there is an inbox for the messages of the `log` transport. No setting makes one: it comes from the
/// program that builds the server.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum DevInbox {
    /// There is none, so that tenants may not have such routes.
    #[default]
    Absent,
    /// There is one, which whoever reaches this machine may read.
    Shown,
}

/// The rules that the operator sets.
pub struct Rules {
    /// How codes are drawn, tried and sent, unless a tenant decides otherwise.
    pub policy: Arc<Policy>,
    /// The countries whose phone numbers tenants may send codes to.
    pub countries: Countries,
    /// The rules on codes to phone numbers; `None` if limits are switched off.
    pub fraud: Option<FraudRules>,
    /// Who may register.
    pub registration: RegistrationMode,
    /// The origin under which browsers see this server; `None` if there are no hosted pages.
    pub public_url: Option<WebOrigin>,
    /// The origin at which providers reach it, to report; `None` if they cannot.
    pub report_url: Option<WebOrigin>,
    /// The origin from which recipients' mail programs load pictures; `None` if they cannot reach it.
    pub pictures_url: Option<WebOrigin>,
    /// The mail servers that tenants may use.
    pub outbound: Arc<OutboundRule>,
    /// The hosts where tenants may have webhooks.
    pub webhooks: Arc<OutboundRule>,
    /// The message centres that tenants may use.
    pub message_centres: Arc<OutboundRule>,
    /// Whether there is an inbox for the `log` transport.
    pub inbox: DevInbox,
    /// The rate limits of tenants; `None` if limits are switched off.
    pub tenant_limits: Option<TenantLimits>,
    /// How much each tenant may mint; `None` if limits are switched off.
    pub mint_cap: Option<Budget>,
    /// When a tenant is under attack by guesses; `None` if nobody looks.
    pub spray: Option<SprayRules>,
    /// The settings of the console.
    pub console: ConsoleRules,
    /// How many requests may wait for the store.
    pub places: usize,
    /// The issuer and lifetime of receipts.
    pub receipts: ReceiptTerms,
    /// How long data is kept.
    pub retention: Retention,
    /// How long a tenant that is to be deleted can be restored.
    pub delete_after: Duration,
    /// How long rows of the audit trail are kept.
    pub keep_audit: Duration,
}

impl Rules {
    /// Returns the operator's policy for this tenant.
    pub(super) fn policy_for(&self, tenant: &Tenant) -> Arc<Policy> {
        tenant.limits.in_policy(&self.policy)
    }

    /// Returns the rules on this tenant's codes to phone numbers.
    pub(super) fn fraud_rules_of(&self, tenant: &Tenant) -> Option<FraudRules> {
        let rules = self.fraud.as_ref()?.tightened(&tenant.settings.phone.rules);
        Some(if tenant.sandbox_of.is_some() { rules.of_a_sandbox() } else { rules })
    }

    /// Returns how much this tenant may mint: a sandbox has no cap.
    pub(super) fn mint_cap_of(&self, tenant: &Tenant) -> Budget {
        let general = self.mint_cap.filter(|_| tenant.sandbox_of.is_none());
        general.map_or(Budget::NONE, |general| general.and(tenant.settings.mints.budget()))
    }

    /// Returns the effective policies of this tenant.
    pub(super) fn policies_of(&self, tenant: &Tenant) -> Policies {
        Policies::effective(&self.policy_for(tenant), &tenant.settings)
    }
}
